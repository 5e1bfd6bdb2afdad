// Enterprise-managed authorization (SEP-990) end to end: an ID token of the practice identity provider becomes an assertion (ID-JAG), the
// assertion an access token, and the gateway decides by the authorization details that the enterprise gave.

import { exchangeJwtAuthGrant } from '@modelcontextprotocol/client'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import t, { type Test } from 'tap'
import { connectEnterpriseClient } from '../../docs/examples/enterprise-client.ts'
import { ENTERPRISE_CLIENT, IDENTITY_PROVIDER_CLIENT, MACHINE_CLIENT } from '../../src/practice-as/endpoints.ts'
import { covers } from '../support/covers.ts'
import { introspect } from '../support/practice-client.ts'
import { callByHand, startProtectedGateway, type AnswerByHand, type ProtectedGateway } from '../support/protected-gateway.ts'

const EXTENSION = 'io.modelcontextprotocol/enterprise-managed-authorization'
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const BOTH = 'mcp:tickets:read mcp:tickets:write'
const OTHER_PROVIDER = 'https://idp.enterprise.example'
const FAR = 'https://other.example/mcp'

interface Credentials { readonly id: string, readonly secret: string }
const basic = ({ id, secret }: Credentials) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const { publicKey, privateKey } = await generateKeyPair('ES256')
const otherKeys = { keys: [{ ...await exportJWK(publicKey), kid: 'e1', alg: 'ES256' }] }

async function start (t: Test): Promise<ProtectedGateway> {
  const gateway = await startProtectedGateway({
    config: {
      extensions: { enterpriseManagedAuthorization: true },
      policy: { authorizationDetailsWhenAbsent: 'deny', remediation: 'draft' }
    },
    practice: { trustedIssuers: [{ issuer: OTHER_PROVIDER, keys: otherKeys }] }
  })
  t.teardown(() => gateway.close())
  return gateway
}

async function post (url: string, form: Record<string, string>, credentials?: Credentials): Promise<AnswerByHand> {
  const headers = credentials === undefined ? {} : { authorization: basic(credentials) }
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers })
  return { status: response.status, headers: response.headers, body: await response.json() as Record<string, unknown> }
}

async function idTokenOf ({ practice }: ProtectedGateway, loginId = 'inga'): Promise<string> {
  const { body } = await post(`${practice.identityProvider.issuer}/sign-in`, { loginId, password: loginId })
  return String(body['id_token'])
}

/** The exchange at the identity provider. */
async function exchange (
  gateway: ProtectedGateway, form: Record<string, string> = {}, credentials: Credentials = IDENTITY_PROVIDER_CLIENT
): Promise<AnswerByHand> {
  return await post(`${gateway.practice.identityProvider.issuer}/token`, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    subject_token: await idTokenOf(gateway),
    audience: gateway.practice.issuer,
    resource: gateway.url,
    ...form
  }, credentials)
}

function redeem (
  gateway: ProtectedGateway, assertion: unknown, form: Record<string, string> = {}, credentials: Credentials = ENTERPRISE_CLIENT
): Promise<AnswerByHand> {
  return post(`${gateway.practice.issuer}/api/token`, { grant_type: JWT_BEARER, assertion: String(assertion), ...form }, credentials)
}

const book = (gateway: ProtectedGateway, token: unknown, seats: number): Promise<AnswerByHand> =>
  callByHand(gateway.url, String(token), { name: 'reserve_ticket', arguments: { ticket_id: 2, seats } })

const details = (maxAmount: number) => JSON.stringify([{ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount }])

