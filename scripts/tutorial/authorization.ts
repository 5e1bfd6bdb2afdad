// Steps 4 to 6 of the tutorial: registration, login and consent, access token. Step 12 repeats 5 and 6 with authorization details.

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { JsonValue } from '../../src/kernel/json.ts'
import { readForm } from './consent-form.ts'
import { jsonOf, runProgram, type Answer } from './curl.ts'
import type { Discovered } from './discovery.ts'
import { TutorialFailure } from './narrator.ts'
import type { Tools } from './tools.ts'

const REDIRECT_URI = 'http://localhost:6274/oauth/callback/debug'
const ACCOUNT = { loginId: 'inga', password: 'inga' }
const MOST_REDIRECTS = 10

export interface Authorized {
  readonly clientId: string
  readonly accessToken: string
  /** Whether the token reply says that authorization details were granted (RFC 9396 §7). */
  readonly isLimited: boolean
}

export async function authorize (server: Discovered, tools: Tools): Promise<Authorized> {
  const clientId = await register(server, tools)
  tools.narrator.heading(5, 'Login and consent')
  const { code, verifier } = await consent(server, clientId, {}, tools)
  tools.narrator.heading(6, 'The token')
  return await redeem(server, { clientId, code, verifier }, tools)
}

/** Asks the person again, for the details that a refusal offers (RFC 9396). */
export async function authorizeDetails (server: Discovered, clientId: string, details: JsonValue, tools: Tools): Promise<Authorized> {
  const { code, verifier } = await consent(server, clientId, { authorization_details: JSON.stringify(details) }, tools)
  return await redeem(server, { clientId, code, verifier }, tools)
}

async function register ({ registrationEndpoint, scope }: Discovered, { narrator, curl }: Tools): Promise<string> {
  narrator.heading(4, 'Registration of the client')
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

type Parameters = Readonly<Record<string, string>>
interface Code { readonly code: string, readonly verifier: string }

async function consent (server: Discovered, clientId: string, further: Parameters, { narrator, curl, directory }: Tools): Promise<Code> {
  narrator.line("$ CODE_VERIFIER=$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')")
  const verifier = inUrlAlphabet((await runProgram('openssl', ['rand', '-base64', '32'])).output)
  narrator.line("$ CODE_CHALLENGE=$(printf %s \"$CODE_VERIFIER\" | openssl sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '=')")
  const digest = await runProgram('openssl', ['sha256', '-binary'], verifier)
  const challenge = inUrlAlphabet((await runProgram('openssl', ['base64'], digest.output)).output)
  const lengths = [verifier, challenge].map(({ length }) => length).join(' and ')
  narrator.expect(lengths === '43 and 43', 'a code verifier and its S256 challenge (RFC 7636)', `${lengths} characters`)
  const state = randomUUID()
  const url = new URL(server.authorizationEndpoint)
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    redirect_uri: REDIRECT_URI,
    state,
    scope: server.scope,
    resource: server.resource,
    ...further
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)

  const jar = join(directory, 'cookies')
  const cookies = ['-b', jar, '-c', jar]
  const page = await followRedirects(url.href, address => curl.request(address, ...cookies))
  const form = readForm(page.answer.body, page.url)
  narrator.expect(page.answer.status === 200 && form !== undefined, 'a page with a form for login and consent', page.answer.statusLine)
  if (form === undefined) throw new TutorialFailure('no form')
  for (const [name, value] of Object.entries({ ...ACCOUNT, authorized: 'Authorize' })) form.fields.set(name, value)
  narrator.line(`login and consent as ${ACCOUNT.loginId}`)
  const fields = [...form.fields].flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`])
  const sent = await curl.request(form.action, ...cookies, ...fields)
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

type Get = (url: string) => Promise<Answer>

/** Up to a page that does not redirect, or to the client's own address, where no program needs to listen. */
async function followRedirects (from: string, get: Get, first?: Answer): Promise<{ url: string, answer: Answer }> {
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
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT_URI,
    resource: server.resource,
    client_id: clientId
  })
  const form = ['-H', 'Content-Type: application/x-www-form-urlencoded', '-d', body.toString()]
  const answer = await curl.request(server.tokenEndpoint, '-X', 'POST', ...form)
  narrator.expect(answer.status === 200, '200 OK', answer.statusLine)
  const token = jsonOf(answer)
  const { access_token: accessToken, token_type: type, expires_in: lifetime, scope, authorization_details: details } = token
  if (typeof accessToken !== 'string' || accessToken === '') throw new TutorialFailure('expected an "access_token" in the token reply')
  narrator.hide(accessToken)
  narrator.line(`"access_token": "${accessToken}", "expires_in": ${JSON.stringify(lifetime)}, "scope": ${JSON.stringify(scope)}`)
  narrator.expect(typeof type === 'string' && type.toLowerCase() === 'bearer', '"token_type": "Bearer"', JSON.stringify(type))
  if (details !== undefined) narrator.line(`"authorization_details": ${JSON.stringify(details)}`)
  return { clientId, accessToken, isLimited: details !== undefined }
}
