// Sections 3.2.4 to 3.2.6: from a registration through login and consent to an access token.

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { readForm } from './consent-form.ts'
import { jsonOf, runProgram, type Answer } from './curl.ts'
import type { Discovered } from './discovery.ts'
import { TutorialFailure } from './narrator.ts'
import type { Tools } from './tools.ts'

const REDIRECT_URI = 'http://localhost:6274/oauth/callback/debug'
const ACCOUNT = { loginId: 'inga', password: 'inga' }
const MOST_REDIRECTS = 10

export interface Authorized {
  readonly accessToken: string
  /** Whether the token reply says that authorization details were granted (RFC 9396 §7). */
  readonly isLimited: boolean
}

export async function authorize (server: Discovered, tools: Tools): Promise<Authorized> {
  const clientId = await register(server, tools)
  const { code, verifier } = await consent(server, clientId, tools)
  return await redeem(server, { clientId, code, verifier }, tools)
}

async function register ({ registrationEndpoint, scope }: Discovered, { narrator, curl }: Tools): Promise<string> {
  narrator.heading('3.2.4', 'Register a client (RFC 7591)')
  const answer = await curl.request(registrationEndpoint, '-X', 'POST', '-H', 'Content-Type: application/json', '-d', JSON.stringify({
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'MCP Inspector',
    client_uri: 'https://github.com/modelcontextprotocol/inspector',
    scope
  }))
  narrator.expect(answer.status === 201, '201 Created', answer.statusLine)
  const { client_id: clientId } = jsonOf(answer)
  narrator.line(`"client_id": ${JSON.stringify(clientId)}`)
  if (typeof clientId !== 'string' || clientId === '') throw new TutorialFailure('expected a "client_id" in the registration')
  return clientId
}

async function consent (server: Discovered, clientId: string, { narrator, curl, directory }: Tools): Promise<{ code: string, verifier: string }> {
  narrator.heading('3.2.5', 'Authorization request, login and consent')
  narrator.line("$ CODE_VERIFIER=$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')")
  const verifier = inUrlAlphabet((await runProgram('openssl', ['rand', '-base64', '32'])).output)
  narrator.line("$ CODE_CHALLENGE=$(printf %s \"$CODE_VERIFIER\" | openssl sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '=')")
  const digest = await runProgram('openssl', ['sha256', '-binary'], verifier)
  const challenge = inUrlAlphabet((await runProgram('openssl', ['base64'], digest.output)).output)
  narrator.expect(verifier.length === 43 && challenge.length === 43, 'a code verifier and its S256 challenge (RFC 7636)', `${verifier.length} and ${challenge.length} characters`)
  const state = randomUUID()
  const url = new URL(server.authorizationEndpoint)
  const parameters = { response_type: 'code', client_id: clientId, code_challenge: challenge, code_challenge_method: 'S256', redirect_uri: REDIRECT_URI, state, scope: server.scope, resource: server.resource }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)

  const jar = join(directory, 'cookies')
  const cookies = ['-b', jar, '-c', jar]
  const page = await followRedirects(url.href, address => curl.request(address, ...cookies))
  const form = readForm(page.answer.body, page.url)
  narrator.expect(page.answer.status === 200 && form !== undefined, 'a page with a form for login and consent', page.answer.statusLine)
  if (form === undefined) throw new TutorialFailure('no form')
  for (const [name, value] of Object.entries({ ...ACCOUNT, authorized: 'Authorize' })) form.fields.set(name, value)
  narrator.line(`login and consent as ${ACCOUNT.loginId}`)
  const sent = await curl.request(form.action, ...cookies, ...[...form.fields].flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`]))
  const { url: back } = await followRedirects(form.action, address => curl.request(address, ...cookies), sent)

  narrator.line(`sent back to ${back}`)
  narrator.expect(back.startsWith(`${REDIRECT_URI}?`), `a redirect to ${REDIRECT_URI}`, back)
  const returned = new URL(back).searchParams
  narrator.expect(returned.get('state') === state, 'the state of the request', returned.get('state') ?? 'none')
  narrator.expect(returned.get('iss') === server.issuer, `iss=${server.issuer} (RFC 9207)`, returned.get('iss') ?? 'none')
  return { code: returned.get('code') ?? '', verifier }
}

function inUrlAlphabet (base64: Buffer): string {
  return base64.toString('latin1').trim().replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Up to a page that does not redirect, or to the client's own address, which nothing needs to listen at. */
async function followRedirects (from: string, get: (url: string) => Promise<Answer>, first?: Answer): Promise<{ url: string, answer: Answer }> {
  let url = from
  let answer = first ?? await get(url)
  for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
    const location = answer.headers.get('location')
    if (location === undefined || answer.status < 300 || answer.status > 399) return { url, answer }
    url = new URL(location, url).href
    if (url.startsWith(REDIRECT_URI)) return { url, answer }
    answer = await get(url)
  }
  throw new TutorialFailure(`more than ${MOST_REDIRECTS} redirects after ${from}`)
}

interface Redemption { readonly clientId: string, readonly code: string, readonly verifier: string }

async function redeem (server: Discovered, { clientId, code, verifier }: Redemption, { narrator, curl }: Tools): Promise<Authorized> {
  narrator.heading('3.2.6', 'Token request')
  const body = new URLSearchParams({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT_URI, resource: server.resource, client_id: clientId })
  const answer = await curl.request(server.tokenEndpoint, '-X', 'POST', '-H', 'Content-Type: application/x-www-form-urlencoded', '-d', body.toString())
  narrator.expect(answer.status === 200, '200 OK', answer.statusLine)
  const token = jsonOf(answer)
  const { access_token: accessToken, token_type: type, expires_in: lifetime, scope, authorization_details: details } = token
  if (typeof accessToken !== 'string' || accessToken === '') throw new TutorialFailure('expected an "access_token" in the token reply')
  narrator.hide(accessToken)
  narrator.line(`"access_token": "${accessToken}", "expires_in": ${JSON.stringify(lifetime)}, "scope": ${JSON.stringify(scope)}`)
  narrator.expect(typeof type === 'string' && type.toLowerCase() === 'bearer', '"token_type": "Bearer"', JSON.stringify(type))
  if (details !== undefined) narrator.line(`"authorization_details": ${JSON.stringify(details)}`)
  return { accessToken, isLimited: details !== undefined }
}