t.test('SDK client 2 — an ID token of the enterprise is enough to reach the tools', async t => {
  covers('extensions.enterprise')
  const gateway = await start(t)
  const { issuer, identityProvider } = gateway.practice
  const client = await connectEnterpriseClient({
    serverUrl: new URL(gateway.url),
    identityProvider: {
      issuer: identityProvider.issuer, clientId: IDENTITY_PROVIDER_CLIENT.id, clientSecret: IDENTITY_PROVIDER_CLIENT.secret
    },
    authorizationServer: { issuer, clientId: ENTERPRISE_CLIENT.id, clientSecret: ENTERPRISE_CLIENT.secret },
    idToken: () => idTokenOf(gateway)
  })
  t.teardown(() => client.close())
  t.match(client.getServerCapabilities(), { extensions: { [EXTENSION]: {} } })
  t.ok((await client.listTools()).tools.some(({ name }) => name === 'reserve_ticket'))
  t.notOk((await client.callTool({ name: 'list_tickets', arguments: { limit: 1 } })).isError)
  t.match(gateway.decisions.at(-1), { clientId: ENTERPRISE_CLIENT.id, tool: 'list_tickets', granted: true })
  const reserved = await client.callTool({ name: 'reserve_ticket', arguments: { ticket_id: 2, seats: 1 } })
  t.match(reserved.structuredContent, { reservation: { ticket_id: 2, seats_reserved: 1 } }, 'after a step-up with another assertion')
  const metadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json() as Record<string, string[]>
  t.strictSame(metadata['authorization_grant_profiles_supported'], ['urn:ietf:params:oauth:grant-profile:id-jag'])
  t.ok(metadata['grant_types_supported']?.includes(JWT_BEARER))
})

t.test('authorization details — from the exchange through the assertion and the token to the decision of the gateway', async t => {
  covers('extensions.enterprise', 'extensions.id-jag-details')
  const gateway = await start(t)
  const asserted = await exchange(gateway, { scope: BOTH, authorization_details: details(4000) })
  t.equal(asserted.status, 200)
  t.match(asserted.body, { token_type: 'N_A', resource: gateway.url, authorization_details: [{ maxAmount: 4000, currency: 'JPY' }] })
  t.match(decodeJwt(String(asserted.body['access_token'])), {
    iss: gateway.practice.identityProvider.issuer,
    aud: gateway.practice.issuer,
    client_id: ENTERPRISE_CLIENT.id,
    sub: '1004',
    resource: gateway.url,
    authorization_details: [{ maxAmount: 4000 }]
  })
  const issued = await redeem(gateway, asserted.body['access_token'])
  t.equal(issued.status, 200)
  t.match(issued.body, { token_type: 'Bearer', resource: gateway.url, scope: BOTH, authorization_details: [{ maxAmount: 4000 }] })
  t.notOk('refresh_token' in issued.body)
  t.equal(issued.headers.get('cache-control'), 'no-store')
  const { body: seen } = await introspect(gateway.practice.issuer, String(issued.body['access_token']))
  t.match(seen, { sub: '1004', aud: gateway.url, auth_time: Number, authorization_details: [{ maxAmount: 4000, budgetId: 'enterprise' }] })

  const refused = await book(gateway, issued.body['access_token'], 1)
  t.equal(refused.status, 403)
  const challenge = refused.headers.get('www-authenticate') ?? ''
  t.match(challenge, /error="insufficient_authorization"/)
  const remediation = /authorization_remediation="([\w-]+)"/.exec(challenge)?.[1] ?? ''
  const remedy = JSON.parse(Buffer.from(remediation, 'base64url').toString()) as { authorization_details: readonly unknown[] }
  const again = await exchange(gateway, { scope: BOTH, authorization_details: JSON.stringify(remedy.authorization_details) })
  const better = await redeem(gateway, again.body['access_token'])
  const booked = await book(gateway, better.body['access_token'], 1)
  t.match(booked, { status: 200, body: { result: { structuredContent: { reservation: { ticket_id: 2, seats_reserved: 1 } } } } })

  const reduced = await exchange(gateway, { scope: BOTH, authorization_details: details(50_000) })
  t.match(reduced.body, { authorization_details: [{ maxAmount: 10_000 }] }, 'the enterprise gives no more than its limit')
  const limited = await redeem(gateway, reduced.body['access_token'])
  t.equal((await book(gateway, limited.body['access_token'], 2)).status, 403)
})

