// The self-test of the credentials when the gateway begins to serve: what servers of the field answer to a made-up token and to a made-up
// secret, what follows for readiness, and what stands in the log.

import t, { type Test } from 'tap'
import { collected } from '../support/collected.ts'
import { configureGateway, type ConfigInput, type ConfiguredGateway } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { RESOURCE, type LogLine } from '../support/gateway.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import {
  answers, answersJson, startStubAuthorizationServer, type Behaviour, type StubAuthorizationServer
} from '../support/stub-authorization-server.ts'

type Server = Partial<ConfigInput['authorizationServer']>

const SECRET = 'secret-of-the-resource-server'
const ENCODED = `${SECRET}+/=`
const INACTIVE = answersJson({ active: false })
const INVALID_CLIENT = answers(401, '{"error":"invalid_client"}')
const BARE_401 = answers(401, '')

/** Compares the secret without decoding it, and answers right credentials and all others in two ways. */
const by = (right: Behaviour, others: Behaviour): Behaviour => (request, response, socket) => {
  const basic = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString()
  const behaviour = [SECRET, ENCODED].some(secret => basic === `mcp-rs:${secret}`) ? right : others
  behaviour(request, response, socket)
}

interface Started {
  readonly gateway: ConfiguredGateway
  readonly server: StubAuthorizationServer
  readonly clock: ManualClock
  readonly findings: () => readonly LogLine[]
  readonly ready: () => Promise<number>
  /** The secrets that were sent, with those that were made up called so. */
  readonly sent: () => readonly string[]
}

async function start (t: Test, introspect: Behaviour, clientSecret = SECRET, more: Server = {}): Promise<Started> {
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  server.on('/introspect', introspect)
  const clock = createManualClock()
  const gateway = await configureGateway(t, { authorizationServer: authorizationServer(server, clientSecret, more) }, { clock })
  await gateway.app.listen({ port: 0, host: '127.0.0.1' })
  return {
    gateway,
    server,
    clock,
    findings: () => gateway.log().split('\n').filter(line => line.includes('"self-test"')).map(line => JSON.parse(line) as LogLine),
    ready: async () => (await gateway.app.inject('/ready')).statusCode,
    sent: () => server.received.map(({ headers }) => secretIn(headers.authorization))
  }
}

function authorizationServer (
  { origin }: StubAuthorizationServer, clientSecret: string, more: Server = {}
): ConfigInput['authorizationServer'] {
  return { issuer: origin, introspection: { endpoint: `${origin}/introspect`, clientId: 'mcp-rs', clientSecret }, ...more }
}

function secretIn (authorization = ''): string {
  const [, secret = ''] = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':')
  return secret.startsWith('made-up-') ? 'made up' : secret
}

interface Case {
  readonly introspect: Behaviour
  readonly secret?: string
  readonly outcome: string
  readonly level: 'info' | 'warn' | 'error'
  readonly ready: number
  /** What this hint says and no other; absent: there is nothing to do. */
  readonly hint?: RegExp
}

