// A server that calls good tokens inactive is not believed, also where no good token was seen since the start. And what an attacker can do
// with that: invented, forged, expired and foreign tokens make no healthy server doubted.

import t, { type Test } from 'tap'
import { createMetrics } from '../../src/operations/metrics.ts'
import type { AuthenticationEvent } from '../../src/auth/observation.ts'
import { collected } from '../support/collected.ts'
import { configureGateway, type ConfiguredGateway } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { RESOURCE, type LogLine } from '../support/gateway.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS, type ManualClock } from '../support/manual-clock.ts'
import { createSigningKey, signJwt } from '../support/signing-keys.ts'
import { answers, answersJson, startStubAuthorizationServer, type StubAuthorizationServer } from '../support/stub-authorization-server.ts'

const SECRET = 'secret-of-the-resource-server'
const BASIC = `Basic ${Buffer.from(`mcp-rs:${SECRET}`).toString('base64')}`
const key = createSigningKey('k-01')
const foreignKey = createSigningKey('k-01')

type Members = Readonly<Record<string, unknown>>

interface Started {
  readonly gateway: ConfiguredGateway
  readonly server: StubAuthorizationServer
  readonly clock: ManualClock
  readonly good: Set<string>
  readonly events: AuthenticationEvent[]
  readonly statuses: (tokens: readonly string[]) => Promise<readonly number[]>
  readonly ready: () => Promise<number>
  readonly lines: (event: string) => readonly LogLine[]
  /** A JWT of this server for this gateway. */
  readonly jwt: (changes?: Members, header?: Members) => string
}

interface Settings {
  /** Whether wrong credentials get 401; otherwise "active": false, as at Authentik. */
  readonly tellsApart: boolean
  readonly clientSecret?: string
}

async function start (t: Test, { tellsApart, clientSecret = SECRET }: Settings): Promise<Started> {
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  const issuer = server.origin
  const good = new Set<string>()
  server.on('/.well-known/oauth-authorization-server', answersJson({ issuer, jwks_uri: `${issuer}/jwks`, introspection_endpoint: `${issuer}/introspect` }))
  server.on('/jwks', answersJson({ keys: [key.jwk] }))
  server.on('/introspect', (request, response, socket) => {
    const isKnown = request.headers.authorization === BASIC
    const active = isKnown && good.has(new URLSearchParams(request.body).get('token') ?? '')
    const reply = answersJson(
      active ? { active, sub: '1004', aud: RESOURCE, scope: 'mcp:tickets:read', exp: MANUAL_CLOCK_START_SECONDS + 9000 } : { active }
    )
    const behaviour = isKnown || !tellsApart ? reply : answers(401, '{"error":"invalid_client"}')
    behaviour(request, response, socket)
  })
  const clock = createManualClock()
  const events: AuthenticationEvent[] = []
  const gateway = await configureGateway(t, {
    authorizationServer: { issuer, introspection: { clientId: 'mcp-rs', clientSecret } }, cache: { ttlSeconds: 0, negativeTtlSeconds: 0 }
  }, { clock, observe: event => { events.push(event) } })
  await gateway.app.listen({ port: 0, host: '127.0.0.1' })
  await eventually('the self-test has ended', () => gateway.log().includes('"self-test"'))
  let minted = 0
  return {
    gateway,
    server,
    clock,
    good,
    events,
    async statuses (tokens) {
      const found: number[] = []
      for (const token of tokens) found.push((await gateway.call({ token, tool: 'list_tickets' })).status)
      return found
    },
    ready: async () => (await gateway.app.inject('/ready')).statusCode,
    lines: event => gateway.log().split('\n').filter(line => line.includes(`"event":"${event}"`)).map(line => JSON.parse(line) as LogLine),
    jwt (changes = {}, header) {
      minted += 1
      const exp = Math.floor(clock.now() / 1000) + 3600
      return signJwt(key, { iss: issuer, sub: '1004', aud: RESOURCE, client_id: 'client-1', jti: `t-${minted}`, exp, ...changes }, header)
    }
  }
}