t.test('identity provider — what the exchange refuses', async t => {
  covers('practice.id-jag-exchange')
  const gateway = await start(t)
  const { issuer, identityProvider } = gateway.practice
  const foreign = await new SignJWT({ iss: identityProvider.issuer, sub: '1004', aud: IDENTITY_PROVIDER_CLIENT.id })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT' }).setIssuedAt().setExpirationTime('1h').sign(privateKey)
  const assertion = String((await exchange(gateway)).body['access_token'])
  const cases: ReadonlyArray<[name: string, form: Record<string, string>, error: string]> = [
    ['another grant', { grant_type: JWT_BEARER }, 'unsupported_grant_type'],
    ['another kind of token', { requested_token_type: 'urn:ietf:params:oauth:token-type:access_token' }, 'invalid_request'],
    ['a subject token of another kind', { subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' }, 'invalid_request'],
    ['a forged ID token', { subject_token: foreign }, 'invalid_request'],
    ['an assertion in place of an ID token', { subject_token: assertion }, 'invalid_request'],
    ['another authorization server', { audience: 'https://as.example' }, 'invalid_target'],
    ['a resource that it does not govern', { resource: FAR }, 'invalid_target'],
    ['a scope that is not given', { scope: 'everything' }, 'invalid_scope'],
    ['details of another type', { authorization_details: '[{"type":"payment"}]' }, 'invalid_authorization_details'],
    ['details that are no list', { authorization_details: '{}' }, 'invalid_authorization_details']
  ]
  const failures: unknown[] = []
  for (const [name, form, error] of cases) {
    const answer = await exchange(gateway, form)
    if (answer.status !== 400 || answer.body['error'] !== error) failures.push([name, answer.status, answer.body])
  }
  t.strictSame(failures, [])
  const unauthenticated = await exchange(gateway, {}, { ...IDENTITY_PROVIDER_CLIENT, secret: 'wrong' })
  t.match(unauthenticated, { status: 401, body: { error: 'invalid_client' } })
  t.equal((await post(`${identityProvider.issuer}/sign-in`, { loginId: 'inga', password: 'wrong' })).status, 401)
  const accepted = await exchange(gateway, { authorization_details: details(100) })
  t.match(accepted.body, { issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag', scope: BOTH })
  t.equal((await fetch(`${issuer}/idp/jwks`)).status, 200)
})

t.test('authorization server — an assertion counts for its client, resource and time, and once', async t => {
  covers('extensions.id-jag-checked', 'extensions.id-jag-single-use')
  const gateway = await start(t)
  const { issuer } = gateway.practice
  const now = Math.floor(Date.now() / 1000)
  const claims = (changes: Record<string, unknown> = {}) => ({
    iss: OTHER_PROVIDER,
    sub: '1005',
    aud: issuer,
    client_id: ENTERPRISE_CLIENT.id,
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 300,
    resource: gateway.url,
    scope: 'mcp:tickets:read',
    ...changes
  })
  const sign = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key = privateKey) =>
    new SignJWT(claims(changes)).setProtectedHeader({ alg: 'ES256', kid: 'e1', typ: 'oauth-id-jag+jwt', ...header }).sign(key)

  const good = await sign()
  const first = await redeem(gateway, good)
  t.match(first, { status: 200, body: { scope: 'mcp:tickets:read', resource: gateway.url } })
  const { body: seen } = await introspect(issuer, String(first.body['access_token']))
  t.match(seen, { sub: '1005', client_id: ENTERPRISE_CLIENT.id, aud: gateway.url })
  t.match(await redeem(gateway, good), { status: 400, body: { error: 'invalid_grant', error_description: /jti/ } })
  const racing = await sign()
  const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await redeem(gateway, racing)).status))
  t.strictSame(statuses.toSorted(), [200, ...Array.from({ length: 7 }, () => 400)], 'at the same time, too')

  const { privateKey: unknownKey } = await generateKeyPair('ES256')
  const idToken = await idTokenOf(gateway)
  const refused: Record<string, string | Promise<string>> = {
    'an ID token': idToken,
    'another type': sign({}, { typ: 'JWT' }),
    'a type that is missing': sign({}, { typ: undefined }),
    'a key that is not the provider’s': sign({}, {}, unknownKey),
    'no signature': new UnsecuredJWT(claims()).encode(),
    'a provider that is not trusted': sign({ iss: 'https://evil.example' }),
    'the other trusted provider': sign({ iss: gateway.practice.identityProvider.issuer }),
    'another server': sign({ aud: 'https://as.example' }),
    'several servers': sign({ aud: [issuer, 'https://as.example'] }),
    'a slash too many': sign({ aud: `${issuer}/` }),
    'the token endpoint': sign({ aud: `${issuer}/api/token` }),
    'another client': sign({ client_id: MACHINE_CLIENT.id }),
    'no client': sign({ client_id: undefined }),
    'no resource': sign({ resource: undefined }),
    'another resource': sign({ resource: FAR }),
    'a resource too many': sign({ resource: [gateway.url, FAR] }),
    expired: sign({ exp: now - 1 }),
    'no end': sign({ exp: undefined }),
    'not yet issued': sign({ iat: now + 600 }),
    'no identifier': sign({ jti: undefined }),
    'no subject': sign({ sub: undefined }),
    'an unknown person': sign({ sub: '9999' }),
    'bound to a key': sign({ cnf: { jkt: 'x' } }),
    'an unknown critical header': sign({}, { crit: ['x'], x: 1 }).catch(() => 'a.b.c'),
    'not a JWT': 'opaque',
    'a string as details': sign({ authorization_details: 'all' })
  }
  const failures: unknown[] = []
  for (const [name, assertion] of Object.entries(refused)) {
    const answer = await redeem(gateway, await assertion)
    if (answer.status !== 400 || answer.body['error'] !== 'invalid_grant') failures.push([name, answer.status, answer.body])
  }
  t.strictSame(failures, [])
  const wrongDetails = { status: 400, body: { error: 'invalid_authorization_details' } }
  t.match(await redeem(gateway, await sign({ authorization_details: [{ type: 'payment' }] })), wrongDetails)
  t.match(await redeem(gateway, await sign(), { resource: gateway.url, authorization_details: details(1) }), wrongDetails)
  t.match(await redeem(gateway, await sign(), { resource: FAR }), { status: 400, body: { error: 'invalid_target' } })
  const listed = await redeem(gateway, await sign({ aud: [issuer], resource: [gateway.url] }), { resource: gateway.url })
  t.equal(listed.status, 200, 'lists of one are fine')
})