const CASES: Readonly<Record<string, Case>> = {
  'right credentials, wrong ones refused': { introspect: by(INACTIVE, INVALID_CLIENT), outcome: 'accepted', level: 'info', ready: 200 },
  'right credentials, wrong ones refused without a word': {
    introspect: by(INACTIVE, BARE_401),
    outcome: 'accepted',
    level: 'info',
    ready: 200
  },
  'unknown tokens refused without a word, wrong credentials with a reason': {
    introspect: by(BARE_401, INVALID_CLIENT),
    outcome: 'accepted',
    level: 'info',
    ready: 200
  },
  'wrong credentials called inactive (Authentik)': { introspect: by(INACTIVE, INACTIVE), outcome: 'indistinct', level: 'warn', ready: 200, hint: /answers made-up credentials as it answers those/ },
  'the same, and ours are wrong': { introspect: by(INACTIVE, INACTIVE), secret: 'wrong', outcome: 'indistinct', level: 'warn', ready: 200, hint: /answers made-up credentials as it answers those/ },
  'a wrong secret, invalid_client': { introspect: by(INACTIVE, INVALID_CLIENT), secret: 'wrong', outcome: 'rejected', level: 'error', ready: 503, hint: /rejected the credentials of this gateway, not those/ },
  'a wrong secret, a Basic challenge (Spring)': { introspect: by(INACTIVE, answers(401, '', { 'www-authenticate': 'Basic realm="as"' })), secret: 'wrong', outcome: 'rejected', level: 'error', ready: 503, hint: /rejected the credentials of this gateway, not those/ },
  'a wrong secret, 401 without a word (java-oauth-server)': { introspect: by(INACTIVE, BARE_401), secret: 'wrong', outcome: 'rejected', level: 'error', ready: 503, hint: /does not say whether the token or this gateway is meant/ },
  'a secret that form encoding changes, 401 without a word': { introspect: by(INACTIVE, BARE_401), secret: ENCODED, outcome: 'rejected', level: 'error', ready: 503, hint: /does not say why, and the client id or secret.*2\.3\.1/ },
  'a secret that form encoding changes, invalid_client': { introspect: by(INACTIVE, INVALID_CLIENT), secret: ENCODED, outcome: 'rejected', level: 'error', ready: 503, hint: /rejected the credentials.*characters that form encoding changes/ },
  '403 without a word': { introspect: answers(403, ''), outcome: 'rejected', level: 'error', ready: 503, hint: /does not say whether the token or this gateway is meant/ },
  'a made-up token is called active': { introspect: answersJson({ active: true, sub: '1', aud: RESOURCE, exp: 4_000_000_000 }), outcome: 'vouches-for-anything', level: 'error', ready: 503, hint: /calls a token active that this gateway has made up/ },
  'a made-up token is called active, and nothing else': { introspect: answersJson({ active: true }), outcome: 'vouches-for-anything', level: 'error', ready: 503, hint: /calls a token active that this gateway has made up/ },
  'no connection': { introspect: (_request, _response, socket) => { socket.destroy() }, outcome: 'unavailable', level: 'warn', ready: 503, hint: /closed the connection twice/ },
  'a rate limit': { introspect: answers(429, ''), outcome: 'unavailable', level: 'warn', ready: 200, hint: /limits how often/ }
}

const LEVELS = { info: 30, warn: 40, error: 50 } as const

t.test('self-test — what each kind of server answers, and what follows', async t => {
  covers('auth.credentials-self-test')
  const each = collected(t)
  for (const [name, { introspect, secret = SECRET, outcome, level, ready, hint }] of Object.entries(CASES)) {
    const started = await start(t, introspect, secret)
    await eventually(`${name}: a finding`, () => started.findings().length > 0)
    const [finding, second] = started.findings()
    each.match(finding, { outcome, level: LEVELS[level], issuer: started.server.origin }, name)
    each.equal(second, undefined, `${name}: one line`)
    each.equal(await started.ready(), ready, `${name}: ready`)
    const said = typeof finding?.['hint'] === 'string' ? finding['hint'] : ''
    if (hint === undefined) each.equal(said, '', `${name}: no hint`)
    else each.match(said, hint, name)
    const others = Object.values(CASES)
      .filter(other => other.hint !== undefined && String(other.hint) !== String(hint) && other.hint.test(said))
    each.equal(others.length, 0, `${name}: the hint names no other cause`)
    each.notMatch(started.gateway.log(), /made-up-[0-9a-f]|probe-|secret-of-the-resource/, `${name}: nothing secret in the log`)
  }
  each.end()
})

t.test('self-test — a made-up secret is sent once, however often readiness asks again', async t => {
  covers('auth.credentials-self-test')
  const { sent, ready, findings, clock } = await start(t, BARE_401)
  await eventually('a finding', () => findings().length > 0)
  for (let second = 0; second < 60; second += 1) {
    t.equal(await ready(), 503)
    clock.advance(1000)
  }
  const count = (secret: string) => sent().filter(text => text === secret).length
  t.equal(count('made up'), 1)
  t.ok(count(SECRET) >= 2 && count(SECRET) <= 14, `the gateway asks again every five seconds at most, not ${count(SECRET)} times`)
  t.equal(findings().length, 1, 'and says the same once')
})

