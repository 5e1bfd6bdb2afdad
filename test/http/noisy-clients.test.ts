// A person with a good token next to a client that sends invented ones, at authorization servers that answer unknown tokens in every
// way of the field, or slowly, or with a rate limit. Nothing is cached, so that each call asks the server.

import t, { type Test } from 'tap'
import { systemClock } from '../../src/kernel/clock.ts'
import { configureGateway, type ConfiguredGateway } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { CLIENT_SECRET, READ, RESOURCE } from '../support/gateway.ts'
import {
  answers, startStubAuthorizationServer, type Behaviour, type StubAuthorizationServer
} from '../support/stub-authorization-server.ts'

const INTROSPECT = '/introspect'
const CALLS = 100

async function start (t: Test): Promise<{ gateway: ConfiguredGateway, server: StubAuthorizationServer }> {
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  const gateway = await configureGateway(t, {
    authorizationServer: {
      issuer: server.origin,
      introspection: { endpoint: `${server.origin}${INTROSPECT}`, clientId: 'mcp-server', clientSecret: CLIENT_SECRET }
    },
    cache: { ttlSeconds: 0 },
    log: { level: 'error' }
  }, { clock: systemClock })
  return { gateway, server }
}

/** Knows tokens that begin with "good", and answers all others with `refuse`. */
const knowing = (server: StubAuthorizationServer, refuse: Behaviour): Behaviour => (request, response, socket) => {
  const token = new URLSearchParams(request.body).get('token') ?? ''
  if (!token.startsWith('good')) return refuse(request, response, socket)
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({
    active: true,
    iss: server.origin,
    sub: '1004',
    client_id: 'client-1',
    aud: RESOURCE,
    scope: READ,
    exp: Math.floor(Date.now() / 1000) +
      3600
  }))
}

const list = async ({ call }: ConfiguredGateway, token: string): Promise<number> => (await call({ token, tool: 'list_tickets' })).status

interface Outcome {
  readonly good: readonly number[]
  readonly noise: readonly number[]
  readonly ready: readonly number[]
}

interface Noise {
  readonly clients: number
  /** Between two calls of a client. Refusals that ask no server come at once, and must not keep this process busy. */
  readonly pauseMs: number
}

const pause = (ms: number) => new Promise(resolve => { setTimeout(resolve, ms) })

/** So many invented tokens at a time, as long as the person calls. */
async function listenIn (gateway: ConfiguredGateway, { clients, pauseMs }: Noise, token: (call: number) => string): Promise<Outcome> {
  const [good, noise, ready]: [number[], number[], number[]] = [[], [], []]
  let invented = 0
  const noisy = Array.from({ length: clients }, async () => {
    while (good.length < CALLS) {
      invented += 1
      noise.push(await list(gateway, `invented-${invented}`))
      await pause(pauseMs)
    }
  })
  while (good.length < CALLS) {
    good.push(await list(gateway, token(good.length)))
    // A person who alone exceeds the rate limit of the server would not be harmed by others.
    await pause(25)
    if (good.length % 20 === 0) ready.push((await gateway.app.inject('/ready')).statusCode)
  }
  await Promise.all(noisy)
  return { good, noise, ready }
}

function assertUnharmed (t: Test, { good, ready }: Outcome): void {
  const answered = good.filter(status => status === 200).length
  t.ok(answered >= CALLS * 0.99, `${answered} of ${CALLS} good calls are answered`)
  t.strictSame([...new Set(ready)], [200], 'and the gateway stays ready')
}

const REFUSALS: Readonly<Record<string, readonly [Behaviour, number]>> = {
  '401 and "active": false': [answers(401, '{"active":false,"error":"invalid_token"}'), 401],
  '400 invalid_request': [answers(400, '{"error":"invalid_request"}'), 401],
  '401 without a body': [answers(401, ''), 401],
  '401 and a Basic challenge': [answers(401, '', { 'www-authenticate': 'Basic realm="as"' }), 503],
  '403 without a body': [answers(403, ''), 503],
  '404 without a body': [answers(404, ''), 503]
}

for (const [name, [refuse, status]] of Object.entries(REFUSALS)) {
  t.test(`noisy clients — a server that answers unknown tokens with ${name}`, async t => {
    covers('auth.circuit-not-in-clients-hands', 'auth.noise-harms-no-good-token')
    const { gateway, server } = await start(t)
    server.on(INTROSPECT, knowing(server, refuse))
    for (let early = 0; early < 20; early += 1) await list(gateway, `early-${early}`)
    const outcome = await listenIn(gateway, { clients: 5, pauseMs: 10 }, call => `good-${call}`)
    assertUnharmed(t, outcome)
    t.equal(outcome.noise.at(-1), status)
  })
}

for (const retryAfter of ['30', '60', '3600']) {
  t.test(`noisy clients — a server that limits the rate and says Retry-After: ${retryAfter}`, async t => {
    covers('auth.rate-limit-is-no-outage', 'auth.noise-harms-no-good-token')
    const { gateway, server } = await start(t)
    const known = knowing(server, answers(200, '{"active":false}'))
    let window = { second: 0, requests: 0 }
    server.on(INTROSPECT, (request, response, socket) => {
      const second = Math.floor(performance.now() / 1000)
      if (second !== window.second) window = { second, requests: 0 }
      window.requests += 1
      if (window.requests > 50) answers(429, '{}', { 'retry-after': retryAfter })(request, response, socket)
      else known(request, response, socket)
    })
    t.equal(await list(gateway, 'good'), 200)
    const outcome = await listenIn(gateway, { clients: 30, pauseMs: 100 }, () => 'good')
    assertUnharmed(t, outcome)
    t.strictSame(outcome.noise.filter(status => status !== 401 && status !== 503), [])
    t.ok(outcome.noise.includes(503), 'the limit was met')
    const refused = await gateway.call({ token: 'invented', tool: 'list_tickets' })
    if (refused.status === 503) t.ok(Number(refused.headers['retry-after']) <= 5)
  })
}

// At 100 ms the 48 connections for unknown tokens answer 480 of them a second, at 250 ms 192.
for (const [takesMs, clients] of [[100, 800], [250, 500]] as const) {
  t.test(`noisy clients — a server that takes ${takesMs} ms, and more invented tokens than it can answer`, async t => {
    covers('auth.noise-harms-no-good-token', 'auth.questions-bounded')
    const { gateway, server } = await start(t)
    const known = knowing(server, answers(200, '{"active":false}'))
    server.on(INTROSPECT, (request, response, socket) => { setTimeout(() => { known(request, response, socket) }, takesMs) })
    t.equal(await list(gateway, 'good'), 200)
    const outcome = await listenIn(gateway, { clients, pauseMs: 500 }, () => 'good')
    assertUnharmed(t, outcome)
    t.ok(outcome.noise.includes(503), 'there were more than it could answer')
  })
}
