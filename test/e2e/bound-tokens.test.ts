// A client library that knows nothing of us gets a bound token and uses it: discovery from the resource on, consent, proofs,
// nonces. And the way of a person who has to log in again before an operation that wants a recent login.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as oauth from 'oauth4webapi'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { Agent, fetch as undiciFetch } from 'undici'
import { z } from 'zod'
import { createApp } from '../../src/server/app.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { defineTool, type Tool } from '../../src/index.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { createCertificate, type Certificate } from '../support/certificates.ts'
import { covers } from '../support/covers.ts'
import { BOTH_SCOPES, obtainToken, openPage, REDIRECT_URI, submitAndReturn } from '../support/practice-client.ts'
import { freePorts } from '../support/processes.ts'
import { startProtectedGateway, type ProtectedGateway, type ProtectedGatewayOptions } from '../support/protected-gateway.ts'

const OVER_HTTP = { [oauth.allowInsecureRequests]: true } as const

async function start (t: Test, options: ProtectedGatewayOptions): Promise<ProtectedGateway> {
  const gateway = await startProtectedGateway(options)
  t.teardown(gateway.close)
  return gateway
}

const call = (name: string, args: object = {}) => JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' }

/** From the URL of the resource to a token, by the library alone; only the page is answered by hand. */
async function obtainBoundToken (resource: string) {
  const protectedResource = await oauth.processResourceDiscoveryResponse(new URL(resource), await oauth.resourceDiscoveryRequest(new URL(resource), OVER_HTTP))
  const issuer = new URL(protectedResource.authorization_servers?.[0] ?? '')
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...OVER_HTTP, algorithm: 'oauth2' }))
  const client = await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(server, {
    client_name: 'Bound client', redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], scope: BOTH_SCOPES
  }, OVER_HTTP))
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const proofs = oauth.DPoP(client as oauth.Client, await oauth.generateKeyPair('ES256'))
  const url = new URL(server.authorization_endpoint ?? '')
  const parameters = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    scope: BOTH_SCOPES,
    resource,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    dpop_jkt: await proofs.calculateThumbprint()
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const back = await submitAndReturn(await openPage(url.href), { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
  const code = oauth.validateAuthResponse(server, client, back, state)
  const reply = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), code, REDIRECT_URI, verifier, { ...OVER_HTTP, DPoP: proofs, additionalParameters: { resource } })
  const { access_token: token, token_type: type } = await oauth.processAuthorizationCodeResponse(server, client, reply)
  const use = (body: string, { DPoP, through = fetch }: { DPoP?: oauth.DPoPHandle | undefined, through?: Through } = {}) => oauth.protectedResourceRequest(token, 'POST', new URL(resource), new Headers(HEADERS), body, {
    ...OVER_HTTP, [oauth.customFetch]: (url, init) => through(url, init as RequestInit), ...(DPoP === undefined ? {} : { DPoP })
  })
  return { protectedResource, client, type, use: (body: string, through?: Through) => use(body, { DPoP: proofs, ...(through === undefined ? {} : { through }) }), useWith: (body: string, DPoP?: oauth.DPoPHandle) => use(body, { DPoP }) }
}

type Through = (url: string, init: RequestInit) => Promise<Response>

const failureOf = (asking: Promise<unknown>) => asking.then(() => undefined, (failure: unknown) => failure)

function challengesOf (failure: unknown): readonly oauth.WWWAuthenticateChallenge[] {
  if (!(failure instanceof oauth.WWWAuthenticateChallengeError)) throw new Error('expected a challenge')
  return failure.cause
}

