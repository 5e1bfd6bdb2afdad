// An authorization server that is away for longer than one question: it is left alone, cached grants go on for as long as they
// may and no longer, and everything works again without a restart. Over the network, in every way it can misbehave.

import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { activeToken, buildGateway, call, CLIENT_SECRET, type CallAnswer, type Gateway } from '../support/gateway.ts'
import {
  answers, startStubAuthorizationServer, type Behaviour, type StubAuthorizationServer
} from '../support/stub-authorization-server.ts'

const INTROSPECT = '/introspect'

async function start (t: Test, deadlineMs = 1500): Promise<{ gateway: Gateway, server: StubAuthorizationServer }> {
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  const gateway = await buildGateway(t, {
    network: true,
    config: {
      authorizationServer: {
        issuer: server.origin,
        introspection: { endpoint: `${server.origin}${INTROSPECT}`, clientId: 'mcp-server', clientSecret: CLIENT_SECRET },
        deadlineMs
      }
    }
  })
  return { gateway, server }
}

const tokenOf = (body: string): string => new URLSearchParams(body).get('token') ?? ''

/** Knows every token but its own probes. */
const well = (server: StubAuthorizationServer): Behaviour => ({ body }, response) => {
  const reply = tokenOf(body).startsWith('probe-') ? { active: false } : activeToken({ iss: server.origin })
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
}

const list = (gateway: Gateway, token: string): Promise<CallAnswer> => call(gateway, { token, tool: 'list_tickets' })
const stateOf = ({ events }: Gateway) => events.flatMap(event => event.kind === 'circuit' ? [event.state] : []).at(-1)

const MISBEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  hangs: () => {},
  drips (_request, response) {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => { response.write(' ') }, 10)
    response.once('close', () => { clearInterval(drip) })
  },
  resets: (_request, _response, socket) => { socket.resetAndDestroy() },
  'answers rubbish': (_request, _response, socket) => { socket.end('\0\x01\x02 this is not HTTP') },
  'answers with a page': answers(200, '<!doctype html><p>Maintenance', { 'content-type': 'text/html' }),
  'cuts its JSON': answers(200, '{"active":tr'),
  floods: (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = (): void => { while (!response.destroyed && response.write('x'.repeat(65_536))); }
    response.on('drain', more)
    more()
  },
  'answers 500': answers(500, '{}'),
  'answers 503': answers(503, '{}'),
  redirects: answers(302, '', { location: 'http://127.0.0.1:9/' })
}

for (const [name, misbehave] of Object.entries(MISBEHAVIOURS)) {
  t.test(`outage — an authorization server that ${name}: left alone, cached grants last as long as they may, recovery by itself`, async t => {
    covers('auth.circuit-breaker', 'auth.no-stale-answers', 'http.outage-is-503')
    const { gateway, server } = await start(t)
    server.on(INTROSPECT, well(server))
    t.equal((await list(gateway, 'token-kept')).status, 200)

    server.on(INTROSPECT, misbehave)
    const failed = await Promise.all(Array.from({ length: 5 }, (_, index) => list(gateway, `token-${index}`)))
    t.same([...new Set(failed.map(({ status }) => status))], [503])
    await eventually('the circuit opens', () => stateOf(gateway) === 'open')
    t.match(gateway.lines().find(({ event }) => event === 'circuit'), { level: 50, state: 'open', issuer: server.origin, reason: /^[a-z-]+$/, hint: /[a-z]/ })

    const questions = server.received.length
    gateway.clock.advance(1)
    const refused = await list(gateway, 'token-new')
    t.equal(refused.status, 503)
    t.equal(refused.headers['retry-after'], '5', 'until the next probe')
    t.equal(refused.headers['www-authenticate'], undefined)
    t.equal((await gateway.app.inject('/ready')).statusCode, 503, 'readiness says so')
    t.equal((await gateway.app.inject('/health')).statusCode, 200, 'the process is well')
    t.equal((await list(gateway, 'token-kept')).status, 200, 'a cached grant goes on')
    t.equal((await call(gateway, { token: 'token-kept', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })).status, 503,
      'but moves no money without a live answer')
    t.equal(server.received.length, questions, 'and nobody was asked')

    gateway.clock.advance(28_998)
    await list(gateway, 'token-new')
    await eventually('the probe ends', () => stateOf(gateway) === 'open')
    t.equal((await list(gateway, 'token-kept')).status, 200, 'up to its time to live')
    gateway.clock.advance(1001)
    t.equal((await list(gateway, 'token-kept')).status, 503, 'and not a moment longer')

    server.on(INTROSPECT, well(server))
    gateway.clock.advance(60_000)
    t.equal((await gateway.app.inject('/ready')).statusCode, 200, 'the readiness probe alone finds out')
    t.equal((await list(gateway, 'token-kept')).status, 200)
    t.equal(stateOf(gateway), 'closed')
    t.match(gateway.lines().findLast(({ event }) => event === 'circuit'), { level: 30, state: 'closed' })
  })
}

t.test('outage — the crowd that comes back after it is let through in bounded numbers', async t => {
  covers('auth.questions-bounded')
  const { gateway, server } = await start(t, 20_000)
  server.on(INTROSPECT, answers(500, '{}'))
  for (let index = 0; index < 5; index += 1) await list(gateway, `token-${index}`)
  await eventually('the circuit opens', () => stateOf(gateway) === 'open')

  let underWay = 0
  let most = 0
  server.on(INTROSPECT, (request, response, socket) => {
    underWay += 1
    most = Math.max(most, underWay)
    setImmediate(() => {
      underWay -= 1
      well(server)(request, response, socket)
    })
  })
  gateway.clock.advance(5000)
  t.equal((await gateway.app.inject('/ready')).statusCode, 200)
  const questionsBefore = server.received.length
  const crowd = await Promise.all(Array.from({ length: 3000 }, (_, index) => list(gateway, `token-crowd-${index}`)))
  t.same([...new Set(crowd.map(({ status }) => status))].toSorted(), [200, 503])
  t.ok(most <= 64, `at most 64 questions at a time (${most})`)
  t.ok(server.received.length - questionsBefore <= 1024, 'and of a crowd that comes at once only so many wait for their turn')
  t.ok(crowd.filter(({ status }) => status === 503).every(({ headers }) => Number(headers['retry-after']) >= 1))
  for (const [index, { status }] of crowd.entries()) {
    if (status === 503 && index % 100 === 0) t.equal((await list(gateway, `token-crowd-${index}`)).status, 200, 'who was sent away gets through when trying again')
  }
  t.equal(stateOf(gateway), 'closed')
})
