// Clients without a person, by client credentials (SEP-1046): the official SDK's providers and requests by hand, against the practice
// server and a gateway in front of the ticket tools.

import {
  Client, ClientCredentialsProvider, StreamableHTTPClientTransport, type OAuthClientProvider
} from '@modelcontextprotocol/client'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import { connectMachineClient } from '../../docs/examples/machine-client.ts'
import { MACHINE_CLIENT } from '../../src/practice-as/endpoints.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'
import { introspect, registerClient, requestToken, RESOURCE, type TokenReply } from '../support/practice-client.ts'
import { callByHand, startProtectedGateway, type ProtectedGateway } from '../support/protected-gateway.ts'

const EXTENSION = 'io.modelcontextprotocol/oauth-client-credentials'
const BOTH = 'mcp:tickets:read mcp:tickets:write'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const KEYED = 'machine-with-a-key'

const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
const keys = { keys: [{ ...await exportJWK(publicKey), kid: 'k1', alg: 'ES256' }] }
const privateJwk = { ...await exportJWK(privateKey), kid: 'k1', alg: 'ES256' }

/** Reference tokens of this server name no subject; signed ones name the client, as RFC 9068 section 2.2 has it. */
const start = (tokens: 'reference' | 'signed' = 'reference'): Promise<ProtectedGateway> => startProtectedGateway({
  authorizationServer: tokens === 'signed' ? { jwt: {} } : { subjectless: 'client' },
  config: { extensions: { clientCredentials: true }, policy: { authorizationDetailsWhenAbsent: 'deny', remediation: 'draft' } },
  practice: url => ({ machineClients: [{ id: KEYED, keys }], jwtResources: tokens === 'signed' ? [url] : [] })
})

async function connect (gateway: ProtectedGateway, authProvider: OAuthClientProvider): Promise<Client> {
  const client = new Client({ name: 'machine-of-the-tests', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(gateway.url), { authProvider }))
  return client
}

const withSecret = (expectedIssuer: string): OAuthClientProvider =>
  new ClientCredentialsProvider({ clientId: MACHINE_CLIENT.id, clientSecret: MACHINE_CLIENT.secret, expectedIssuer })