t.test('self-test — an answer about a token of a client proves the credentials', async t => {
  covers('auth.credentials-self-test')
  const good: Behaviour = (request, response, socket) => {
    const isGood = new URLSearchParams(request.body).get('token') === 'good'
    const behaviour =
      isGood ? answersJson({ active: true, sub: '1', aud: RESOURCE, exp: 4_000_000_000, scope: 'mcp:tickets:read' }) : BARE_401
    behaviour(request, response, socket)
  }
  const { gateway, ready, findings } = await start(t, good)
  await eventually('a finding', () => findings().length > 0)
  t.equal(await ready(), 503, 'a server that refuses unknown tokens without a word')
  t.equal((await gateway.call({ token: 'good', tool: 'list_tickets' })).status, 200)
  await eventually('another finding', () => findings().length > 1)
  t.match(findings()[1], { outcome: 'accepted' })
  t.equal(await ready(), 200)
  t.equal((await gateway.call({ token: 'invented', tool: 'list_tickets' })).status, 401)
})

t.test('self-test — credentials that the server no longer takes turn readiness red with the first good token', async t => {
  covers('auth.credentials-self-test')
  const active = answersJson({ active: true, sub: '1', aud: RESOURCE, exp: 4_000_000_000, scope: 'mcp:tickets:read' })
  const knowing: Behaviour = (request, response, socket) => {
    const behaviour = new URLSearchParams(request.body).get('token') === 'good' ? active : INACTIVE
    behaviour(request, response, socket)
  }
  for (const refusal of [BARE_401, answers(401, '', { 'www-authenticate': 'Basic realm="as"' })]) {
    const { server, gateway, ready, findings, clock } = await start(t, by(knowing, refusal))
    await eventually('a finding', () => findings().length > 0)
    t.equal((await gateway.call({ token: 'good', tool: 'list_tickets' })).status, 200)
    server.on('/introspect', refusal)
    clock.advance(60_000)
    t.equal((await gateway.call({ token: 'good', tool: 'list_tickets' })).status, 503)
    await eventually('another finding', () => findings().length > 1)
    t.match(findings()[1], { outcome: 'rejected', level: 50 })
    t.equal(await ready(), 503)
  }
})

t.test('self-test — a server that comes back is ready again without a request of a client', async t => {
  covers('auth.credentials-self-test')
  const { server, ready, findings, clock } = await start(t, (_request, _response, socket) => { socket.destroy() })
  await eventually('a finding', () => findings().length > 0)
  t.equal(await ready(), 503)
  server.on('/introspect', by(INACTIVE, INVALID_CLIENT))
  t.equal(await ready(), 503, 'asked again after five seconds')
  clock.advance(5000)
  t.equal(await ready(), 200)
  t.match(findings().at(-1), { outcome: 'accepted' })
})

t.test('self-test — a reload with another secret tests again, at once', async t => {
  covers('auth.credentials-self-test', 'auth.circuit-closes-on-new-credentials')
  const { gateway, server, ready, findings, sent } = await start(t, by(INACTIVE, INVALID_CLIENT), 'wrong')
  await eventually('a finding', () => findings().length === 1)
  t.equal(await ready(), 503)
  gateway.reload({ authorizationServer: authorizationServer(server, SECRET) })
  await eventually('another finding', () => findings().length === 2)
  t.match(findings()[1], { outcome: 'accepted' })
  t.equal(await ready(), 200)
  gateway.reload({ authorizationServer: authorizationServer(server, SECRET), cache: { ttlSeconds: 7 } })
  gateway.reload({ authorizationServer: authorizationServer(server, 'wrong-again') })
  await eventually('a third one', () => findings().length === 3)
  t.match(findings()[2], { outcome: 'rejected' })
  t.equal(await ready(), 503)
  t.same(sent().filter(secret => secret !== SECRET), ['wrong', 'made up', 'wrong-again'], 'no test without a new secret')
})

t.test('self-test — configuration decides what is asked', async t => {
  covers('auth.credentials-self-test')
  const own = await start(t, by(INACTIVE, INACTIVE), SECRET, { selfTest: 'own-credentials' })
  await eventually('a finding', () => own.findings().length > 0)
  t.match(own.findings()[0], { outcome: 'accepted' })
  t.same(own.sent(), [SECRET])
  const off = await start(t, BARE_401, SECRET, { selfTest: 'off' })
  t.equal(await off.ready(), 200)
  t.same(off.sent(), [])
})
