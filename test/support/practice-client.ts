// How does a test walk through the practice server as the tutorial's client and as the person at its browser?

import { createHash, randomBytes } from 'node:crypto'
import type { JsonObject } from '../../src/kernel/json.ts'
import { CookieJar } from './cookie-jar.ts'

export const REDIRECT_URI = 'http://localhost:6274/oauth/callback/debug'
export const RESOURCE = 'http://localhost:3443/mcp'
export const BOTH_SCOPES = 'mcp:tickets:read mcp:tickets:write'

/** The registration of the tutorial, section 3.2.4. */
export const TUTORIAL_REGISTRATION = {
  redirect_uris: [REDIRECT_URI],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  client_name: 'MCP Inspector',
  client_uri: 'https://github.com/modelcontextprotocol/inspector',
  scope: BOTH_SCOPES
}

type Parameters = Readonly<Record<string, string | undefined>>

export interface Pkce {
  readonly verifier: string
  readonly challenge: string
}

export function createPkce (): Pkce {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export interface RegisteredClient {
  readonly client_id: string
  readonly client_secret?: string
}

export async function registerClient (issuer: string, registration: JsonObject = TUTORIAL_REGISTRATION): Promise<RegisteredClient> {
  const response = await fetch(`${issuer}/connect/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(registration)
  })
  if (response.status !== 201) throw new Error(`registration answered ${response.status}: ${await response.text()}`)
  return await response.json() as RegisteredClient
}

/** The authorization URL of the tutorial, section 3.2.5; `undefined` leaves a parameter out. */
export function authorizationUrl (issuer: string, clientId: string, challenge: string, parameters: Parameters = {}): string {
  return `${issuer}/api/authorization?${String(query({
    response_type: 'code',
    client_id: clientId,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    redirect_uri: REDIRECT_URI,
    state: 'random_state_value',
    scope: BOTH_SCOPES,
    resource: RESOURCE,
    ...parameters
  }))}`
}

/** The page of an authorization request, opened in a new browser. */
export interface OpenPage {
  readonly jar: CookieJar
  readonly url: string
  readonly response: Response
  readonly html: string
}

export async function openPage (authorizationUrl: string, headers: Record<string, string> = {}): Promise<OpenPage> {
  const jar = new CookieJar()
  const first = await jar.fetch(authorizationUrl, { headers })
  const location = first.headers.get('location')
  if (location === null) throw new Error(`authorization answered ${first.status}: ${await first.text()}`)
  const url = new URL(location, authorizationUrl).href
  const response = await jar.fetch(url, { headers })
  return { jar, url, response, html: await response.text() }
}

export async function submit ({ jar, url }: OpenPage, form: Parameters, headers: Record<string, string> = {}): Promise<Response> {
  return await jar.fetch(url, { method: 'POST', headers, body: query(form) })
}

/** Submits and follows the redirects on the server: gives the URL with which the browser returns to the client. */
export async function submitAndReturn (page: OpenPage, form: Parameters): Promise<URL> {
  let response = await submit(page, form)
  for (;;) {
    const location = response.headers.get('location')
    if (location === null) throw new Error(`no way back to the client: ${response.status} ${await response.text()}`)
    const next = new URL(location, page.url)
    if (next.origin !== new URL(page.url).origin) return next
    response = await page.jar.fetch(next)
  }
}

export interface TokenReply {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

export async function requestToken (issuer: string, form: Parameters): Promise<TokenReply> {
  const response = await fetch(`${issuer}/api/token`, { method: 'POST', body: query(form) })
  return { status: response.status, headers: response.headers, body: await response.json() as Record<string, unknown> }
}

/** The token request of the tutorial, section 3.2.6. */
export async function redeemCode (
  issuer: string, clientId: string, code: string, verifier: string, parameters: Parameters = {}
): Promise<TokenReply> {
  return await requestToken(issuer, {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT_URI,
    resource: RESOURCE,
    client_id: clientId,
    ...parameters
  })
}

export interface Obtained {
  readonly clientId: string
  readonly reply: TokenReply
  readonly accessToken: string
  readonly refreshToken: string
}

/** Registration, authorization by inga unless `form` says otherwise, and the token. */
export async function obtainToken (
  issuer: string, { parameters = {}, form = {} }: { readonly parameters?: Parameters, readonly form?: Parameters } = {}
): Promise<Obtained> {
  const { client_id: clientId } = await registerClient(issuer)
  const { verifier, challenge } = createPkce()
  const page = await openPage(authorizationUrl(issuer, clientId, challenge, parameters))
  const back = await submitAndReturn(page, { loginId: 'inga', password: 'inga', authorized: 'Authorize', ...form })
  const code = back.searchParams.get('code')
  if (code === null) throw new Error(`no code: ${back.search}`)
  const reply = await redeemCode(issuer, clientId, code, verifier, 'resource' in parameters ? { resource: parameters['resource'] } : {})
  return { clientId, reply, accessToken: String(reply.body['access_token']), refreshToken: String(reply.body['refresh_token']) }
}

export async function introspect (
  issuer: string, token: string, credentials = 'mcp-server:mcp-server-secret'
): Promise<{ readonly status: number, readonly body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${issuer}/api/introspect`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}`, accept: 'application/json' },
    body: query({ token, token_type_hint: 'access_token' })
  })
  return { status: response.status, body: await response.json() as Record<string, unknown> }
}

function query (parameters: Parameters): URLSearchParams {
  return new URLSearchParams(Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined))
}