t.test('end to end — a library that knows nothing of us gets a bound token, and books with it', async t => {
  covers('dpop.proof-accepted', 'dpop.bound-token-not-bearer', 'dpop.challenge')
  const gateway = await start(t, { config: { dpop: { mode: 'accepted' } } })
  const { protectedResource, client, type, use, useWith } = await obtainBoundToken(gateway.url)
  t.match(protectedResource, { dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256', 'RS256'], dpop_bound_access_tokens_required: false })
  t.equal(type, 'dpop')
  for (const body of [call('list_tickets'), call('reserve_ticket', { ticket_id: 1, seats: 1 }), call('get_user_reservations')]) {
    const response = await use(body)
    t.equal(response.status, 200)
    t.notOk((await response.json() as { result: { isError?: boolean } }).result.isError)
  }
  const asBearer = challengesOf(await failureOf(useWith(call('list_tickets'))))
  t.match(asBearer, [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }, { scheme: 'dpop', parameters: { algs: /ES256/ } }], 'and the library can read both challenges')

  const otherKey = oauth.DPoP(client as oauth.Client, await oauth.generateKeyPair('ES256'))
  t.match(challengesOf(await failureOf(useWith(call('list_tickets'), otherKey))), [{ scheme: 'dpop', parameters: { error: 'invalid_token' } }])
  t.match(gateway.decisions.at(-1), { reason: 'wrong-key' })
})

t.test('end to end — what somebody saw on its way works no second time, and for nothing else', async t => {
  covers('dpop.replay-refused', 'dpop.required')
  const gateway = await start(t, { config: { dpop: { mode: 'required' } } })
  const { protectedResource, use } = await obtainBoundToken(gateway.url)
  t.equal(protectedResource['dpop_bound_access_tokens_required'], true)
  const seen: Headers[] = []
  const keeping: Through = (url, init) => {
    seen.push(new Headers(init.headers))
    return fetch(url, init)
  }
  t.equal((await use(call('list_tickets'), keeping)).status, 200)
  const [headers] = seen
  t.match(headers?.get('authorization'), /^DPoP /)
  const again = await fetch(gateway.url, { method: 'POST', headers: headers ?? {}, body: call('list_tickets') })
  t.equal(again.status, 401)
  t.match(gateway.decisions.at(-1), { reason: 'invalid-proof:replayed' })
  const bearer = await fetch(gateway.url, { method: 'POST', headers: { ...HEADERS, authorization: (headers?.get('authorization') ?? '').replace('DPoP', 'Bearer') }, body: call('list_tickets') })
  t.equal(bearer.status, 401)
  t.match(gateway.decisions.at(-1), { reason: 'sender-constrained' })
})

t.test('end to end — the library answers the question for a nonce by itself', async t => {
  covers('dpop.nonce')
  const gateway = await start(t, { config: { dpop: { mode: 'accepted', nonce: 'required' } } })
  const { use } = await obtainBoundToken(gateway.url)
  const failure = await failureOf(use(call('list_tickets')))
  t.ok(oauth.isDPoPNonceError(failure), 'the first time it is told to use one')
  t.equal((await use(call('list_tickets'))).status, 200)
  t.equal((await use(call('list_tickets'))).status, 200)
  t.strictSame(gateway.decisions.map(({ reason }) => reason), ['nonce-required', 'permitted', 'permitted'])
})

t.test('end to end — a token that is bound to a certificate works for the holder of the certificate, and for nobody else', async t => {
  covers('mtls.certificate-bound', 'mtls.tls-listener')
  const [port = 0] = await freePorts(1)
  const resource = `https://localhost:${port}/mcp`
  const practice = await createPracticeServer({ resources: [resource] })
  t.teardown(practice.close)
  const folder = mkdtempSync(join(tmpdir(), 'bound-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const authority = createCertificate('An authority')
  const [own, mine, others] = [createCertificate('localhost', authority), createCertificate('mine', authority), createCertificate('of somebody else', authority)]
  const { id: clientId, secret: clientSecret } = practice.introspectionClient
  const config = parseConfig({
    port,
    resource: { identifier: resource },
    authorizationServer: { issuer: practice.issuer, introspection: { clientId, clientSecret } },
    tls: { cert: file('cert.pem', own.certPem), key: file('key.pem', own.keyPem), clientCa: file('ca.pem', authority.certPem) },
    policy: { authorizationDetailsWhenAbsent: 'allow' },
    storage: { url: 'sqlite::memory:' }
  })
  const app = await createApp({ settings: fixedSettings(config), logger: pino({ level: 'silent' }), version: '0.0.0-test', openService: openTicketService })
  t.teardown(() => app.close())
  await app.listen({ host: '127.0.0.1', port })

  function holding (certificate: Certificate | undefined) {
    const agent = new Agent({ connect: { ca: authority.certPem, ...(certificate === undefined ? {} : { cert: certificate.certPem, key: certificate.keyPem }) } })
    t.teardown(() => agent.close())
    return { [oauth.customFetch]: (url: string, init: object) => undiciFetch(url, { ...init, dispatcher: agent }) as unknown as Promise<Response> }
  }
  const found = await oauth.processResourceDiscoveryResponse(new URL(resource), await oauth.resourceDiscoveryRequest(new URL(resource), holding(undefined)))
  t.match(found, { tls_client_certificate_bound_access_tokens: true, authorization_servers: [practice.issuer] })

  const token = await practice.mintToken({ subject: '1004', scope: BOTH_SCOPES, resource, boundTo: { 'x5t#S256': mine.thumbprint } })
  const use = (name: string, args: object, certificate: Certificate | undefined) => oauth.protectedResourceRequest(token, 'POST', new URL(resource), new Headers(HEADERS), call(name, args), holding(certificate))
  t.equal((await use('list_tickets', {}, mine)).status, 200)
  t.equal((await use('reserve_ticket', { ticket_id: 1, seats: 1 }, mine)).status, 200, 'for a live answer too')
  for (const certificate of [others, undefined, createCertificate('mine')]) {
    t.match(challengesOf(await failureOf(use('list_tickets', {}, certificate))), [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }])
  }
})

const transfer: Tool = defineTool({
  name: 'transfer_points',
  title: 'Transfer points',
  description: 'Wants a login of the last five minutes, by a means that the server calls gold.',
  input: z.strictObject({}),
  output: z.strictObject({ done: z.boolean() }),
  access: { scopes: ['mcp:tickets:write'], authentication: { acrValues: ['gold', 'platinum'], maxAgeSeconds: 300 } },
  run: async () => ({ kind: 'completed', text: 'done', structured: { done: true } })
})
const recent: Tool = defineTool({
  name: 'recent_only',
  title: 'Recent only',
  description: 'Wants a login of the last five minutes.',
  input: z.strictObject({}),
  output: z.strictObject({ done: z.boolean() }),
  access: { scopes: ['mcp:tickets:read'], authentication: { maxAgeSeconds: 300 } },
  run: async () => ({ kind: 'completed', text: 'done', structured: { done: true } })
})

t.test('step-up — a login that is too old or too weak is told what is needed, and the next one will do', async t => {
  covers('policy.authentication-level')
  const gateway = await start(t, { tools: [transfer, recent] })
  const now = Math.floor(Date.now() / 1000)
  const post = (token: string, name: string) => fetch(gateway.url, { method: 'POST', headers: { ...HEADERS, authorization: `Bearer ${token}` }, body: call(name) })
  const mint = (extraClaims: Record<string, string | number>) => gateway.practice.mintToken({ subject: '1004', scope: BOTH_SCOPES, extraClaims })
  for (const [claims, name, status] of [
    [{ acr: 'gold', auth_time: now - 10 }, 'transfer_points', 200],
    [{ acr: 'platinum', auth_time: now - 10 }, 'transfer_points', 200],
    [{ acr: 'silver', auth_time: now - 10 }, 'transfer_points', 401],
    [{ auth_time: now - 10 }, 'transfer_points', 401],
    [{ acr: 'gold', auth_time: now - 400 }, 'transfer_points', 401],
    [{ acr: 'gold' }, 'transfer_points', 401],
    [{ acr: 'gold', auth_time: now + 3600 }, 'transfer_points', 401],
    [{ auth_time: now - 400 }, 'recent_only', 401],
    [{ auth_time: now - 200 }, 'recent_only', 200]
  ] as const) {
    const response = await post(await mint(claims), name)
    t.equal(response.status, status, JSON.stringify(claims))
    const challenge = response.headers.get('www-authenticate') ?? ''
    if (status === 401) {
      t.match(challenge, name === 'transfer_points' ? /error="insufficient_user_authentication".*acr_values="gold platinum", max_age="300"/ : /error="insufficient_user_authentication".*max_age="300"/)
      t.match(await response.json(), { error: { data: { error: 'insufficient_user_authentication', max_age: '300' } } })
      t.match(gateway.decisions.at(-1), { granted: false, reason: 'insufficient-authentication' })
    }
  }

  t.equal((await post(await mint({ auth_time: now - 86_400 }), 'recent_only')).status, 401)
  // The practice server asks for a login every time, so nothing needs to be said of max_age.
  const { accessToken } = await obtainToken(gateway.practice.issuer, { parameters: { resource: gateway.url } })
  t.equal((await post(accessToken, 'recent_only')).status, 200, 'the person has logged in again')
})
