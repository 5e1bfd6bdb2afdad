// Enterprise-managed authorization (SEP-990) end to end: an ID token of the practice identity provider becomes an assertion (ID-JAG), the
// assertion an access token, and the gateway decides by the authorization details that the enterprise gave.

import { decodeJwt, SignJWT } from 'jose'
import t from 'tap'
import { connectEnterpriseClient } from '../../docs/examples/enterprise-client.ts'
import { ENTERPRISE_CLIENT, IDENTITY_PROVIDER_CLIENT } from '../../src/practice-as/endpoints.ts'
import { covers } from '../support/covers.ts'
import { BOTH, details, exchange, FAR, idTokenOf, JWT_BEARER, post, privateKey, redeem, startEnterprise } from '../support/enterprise.ts'
import { introspect } from '../support/practice-client.ts'
import { callByHand, type AnswerByHand, type ProtectedGateway } from '../support/protected-gateway.ts'

const EXTENSION = 'io.modelcontextprotocol/enterprise-managed-authorization'

const book = (gateway: ProtectedGateway, token: unknown, seats: number): Promise<AnswerByHand> =>
  callByHand(gateway.url, String(token), { name: 'reserve_ticket', arguments: { ticket_id: 2, seats } })

t.test('SDK client 2 — an ID token of the enterprise is enough to reach the tools', async t => {
  covers('extensions.enterprise')
  const gateway = await startEnterprise(t)
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
  const gateway = await startEnterprise(t)
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
  const gateway = await startEnterprise(t)
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
