// A client library that knows nothing of us gets a bound token and uses it: discovery from the resource on, consent, proofs, nonces,
// certificates.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as oauth from 'oauth4webapi'
import { pino } from 'pino'
import t from 'tap'
import { Agent, fetch as undiciFetch } from 'undici'
import { parseConfig } from '../../src/config/parse.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { call, HEADERS, startForLibrary } from '../support/bound-client.ts'
import { createCertificate, type Certificate } from '../support/certificates.ts'
import { covers } from '../support/covers.ts'
import { BOTH_SCOPES, openPage, REDIRECT_URI, submitAndReturn } from '../support/practice-client.ts'
import { freePorts } from '../support/processes.ts'

const OVER_HTTP = { [oauth.allowInsecureRequests]: true } as const

/** From the URL of the resource to a token, by the library alone; only the page is answered by hand. */
async function obtainBoundToken (resource: string) {
  const protectedResource =
    await oauth.processResourceDiscoveryResponse(new URL(resource), await oauth.resourceDiscoveryRequest(new URL(resource), OVER_HTTP))
  const issuer = new URL(protectedResource.authorization_servers?.[0] ?? '')
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...OVER_HTTP, algorithm: 'oauth2' }))
  const client = await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(server, {
    client_name: 'Bound client',
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code',
      'refresh_token'],
    response_types: ['code'],
    scope: BOTH_SCOPES
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
  const reply = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), code, REDIRECT_URI, verifier,
    { ...OVER_HTTP, DPoP: proofs, additionalParameters: { resource } })
  const { access_token: token, token_type: type } = await oauth.processAuthorizationCodeResponse(server, client, reply)
  const use = (body: string, { DPoP, through = fetch }: {
    DPoP?: oauth.DPoPHandle | undefined
    through?: Through
  } = {}) => oauth.protectedResourceRequest(token, 'POST', new URL(resource), new Headers(HEADERS), body, {
    ...OVER_HTTP, [oauth.customFetch]: (url, init) => through(url, init as RequestInit), ...(DPoP === undefined ? {} : { DPoP })
  })
  return {
    protectedResource,
    client,
    type,
    use: (body: string, through?: Through) => use(body, { DPoP: proofs, ...(through === undefined ? {} : { through }) }),
    useWith: (body: string, DPoP?: oauth.DPoPHandle) => use(body, { DPoP })
  }
}

type Through = (url: string, init: RequestInit) => Promise<Response>

const failureOf = (asking: Promise<unknown>) => asking.then(() => undefined, (failure: unknown) => failure)

function challengesOf (failure: unknown): readonly oauth.WWWAuthenticateChallenge[] {
  if (!(failure instanceof oauth.WWWAuthenticateChallengeError)) throw new Error('expected a challenge')
  return failure.cause
}

t.test('end to end — a library that knows nothing of us gets a bound token, and books with it', async t => {
  covers('dpop.proof-accepted', 'dpop.bound-token-not-bearer', 'dpop.challenge')
  const gateway = await startForLibrary(t, { config: { dpop: { mode: 'accepted' } } })
  const { protectedResource, client, type, use, useWith } = await obtainBoundToken(gateway.url)
  t.match(protectedResource,
    { dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256', 'RS256'], dpop_bound_access_tokens_required: false })
  t.equal(type, 'dpop')
  for (const body of [call('list_tickets'), call('reserve_ticket', { ticket_id: 1, seats: 1 }), call('get_user_reservations')]) {
    const response = await use(body)
    t.equal(response.status, 200)
    t.notOk((await response.json() as { result: { isError?: boolean } }).result.isError)
  }
  const asBearer = challengesOf(await failureOf(useWith(call('list_tickets'))))
  t.match(asBearer, [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }, { scheme: 'dpop', parameters: { algs: /ES256/ } }], 'and the library can read both challenges')

  const otherKey = oauth.DPoP(client as oauth.Client, await oauth.generateKeyPair('ES256'))
  t.match(challengesOf(await failureOf(useWith(call('list_tickets'), otherKey))),
    [{ scheme: 'dpop', parameters: { error: 'invalid_token' } }])
  t.match(gateway.decisions.at(-1), { reason: 'wrong-key' })
})

t.test('end to end — what somebody saw on its way works no second time, and for nothing else', async t => {
  covers('dpop.replay-refused', 'dpop.required')
  const gateway = await startForLibrary(t, { config: { dpop: { mode: 'required' } } })
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
  const bearer = await fetch(gateway.url, {
    method: 'POST',
    headers: { ...HEADERS, authorization: (headers?.get('authorization') ?? '').replace('DPoP', 'Bearer') },
    body: call('list_tickets')
  })
  t.equal(bearer.status, 401)
  t.match(gateway.decisions.at(-1), { reason: 'sender-constrained' })
})

t.test('end to end — the library answers the question for a nonce by itself', async t => {
  covers('dpop.nonce')
  const gateway = await startForLibrary(t, { config: { dpop: { mode: 'accepted', nonce: 'required' } } })
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
  const [own, mine, others] = [createCertificate('localhost', authority), createCertificate('mine', authority),
    createCertificate('of somebody else', authority)]
  const { id: clientId, secret: clientSecret } = practice.introspectionClient
  const config = parseConfig({
    port,
    resource: { identifier: resource },
    authorizationServer: { issuer: practice.issuer, introspection: { clientId, clientSecret } },
    tls: { cert: file('cert.pem', own.certPem), key: file('key.pem', own.keyPem), clientCa: file('ca.pem', authority.certPem) },
    policy: { authorizationDetailsWhenAbsent: 'allow' },
    storage: { url: 'sqlite::memory:' }
  })
  const app = await createApp(
    { settings: fixedSettings(config), logger: pino({ level: 'silent' }), version: '0.0.0-test', openService: openTicketService }
  )
  t.teardown(() => app.close())
  await app.listen({ host: '127.0.0.1', port })

  function holding (certificate: Certificate | undefined) {
    const agent = new Agent({
      connect: { ca: authority.certPem, ...(certificate === undefined ? {} : { cert: certificate.certPem, key: certificate.keyPem }) }
    })
    t.teardown(() => agent.close())
    return {
      [oauth.customFetch]: (url: string, init: object) => undiciFetch(url, { ...init, dispatcher: agent }) as unknown as Promise<Response>
    }
  }
  const found = await oauth.processResourceDiscoveryResponse(new URL(resource),
    await oauth.resourceDiscoveryRequest(new URL(resource), holding(undefined)))
  t.match(found, { tls_client_certificate_bound_access_tokens: true, authorization_servers: [practice.issuer] })

  const token = await practice.mintToken({ subject: '1004', scope: BOTH_SCOPES, resource, boundTo: { 'x5t#S256': mine.thumbprint } })
  const use = (name: string, args: object, certificate: Certificate | undefined) =>
    oauth.protectedResourceRequest(token, 'POST', new URL(resource), new Headers(HEADERS), call(name, args), holding(certificate))
  t.equal((await use('list_tickets', {}, mine)).status, 200)
  t.equal((await use('reserve_ticket', { ticket_id: 1, seats: 1 }, mine)).status, 200, 'for a live answer too')
  for (const certificate of [others, undefined, createCertificate('mine')]) {
    t.match(challengesOf(await failureOf(use('list_tickets', {}, certificate))),
      [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }])
  }
})