const invented = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`)

t.test('doubt — wrong credentials that a server hides are noticed with the first tokens after the start', async t => {
  covers('auth.contradicting-server-doubted', 'auth.credentials-self-test')
  const { statuses, ready, clock, lines, events, gateway, server, good } = await start(t, { tellsApart: false, clientSecret: 'wrong' })
  t.match(lines('self-test')[0], { outcome: 'indistinct', level: 40 })
  t.equal(await ready(), 200, 'that alone is a warning')
  t.strictSame(await statuses(invented('opaque', 8)), [401, 401, 401, 401, 503, 503, 503, 503])
  t.equal(await ready(), 503)
  t.match(lines('doubt')[0], { doubted: true, level: 50, issuer: server.origin, hint: /answer wrong credentials so/ })
  const refused = await gateway.call({ token: 'opaque-9', tool: 'list_tickets' })
  t.match(refused.headers, { 'retry-after': '60', 'www-authenticate': undefined })

  clock.advance(60_000)
  t.equal(await ready(), 200, 'after a minute clients are told again to obtain other tokens')
  t.match(lines('doubt')[1], { doubted: false, level: 30 })
  t.strictSame(await statuses(invented('opaque', 10)), [...Array.from({ length: 9 }, () => 401), 503],
    'tokens that were counted are not counted again')
  t.match(events.filter(({ kind }) => kind === 'doubt'),
    [{ kind: 'doubt', issuer: server.origin, doubted: true }, { kind: 'doubt', issuer: server.origin, doubted: false }, { doubted: true }])

  good.add('good')
  gateway.reload({ authorizationServer: { issuer: server.origin, introspection: { clientId: 'mcp-rs', clientSecret: SECRET } } })
  t.strictSame(await statuses(['good', ...invented('later', 10)]), [200, ...Array.from({ length: 10 }, () => 401)])
  t.equal(await ready(), 200)
})

t.test('doubt — genuine JWTs are evidence on any server, and their keys are fetched once', async t => {
  covers('auth.contradicting-server-doubted')
  const { statuses, ready, jwt, server, lines, clock } = await start(t, { tellsApart: true })
  t.match(lines('self-test')[0], { outcome: 'accepted' })
  t.strictSame(await statuses([jwt()]), [401], 'the answer does not wait for keys')
  await eventually('the keys are there', () => server.received.some(({ path }) => path === '/jwks'))
  await import('jose')
  await statuses(invented('while the keys are read', 20))
  const found: number[] = []
  while (found.length < 200 && found.at(-1) !== 503) {
    found.push(...await statuses([jwt()]))
    clock.advance(200)
  }
  t.ok(found.length >= 5, 'five tokens at least')
  t.equal(found.at(-1), 503, `after ${found.length} tokens`)
  t.equal(await ready(), 503)
  clock.advance(1000)
  await statuses(Array.from({ length: 30 }, () => jwt({}, { kid: 'unknown' })))
  t.equal(server.received.filter(({ path }) => path === '/jwks').length, 1)
})

t.test('doubt — nothing that a client can invent makes a healthy server doubted', async t => {
  covers('auth.doubt-not-in-clients-hands')
  const each = collected(t)
  for (const tellsApart of [true, false]) {
    const { statuses, ready, jwt, lines, good, server, clock } = await start(t, { tellsApart })
    good.add('good')
    await statuses(['good', jwt()])
    await eventually('the keys are there', () => server.received.some(({ path }) => path === '/jwks'))
    const claims = { iss: server.origin, sub: '1', aud: RESOURCE, exp: MANUAL_CLOCK_START_SECONDS + 3600 }
    const noise: Readonly<Record<string, readonly string[]>> = {
      opaque: invented('opaque', 30),
      'signed with another key': invented('f', 12).map(jti => signJwt(foreignKey, { ...claims, jti })),
      'without a signature': invented('n', 12).map(jti => `${signJwt(key, { ...claims, jti }).split('.').slice(0, 2).join('.')}.AAAA`),
      'for another resource': invented('a', 12).map(() => jwt({ aud: 'https://other.example/mcp' })),
      expired: invented('e', 12).map(() => jwt({ exp: MANUAL_CLOCK_START_SECONDS - 1 })),
      'of another issuer': invented('i', 12).map(() => jwt({ iss: 'https://other.example' })),
      'ID tokens': invented('id', 12).map(() => jwt({ nonce: 'n-1' })),
      'refresh tokens': invented('r', 12).map(() => jwt({ typ: 'Refresh' }))
    }
    for (const [name, tokens] of Object.entries(noise)) {
      each.strictSame([...new Set(await statuses(tokens))], [401], `${name}, ${tellsApart ? 'told apart' : 'not told apart'}`)
      each.equal(await ready(), 200, name)
      clock.advance(1000)
    }
    each.equal(lines('doubt').length, 0)
    each.strictSame(await statuses(['good']), [200])
  }
  each.end()
})

t.test('doubt — before the first good token, inventing makes a server that tells credentials apart no less believed', async t => {
  covers('auth.doubt-not-in-clients-hands')
  const { statuses, ready, lines } = await start(t, { tellsApart: true })
  t.strictSame([...new Set(await statuses(invented('opaque', 100)))], [401])
  t.equal(await ready(), 200)
  t.equal(lines('doubt').length, 0)
})

t.test('doubt — where it can be invented, one good token ends it for good', async t => {
  covers('auth.doubt-not-in-clients-hands')
  const { statuses, ready, good } = await start(t, { tellsApart: false })
  good.add('good')
  t.equal((await statuses(invented('early', 6))).at(-1), 503)
  t.strictSame(await statuses(['good']), [200], 'a good token is not kept waiting')
  t.equal(await ready(), 200)
  t.strictSame([...new Set(await statuses(invented('late', 100)))], [401])
  t.equal(await ready(), 200)
})

t.test('doubt — metrics show it, and what the self-test has found', async t => {
  const metrics = createMetrics({ issuers: ['https://as.example'], revocationBound: () => 30, version: '0.0.0-test', now: Date.now })
  t.match(await metrics.render(), /mcp_gateway_answers_doubted\{issuer="https:\/\/as\.example"\} 0/)
  metrics.authentication({ kind: 'doubt', issuer: 'https://as.example', doubted: true })
  metrics.authentication({ kind: 'self-test', issuer: 'https://as.example', outcome: 'indistinct' })
  const text = await metrics.render()
  t.match(text, /mcp_gateway_answers_doubted\{issuer="https:\/\/as\.example"\} 1/)
  t.match(text, /mcp_gateway_self_test\{issuer="https:\/\/as\.example",outcome="indistinct"\} 1/)
  t.match(text, /mcp_gateway_self_test\{issuer="https:\/\/as\.example",outcome="accepted"\} 0/)
})