t.test('authorization server — scopes never grow, and only a client that authenticates is answered', async t => {
  covers('extensions.id-jag-checked')
  const gateway = await start(t)
  const { issuer } = gateway.practice
  const assertion = async (form: Record<string, string>) => String((await exchange(gateway, form)).body['access_token'])
  t.match((await redeem(gateway, await assertion({ scope: 'mcp:tickets:read' }), { scope: BOTH })).body, { scope: 'mcp:tickets:read' })
  t.match((await redeem(gateway, await assertion({ scope: BOTH }), { scope: 'mcp:tickets:read' })).body, { scope: 'mcp:tickets:read' })
  const unused = await assertion({ scope: BOTH })
  t.match(await redeem(gateway, unused, {}, { ...ENTERPRISE_CLIENT, secret: 'wrong' }), { status: 401, body: { error: 'invalid_client' } })
  t.match(await redeem(gateway, unused, {}, MACHINE_CLIENT), { status: 400 }, 'a client that has not this grant')
  t.equal((await post(`${issuer}/api/token`, { grant_type: JWT_BEARER, assertion: unused, client_id: ENTERPRISE_CLIENT.id })).status, 401)
  const withProof = await fetch(`${issuer}/api/token`, {
    method: 'POST',
    headers: { dpop: 'proof', authorization: basic(ENTERPRISE_CLIENT) },
    body: new URLSearchParams({ grant_type: JWT_BEARER, assertion: unused })
  })
  t.equal(withProof.status, 400, 'a client that wants a bound token gets no bearer token')
  const { access_token: token } = await exchangeJwtAuthGrant({
    tokenEndpoint: `${issuer}/api/token`, jwtAuthGrant: unused, clientId: ENTERPRISE_CLIENT.id, clientSecret: ENTERPRISE_CLIENT.secret
  })
  t.ok(token, 'none of these refusals has used the assertion up')
})