/** A token request with HTTP Basic. */
async function tokenFor (issuer: string, form: Record<string, string>, secret: string = MACHINE_CLIENT.secret): Promise<TokenReply> {
  const response = await fetch(`${issuer}/api/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${MACHINE_CLIENT.id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form })
  })
  return { status: response.status, headers: response.headers, body: await response.json() as Record<string, unknown> }
}

for (const tokens of ['reference', 'signed'] as const) {
  t.test(`SDK client 2 — a machine with a secret, and one with a key, call tools without a person (${tokens} tokens)`, async t => {
    covers('extensions.client-credentials')
    const gateway = await start(tokens)
    t.teardown(() => gateway.close())
    const { issuer } = gateway.practice
    const connections: ReadonlyArray<[id: string, client: Promise<Client>]> = [
      [MACHINE_CLIENT.id, connect(gateway, withSecret(issuer))],
      [KEYED, connectMachineClient({ serverUrl: new URL(gateway.url), issuer, clientId: KEYED, privateKey: privateJwk })]
    ]
    for (const [clientId, connection] of connections) {
      const client = await connection
      t.ok((await client.listTools()).tools.some(({ name }) => name === 'list_tickets'))
      t.notOk((await client.callTool({ name: 'list_tickets', arguments: { limit: 1 } })).isError)
      t.match(gateway.decisions.at(-1), { clientId, tool: 'list_tickets', granted: true })
      await client.close()
    }
  })
}

t.test('gateway — without the operator\'s choice, a token without a person is refused', async t => {
  covers('extensions.client-credentials')
  const gateway = await startProtectedGateway()
  t.teardown(() => gateway.close())
  const { body } = await tokenFor(gateway.practice.issuer, { resource: gateway.url, scope: BOTH })
  const refused = await callByHand(gateway.url, String(body['access_token']), { name: 'list_tickets', arguments: {} })
  t.equal(refused.status, 401)
  t.match(refused.headers.get('www-authenticate'), /error="invalid_token"/)
})

t.test('discovery — the extension is declared where the operator declares it', async t => {
  covers('extensions.client-credentials')
  const gateway = await start()
  t.teardown(() => gateway.close())
  const client = await connect(gateway, withSecret(gateway.practice.issuer))
  t.teardown(() => client.close())
  t.match(client.getServerCapabilities(), { extensions: { [EXTENSION]: {} } })
  const document = await fetch(`${gateway.practice.issuer}/.well-known/oauth-authorization-server`)
  const metadata = await document.json() as Record<string, string[]>
  t.ok(metadata['grant_types_supported']?.includes('client_credentials'))
  t.ok(['client_secret_basic', 'private_key_jwt'].every(method => metadata['token_endpoint_auth_methods_supported']?.includes(method)))
  t.ok(metadata['token_endpoint_auth_signing_alg_values_supported']?.includes('ES256'))
})

t.test('limits — a machine books within the details of its token, and a refusal says what would be enough', async t => {
  covers('extensions.client-credentials', 'extensions.machine-details')
  const gateway = await start()
  t.teardown(() => gateway.close())
  const { issuer } = gateway.practice
  const details = (maxAmount: number) => JSON.stringify([{ type: 'ticket-reservation', actions: ['book'], maxAmount }])
  const book = (token: unknown) => callByHand(gateway.url, String(token), { name: 'reserve_ticket', arguments: { ticket_id: 1, seats: 1 } })
  const small = await tokenFor(issuer, { resource: gateway.url, scope: BOTH, authorization_details: details(100) })
  t.match(small.body, { token_type: 'Bearer', scope: BOTH, authorization_details: [{ maxAmount: 100, currency: 'JPY' }] })
  t.notOk('refresh_token' in small.body)
  const refused = await book(small.body['access_token'])
  t.equal(refused.status, 403)
  t.match(refused.headers.get('www-authenticate'), /error="insufficient_authorization"/)
  const large = await tokenFor(issuer, { resource: gateway.url, scope: BOTH, authorization_details: details(10_000) })
  const booked = await book(large.body['access_token'])
  t.equal(booked.status, 200)
  t.match(booked.body, { result: { structuredContent: { reservation: { ticket_id: 1, seats_reserved: 1 } } } })
  const tooLarge = await tokenFor(issuer, { resource: gateway.url, scope: BOTH, authorization_details: details(10_001) })
  t.match(tooLarge, { status: 400, body: { error: 'invalid_authorization_details' } })
})

t.test('practice server — issues a token of the client itself, for one resource', async t => {
  covers('practice.client-credentials')
  const practice = await createPracticeServer()
  t.teardown(() => practice.close())
  const { issuer } = practice
  const { body, headers } = await tokenFor(issuer, { resource: RESOURCE, scope: 'mcp:tickets:read openid' })
  t.equal(headers.get('cache-control'), 'no-store')
  const { body: seen } = await introspect(issuer, String(body['access_token']))
  t.match(seen, { active: true, client_id: MACHINE_CLIENT.id, aud: RESOURCE, scope: 'mcp:tickets:read' })
  t.notOk('sub' in seen, 'there is no person')
  const elsewhere = await tokenFor(issuer, { resource: 'https://other.example/mcp', scope: BOTH })
  t.match(elsewhere, { status: 400, body: { error: 'invalid_target' } })
  t.match(await tokenFor(issuer, { resource: RESOURCE }, 'wrong'), { status: 401, body: { error: 'invalid_client' } })
  const withoutBrowser = { response_types: [], redirect_uris: [], token_endpoint_auth_method: 'client_secret_basic' }
  const registration = { ...withoutBrowser, grant_types: ['client_credentials'] }
  await t.rejects(registerClient(issuer, registration), /registration answered 400/, 'such a client is known beforehand')
})

t.test('practice server — an assertion is for this server, by a known key, and used once', async t => {
  covers('practice.client-assertion')
  const practice = await createPracticeServer({ machineClients: [{ id: KEYED, keys }] })
  t.teardown(() => practice.close())
  const { issuer } = practice
  const other = await generateKeyPair('ES256')
  const assertion = (claims: Record<string, unknown>, key = privateKey) => new SignJWT({
    iss: KEYED, sub: KEYED, aud: issuer, jti: crypto.randomUUID(), exp: Math.floor(Date.now() / 1000) + 60, ...claims
  }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(key)
  const ask = async (text: string) => {
    const { status } = await requestToken(issuer, {
      grant_type: 'client_credentials',
      resource: RESOURCE,
      scope: 'mcp:tickets:read',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: text
    })
    return status
  }
  const good = await assertion({})
  t.equal(await ask(good), 200)
  const refused = {
    again: await ask(good),
    'for the token endpoint': await ask(await assertion({ aud: `${issuer}/api/token` })),
    'for several servers': await ask(await assertion({ aud: [issuer, 'https://other.example'] })),
    'for another server': await ask(await assertion({ aud: 'https://other.example' })),
    'by another key': await ask(await assertion({}, other.privateKey)),
    expired: await ask(await assertion({ exp: Math.floor(Date.now() / 1000) - 60 })),
    'of another client': await ask(await assertion({ iss: MACHINE_CLIENT.id, sub: MACHINE_CLIENT.id }))
  }
  t.strictSame(Object.entries(refused).filter(([, status]) => status !== 401), [])
})
