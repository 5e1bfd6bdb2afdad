// Several authorization servers in front of one resource: whose token is it, who is shown it, and what when one of them is away.

import t, { type Test } from 'tap'
import { createPracticeServer, type PracticeServer } from '../../src/practice-as/practice-server.ts'
import { loadConfig } from '../../src/config/load.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { configureGateway, type ConfigInput } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { RESOURCE } from '../support/gateway.ts'
import { createSigningKey, signJwt } from '../support/signing-keys.ts'
import { startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

const INGA = { subject: '1004', scope: 'mcp:tickets:read mcp:tickets:write', ttlSeconds: 3600 }

function asked (practice: PracticeServer): ConfigInput['authorizationServer'] {
  return {
    issuer: practice.issuer,
    introspection: { clientId: practice.introspectionClient.id, clientSecret: practice.introspectionClient.secret }
  }
}

async function start (t: Test) {
  const [first, second, signing] =
    await Promise.all([{}, {}, { jwtResources: [RESOURCE] }].map(options => createPracticeServer({ resources: [RESOURCE], ...options })))
  if (first === undefined || second === undefined || signing === undefined) throw new Error('no servers')
  const servers = [first, second, signing]
  t.teardown(() => Promise.all(servers.map(server => server.close())))
  const gateway = await configureGateway(t, {
    policy: { authorizationDetailsWhenAbsent: 'allow' },
    authorizationServer: asked(first),
    furtherAuthorizationServers: [asked(second), { issuer: signing.issuer, jwt: {} }],
    cache: { ttlSeconds: 30, negativeTtlSeconds: 0 }
  }, { clock: systemClock })
  const statusOf = async (token: string, tool = 'list_tickets', args: object = {}) => (await gateway.call({ token, tool, args })).status
  return { first, second, signing, gateway, statusOf, counts: () => servers.map(({ introspections }) => introspections) }
}

t.test('several servers — all of them are listed, and the tokens of each are good', async t => {
  covers('servers.listed', 'servers.jwt-by-issuer')
  const { first, second, signing, gateway, statusOf, counts } = await start(t)
  t.match(await gateway.metadata(),
    { authorization_servers: [first.issuer, second.issuer, signing.issuer], mcp_resource_gateway_revocation_bound_seconds: undefined })
  t.equal(await statusOf(await signing.mintToken(INGA)), 200)
  t.strictSame(counts(), [0, 0, 0], 'a JWT is shown to nobody')
  t.equal(await statusOf(await first.mintToken(INGA)), 200)
  t.strictSame(counts(), [1, 0, 0])
  t.equal(await statusOf(await second.mintToken(INGA)), 200)
  t.strictSame(counts(), [2, 1, 0], 'in their order')
  t.equal(await statusOf('unknown'), 401)
  t.strictSame(counts(), [3, 2, 0])
  t.match(gateway.decisions().at(-1), { granted: false, reason: 'inactive' })
  const ready = await gateway.app.inject('/ready')
  t.match(ready.json(),
    { status: 'ready', checks: { 'authorization-server': 'ready', 'authorization-server-2': 'ready', 'authorization-server-3': 'ready' } })
})

t.test('several servers — the same subject at another server is another person', async t => {
  covers('servers.person-is-issuer-and-subject')
  const { first, second, signing, gateway, statusOf } = await start(t)
  const tokens = await Promise.all([first, second, signing].map(server => server.mintToken(INGA)))
  const reservationsOf = async (token: string) =>
    (await gateway.call({ token, tool: 'get_user_reservations' })).body.result?.structuredContent?.['reservations']
  for (const [index, token] of tokens.entries()) t.equal(await statusOf(token, 'reserve_ticket', { ticket_id: index + 1, seats: 1 }), 200)
  for (const [index, token] of tokens.entries()) t.match(await reservationsOf(token), [{ ticket_id: index + 1 }])
  for (const token of tokens) t.equal(((await reservationsOf(token)) as unknown[]).length, 1)
})

t.test('several servers — each with its own cache; a known token is asked about where it is known', async t => {
  covers('servers.cache-per-server')
  const { second, gateway, statusOf, counts } = await start(t)
  const token = await second.mintToken(INGA)
  t.equal(await statusOf(token), 200)
  for (let more = 0; more < 5; more += 1) t.equal(await statusOf(token), 200)
  t.strictSame(counts(), [1, 1, 0])
  t.equal(await statusOf(token, 'reserve_ticket', { ticket_id: 1, seats: 1 }), 200, 'money moves on a live answer')
  t.strictSame(counts(), [1, 2, 0], 'of the one that knows it')
  await second.revokeToken(token)
  t.equal(await statusOf(token, 'reserve_ticket', { ticket_id: 1, seats: 1 }), 401)
  t.equal(await statusOf(token), 401)
  t.match(gateway.decisions().at(-1), { reason: 'inactive' })
})

t.test('several servers — one that is away makes nobody\'s token bad, and nobody else\'s unusable', async t => {
  covers('servers.outage-not-masked', 'auth.authorization-server-failure-is-not-a-bad-token')
  const { first, second, signing, statusOf } = await start(t)
  const [ofFirst, ofSecond, signed] = await Promise.all([first.mintToken(INGA), second.mintToken(INGA), signing.mintToken(INGA)])
  t.equal(await statusOf(signed), 200)
  await first.close()
  t.equal(await statusOf(ofSecond), 200, 'the other knows it')
  t.equal(await statusOf(ofFirst), 503, 'the one that could know cannot be asked')
  t.equal(await statusOf('unknown'), 503)
  await second.close()
  await signing.close()
  t.equal(await statusOf(signed), 200, 'its keys are known')
  t.equal(await statusOf(ofSecond), 200, 'its answer is kept')
  t.equal(await statusOf(ofSecond, 'reserve_ticket', { ticket_id: 1, seats: 1 }), 503)
})

t.test('several servers — one that hangs is waited for until its circuit opens, and passed over from then on', async t => {
  covers('servers.hanging-passed-over')
  const [hanging, second] = await Promise.all([startStubAuthorizationServer(), createPracticeServer({ resources: [RESOURCE] })])
  t.teardown(() => Promise.all([hanging.close(), second.close()]))
  hanging.on('/introspect', () => {})
  const gateway = await configureGateway(t, {
    authorizationServer: { issuer: hanging.origin, introspection: { endpoint: `${hanging.origin}/introspect`, clientId: 'a', clientSecret: 'secret of b' }, deadlineMs: 100 },
    furtherAuthorizationServers: [asked(second)],
    cache: { ttlSeconds: 0 }
  }, { clock: systemClock })
  const token = await second.mintToken(INGA)
  const wasWaitedFor = async () => {
    const before = hanging.received.length
    t.equal((await gateway.call({ token, tool: 'list_tickets' })).status, 200)
    return hanging.received.length > before
  }
  t.equal(await wasWaitedFor(), true)
  await eventually('a call that does not wait for it', async () => !await wasWaitedFor())
  t.ok(hanging.received.length >= 5)
})

t.test('several servers — a JWT goes to the server that it names, and is believed as far as that server\'s keys reach', async t => {
  covers('servers.jwt-by-issuer')
  const { first, second, signing, gateway, statusOf, counts } = await start(t)
  const forged = (iss: string) => signJwt(createSigningKey('forged'),
    { iss, sub: '1004', aud: RESOURCE, exp: Math.floor(Date.now() / 1000) + 60, scope: 'mcp:tickets:read' })
  t.equal(await statusOf(forged(signing.issuer)), 401)
  t.match(gateway.decisions().at(-1), { reason: 'unverifiable:key' })
  t.strictSame(counts(), [0, 0, 0], 'introspected nowhere instead')
  t.equal(await statusOf(forged(second.issuer)), 401)
  t.strictSame(counts(), [0, 1, 0], 'shown to the one it names, which introspects')
  t.equal(await statusOf(forged('https://elsewhere.example')), 401)
  t.strictSame(counts(), [1, 2, 0], 'one that names nobody is a reference token like any other')
  t.equal(await statusOf(forged(first.issuer)), 401)
  t.strictSame(counts(), [2, 2, 0])

  const other = await createPracticeServer({ resources: [RESOURCE], jwtResources: [RESOURCE] })
  t.teardown(other.close)
  const alone = await configureGateway(
    t, { authorizationServer: { issuer: signing.issuer, jwt: {} }, furtherAuthorizationServers: [{ issuer: first.issuer, jwt: {} }] },
    { clock: systemClock }
  )
  t.equal((await alone.call({ token: await signing.mintToken(INGA), tool: 'list_tickets' })).status, 200)
  t.equal((await alone.call({ token: await other.mintToken(INGA), tool: 'list_tickets' })).status, 401)
  t.match(alone.decisions().at(-1), { reason: 'wrong-issuer' }, 'nobody is left to ask')
})

t.test('JWT end to end — tokens that the practice server signs, with every check of introspected ones', async t => {
  covers('jwt.claims-like-introspection', 'jwt.keys-from-metadata')
  const other = 'https://other.example/mcp'
  const signing = await createPracticeServer({ resources: [RESOURCE, other], jwtResources: [RESOURCE, other] })
  t.teardown(signing.close)
  const gateway = await configureGateway(t, { authorizationServer: { issuer: signing.issuer, jwt: {} } }, { clock: systemClock })
  const details = (maxAmount: number) => [{ type: 'ticket-reservation', actions: ['book'], maxAmount, currency: 'JPY' }]
  for (const [wish, tool, args, status, reason] of [
    [{ authorizationDetails: details(10_000) }, 'reserve_ticket', { ticket_id: 1, seats: 1 }, 200, 'permitted'],
    [{ authorizationDetails: details(10_000) }, 'reserve_ticket', { ticket_id: 2, seats: 2 }, 403, 'insufficient-authorization'],
    [{}, 'reserve_ticket', { ticket_id: 1, seats: 1 }, 403, 'insufficient-authorization'],
    [{ scope: 'mcp:tickets:write' }, 'list_tickets', {}, 403, 'insufficient-scope'],
    [{ resource: other }, 'list_tickets', {}, 401, 'wrong-audience'],
    [{ boundTo: { jkt: 'x'.repeat(43) } }, 'list_tickets', {}, 401, 'sender-constrained']
  ] as const) {
    const token = await signing.mintToken({ ...INGA, ...wish })
    t.equal(token.split('.').length, 3)
    t.equal((await gateway.call({ token, tool, args })).status, status, reason)
    t.match(gateway.decisions().at(-1), { reason })
  }
  t.equal((await gateway.call({ token: 'opaque', tool: 'list_tickets' })).status, 401)
  t.match(gateway.decisions().at(-1), { reason: 'unverifiable:form' })
  const policy = await gateway.app.inject('/policy/mcp')
  t.match(policy.body, /accepted until it expires/)
})

t.test('JWT end to end — a system with a shared secret and an identifier without a path', async t => {
  covers('jwt.shared-secret')
  const issuer = 'https://mcp-api.example.com'
  const sharedSecret = 'a shared secret of 32 characters'
  const loaded = loadConfig({ env: { GATEWAY_CONFIG: 'config/jwt.json', JWT_SHARED_SECRET: sharedSecret } })
  if (!loaded.ok) throw new Error(loaded.error.map(({ path }) => path).join())
  const { resource, authorizationServer } = loaded.value.config
  const gateway = await configureGateway(t, { resource, authorizationServer }, { clock: systemClock })
  const { SignJWT } = await import('jose')
  const token = (
    claims: Record<string, unknown>
  ) => new SignJWT({ sub: 'user-id', client_id: 'client-id', scope: ['mcp:tickets:read'], iss: issuer, aud: issuer, ...claims })
    .setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('1h').sign(new TextEncoder().encode(sharedSecret))
  t.equal((await gateway.call({ token: await token({}), tool: 'list_tickets' })).status, 200)
  t.match(gateway.decisions().at(-1), { clientId: 'client-id' })
  t.equal((await gateway.call({ token: await token({ scope: [] }), tool: 'list_tickets' })).status, 403)
  t.equal((await gateway.call({ token: await token({ aud: `${issuer}/mcp` }), tool: 'list_tickets' })).status, 401)
  t.match(await gateway.metadata(), { resource: issuer, authorization_servers: [issuer] })
  const { headers } = await gateway.call({ tool: 'list_tickets' })
  t.match(headers['www-authenticate'], `resource_metadata="${issuer}/.well-known/oauth-protected-resource"`)
  t.equal((await gateway.app.inject('/docs/mcp')).statusCode, 200)
})
