// Introspection and discovery over real connections, to an authorization server that misbehaves on demand.

import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import t, { type Test } from 'tap'
import { Dispatcher, MockAgent } from 'undici'
import { createAuthenticator } from '../../src/auth/authenticator.ts'
import { clientSecretBasic, withSecret } from '../../src/auth/introspection/client-authentication.ts'
import { createIntrospectionVerifier } from '../../src/auth/introspection/introspection-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { createAuthorizationServer } from '../../src/auth/server/authorization-server.ts'
import { systemClock, type Clock } from '../../src/kernel/clock.ts'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../../src/kernel/fault.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { answers, answersJson, startStubAuthorizationServer, type Behaviour } from '../support/stub-authorization-server.ts'
import { RESOURCE } from '../support/token-statuses.ts'

const SECRET_TOKEN = 'tok+en/with=='
const CLIENT_SECRET = 'very-secret'
const OAUTH_METADATA = '/.well-known/oauth-authorization-server'
const OPENID_METADATA = '/.well-known/openid-configuration'

interface Settings {
  readonly issuer?: string
  /** `undefined`: discovered. */
  readonly endpoint?: string | undefined
  readonly clientId?: string
  readonly clientSecret?: string
  readonly deadlineMs?: number
  readonly clock?: Clock
  readonly dispatcher?: Dispatcher
}

async function start (t: Test, settings: Settings = {}) {
  const server = await startStubAuthorizationServer()
  const { issuer, endpoint, clientId, clientSecret, deadlineMs, clock, dispatcher } = {
    issuer: server.origin, endpoint: `${server.origin}/introspect`, clientId: 'mcp-server', clientSecret: CLIENT_SECRET, deadlineMs: 3000, clock: systemClock, dispatcher: undefined, ...settings
  }
  const authorizationServer = createAuthorizationServer({ issuer, deadlineMs, clock, dispatcher })
  const verifier = createIntrospectionVerifier({
    server: authorizationServer,
    endpoint,
    authenticate: withSecret(clientSecretBasic, clientId, () => clientSecret),
    accept: 'json',
    signedReplies: { algorithms: [], audiences: [clientId] },
    deadlineMs,
    clock
  })
  t.teardown(async () => {
    await server.close()
    await authorizationServer.close()
  })
  return { server, verifier, ask: () => verifier.verify(new PresentedToken(SECRET_TOKEN)) }
}

/** The fault that came; a test fails when none did or when it tells a secret. */
async function faultOf (t: Test, asking: Promise<unknown>): Promise<AuthorizationServerUnavailable> {
  const failure = await asking.then(() => undefined, (reason: unknown) => reason)
  if (!(failure instanceof AuthorizationServerUnavailable)) throw new Error(`expected a fault, got ${inspect(failure)}`)
  const shown = inspect(failure, { depth: 9, showHidden: true })
  for (const secret of [SECRET_TOKEN, encodeURIComponent(SECRET_TOKEN), CLIENT_SECRET, 'upstream-text', btoa(`mcp-server:${CLIENT_SECRET}`)]) {
    t.notOk(shown.includes(secret), 'a fault tells neither token nor secret nor what the server sent')
  }
  return failure
}

t.test('introspection — posts the token as a form, with our credentials, over kept-alive connections', async t => {
  covers('auth.introspection-request')
  const { server, ask } = await start(t)
  server.on('/introspect', answersJson({ active: true, sub: '1004', aud: RESOURCE }))
  t.match(await ask(), { kind: 'active', claims: { subject: '1004', audience: [RESOURCE] } })
  server.on('/introspect', answersJson({ active: false }))
  t.strictSame(await ask(), { kind: 'inactive' })
  const [request] = server.received
  t.match(request, {
    method: 'POST',
    path: '/introspect',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${btoa(`mcp-server:${CLIENT_SECRET}`)}`
    }
  })
  t.strictSame(Object.fromEntries(new URLSearchParams(request?.body)), { token: SECRET_TOKEN, token_type_hint: 'access_token' })
  t.equal(server.received.length, 2, 'an explicit endpoint needs no metadata')

  for (let more = 0; more < 20; more += 1) await ask()
  t.ok(new Set(server.received.map(({ connection }) => connection)).size <= 2, 'connections are used again')
})

t.test('introspection — credentials arrive whole, whatever they consist of', async t => {
  covers('auth.client-credentials-form-encoded')
  const [id, secret] = ['mcp:server%', 'p%3A:+ &=ü秘密']
  const { server, ask } = await start(t, { clientId: id, clientSecret: secret })
  server.on('/introspect', answersJson({ active: false }))
  await ask()
  const [, encoded = ''] = server.received[0]?.headers.authorization?.split(' ') ?? []
  t.strictSame(atob(encoded).split(':').map(part => new URLSearchParams(`v=${part}`).get('v')), [id, secret])
})

t.test('introspection — a server without a usable answer is unavailable, and the token is not called invalid', async t => {
  covers('auth.authorization-server-failure-is-not-a-bad-token')
  const html = { 'content-type': 'text/html' }
  const cases: [string, Behaviour, UnavailabilityCause][] = [
    ['HTML', answers(200, '<html>upstream-text</html>', html), 'unparseable'],
    ['JSON said to be HTML', answers(200, '{"active":true}', html), 'unparseable'],
    ['a signed reply that is none', answers(200, 'a.b.c', { 'content-type': 'application/token-introspection+jwt' }), 'signature-rejected'],
    ['truncated JSON', answers(200, '{"active":true,"sub":"upstream-text"'), 'unparseable'],
    ['no UTF-8', (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from('{"active":true,"sub":"\xff"}', 'latin1')) }, 'unparseable'],
    ['an empty body', answers(200, ''), 'unparseable'],
    ['an array', answers(200, '[{"active":true}]'), 'unparseable'],
    ['active in quotes', answers(200, '{"active":"true"}'), 'unparseable'],
    ['201', answers(201, '{"active":true}'), 'unexpected-status'],
    ['204', (_request, response) => { response.writeHead(204).end() }, 'unexpected-status'],
    ['400 about our credentials', answers(400, '{"error":"invalid_client"}'), 'credentials-rejected'],
    ['401', answers(401, '{"error":"invalid_client","error_description":"upstream-text"}'), 'credentials-rejected'],
    ['401 with a challenge for us', answers(401, '', { 'www-authenticate': 'Basic realm="as"' }), 'credentials-rejected'],
    ['401 with several challenges', answers(401, '{}', { 'www-authenticate': 'Bearer realm="as", Basic realm="as"' }), 'credentials-rejected'],
    ['401 that says nothing', answers(401, ''), 'unexplained-refusal'],
    ['401 with a challenge that is not for us', answers(401, '', { 'www-authenticate': 'Bearer error="invalid_token"' }), 'unexplained-refusal'],
    ['403', answers(403, ''), 'unexplained-refusal'],
    ['403 about this gateway', answers(403, '{"error":"access_denied"}'), 'credentials-rejected'],
    ['429 whatever it says', answers(429, '{"active":false}'), 'rate-limited'],
    ['400 without a code', answers(400, '{}'), 'unexpected-status'],
    ['404', answers(404, '{}'), 'unexpected-status'],
    ['429', answers(429, '{}'), 'rate-limited'],
    ['500', answers(500, '{"error":"internal_server_error"}'), 'unexpected-status'],
    ['500 of the au3te family', answers(500, '{"error":"internal_server_error","error_description":"Resource server authentication failed"}'), 'credentials-rejected'],
    ['500 in HTML', answers(500, 'Resource server authentication failed', html), 'unexpected-status'],
    ['502', answers(502, '<html>upstream-text</html>', html), 'unexpected-status'],
    ['503', answers(503, '{"active":true}'), 'unexpected-status'],
    ['a body announced as too large', (_request, response) => { response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000_000 }).write('{') }, 'too-large'],
    ['headers too large', answers(200, '{"active":true}', { 'x-filler': 'x'.repeat(100_000) }), 'too-large'],
    ['a connection dropped in the middle', (_request, response, socket) => { response.writeHead(200, { 'content-length': 100 }).write('{"active":true', () => { socket.destroy() }) }, 'connection-dropped'],
    ['a chunked reply cut off', (_request, response, socket) => { response.writeHead(200).write('{"active":true}', () => { socket.destroy() }) }, 'connection-dropped'],
    ['no HTTP', (_request, _response, socket) => { socket.end('upstream-text is not HTTP\r\n\r\n') }, 'unparseable']
  ]
  const { server, ask } = await start(t)
  const each = collected(t)
  for (const [name, behaviour, reason] of cases) {
    server.on('/introspect', behaviour)
    const { reason: given, publicMessage, code } = await faultOf(t, ask())
    each.strictSame({ given, code }, { given: reason, code: 'GW_AUTHORIZATION_SERVER_UNAVAILABLE' }, name)
    each.match(publicMessage, /^[\x20-\x7e]+$/)
  }
  each.end()
  server.on('/introspect', answersJson({ active: false }))
  t.strictSame(await ask(), { kind: 'inactive' }, 'and none of it lasts')
})

t.test('introspection — a JSON reply may leave out its type, or say more about it', async t => {
  const { server, ask } = await start(t)
  for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.as+json']) {
    server.on('/introspect', answers(200, '{"active":false}', { 'content-type': type }))
    t.strictSame(await ask(), { kind: 'inactive' }, type)
  }
  server.on('/introspect', (_request, response) => { response.end('{"active":false}') })
  t.strictSame(await ask(), { kind: 'inactive' }, 'none')
})

t.test('introspection — an endless body is cut off at the bound', async t => {
  const { server, ask } = await start(t)
  let written = 0
  const cutOff = new Promise<void>(resolve => {
    server.on('/introspect', (_request, response, socket) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = () => {
        while (!socket.destroyed && written < 10_000_000) {
          written += 65_536
          if (!response.write(' '.repeat(65_536))) { response.once('drain', more); return }
        }
      }
      socket.once('close', resolve)
      more()
    })
  })
  t.equal((await faultOf(t, ask())).reason, 'too-large')
  await cutOff
})

t.test('introspection — our credentials do not follow a redirect', async t => {
  covers('auth.redirect-not-followed')
  const elsewhere = await startStubAuthorizationServer()
  t.teardown(() => elsewhere.close())
  elsewhere.on('/stolen', answersJson({ active: true }))
  const { server, ask } = await start(t)
  for (const status of [301, 302, 303, 307, 308]) {
    server.on('/introspect', answers(status, '', { location: `${elsewhere.origin}/stolen` }))
    t.equal((await faultOf(t, ask())).reason, 'redirect', String(status))
  }
  server.on('/introspect', answers(307, '', { location: '/elsewhere' }))
  t.equal((await faultOf(t, ask())).reason, 'redirect')
  t.equal(elsewhere.received.length, 0)
  t.equal(server.received.length, 6)
})

t.test('introspection — Retry-After is passed on within bounds', async t => {
  const { server, ask } = await start(t, { clock: createManualClock() })
  const now = createManualClock().now()
  const cases: [string | undefined, number][] = [['7', 7], ['0', 1], ['86400', 60], ['-5', 1], ['soon', 5], [undefined, 5],
    [new Date(now + 20_000).toUTCString(), 20], [new Date(now - 20_000).toUTCString(), 1]]
  const each = collected(t)
  for (const [value, expected] of cases) {
    const headers = value === undefined ? {} : { 'retry-after': value }
    server.on('/introspect', answers(503, '{}', headers))
    each.equal((await faultOf(t, ask())).retryAfterSeconds, expected, value ?? 'none')
    server.on('/introspect', answers(429, '{}', headers))
    each.equal((await faultOf(t, ask())).retryAfterSeconds, Math.min(expected, 5), `a rate limit: ${value ?? 'none'}`)
  }
  each.end()
})

t.test('deadline — a server that accepts and says nothing is given up', async t => {
  covers('auth.deadline-covers-everything')
  const { server, ask } = await start(t, { deadlineMs: 500 })
  const abandoned = new Promise<void>(resolve => {
    server.on('/introspect', (_request, _response, socket) => { socket.once('close', () => { resolve() }) })
  })
  t.equal((await faultOf(t, ask())).reason, 'timeout')
  // On a machine so slow that the request never left, there is nothing to abandon.
  if (server.received.length > 0) await abandoned
})

t.test('deadline — a slow drip that never pauses long is given up too', async t => {
  covers('auth.deadline-covers-everything')
  const { server, ask } = await start(t, { deadlineMs: 100 })
  server.on('/introspect', (_request, response, socket) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => { response.write(' ') }, 5)
    socket.once('close', () => { clearInterval(drip) })
  })
  t.equal((await faultOf(t, ask())).reason, 'timeout')
})

t.test('deadline — a question that waited for a connection until it was too late is never sent', async t => {
  covers('auth.deadline-covers-everything')
  let held: Dispatcher.DispatchHandler | undefined
  class NoConnectionFree extends Dispatcher {
    override dispatch (_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      held = handler
      return false
    }
  }
  const { ask } = await start(t, { deadlineMs: 10, dispatcher: new NoConnectionFree() })
  t.equal((await faultOf(t, ask())).reason, 'timeout')
  let aborted = false
  const controller: Dispatcher.DispatchController = {
    aborted: false, paused: false, reason: null, pause () {}, resume () {}, abort () { aborted = true }
  }
  held?.onRequestStart?.(controller, {})
  t.equal(aborted, true)
})

t.test('deadline — covers the retry', async t => {
  covers('auth.deadline-covers-everything')
  const { server, ask } = await start(t, { deadlineMs: 500 })
  server.on('/introspect', (_request, _response, socket) => {
    if (server.received.length === 1) socket.destroy()
  })
  t.equal((await faultOf(t, ask())).reason, 'timeout')
  t.equal(server.received.length, 2)
})

t.test('deadline — covers discovery', async t => {
  covers('auth.deadline-covers-everything')
  const { server, ask } = await start(t, { endpoint: undefined, deadlineMs: 50 })
  server.on(OAUTH_METADATA, () => {})
  t.equal((await faultOf(t, ask())).reason, 'timeout')
})

t.test('deadline — what discovery has used up is missing for the question', async t => {
  covers('auth.deadline-covers-everything')
  const clock = createManualClock()
  const { server, ask } = await start(t, { endpoint: undefined, clock })
  server.on(OAUTH_METADATA, (request, response, socket) => {
    clock.advance(3000)
    answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/introspect` })(request, response, socket)
  })
  server.on('/introspect', answersJson({ active: true }))
  t.equal((await faultOf(t, ask())).reason, 'timeout')
  t.strictSame(server.received.map(({ path }) => path), [OAUTH_METADATA])
})

t.test('connection — one that drops is tried once more, and no more', async t => {
  const { server, ask } = await start(t)
  server.on('/introspect', answersJson({ active: false }))
  await ask()
  let drops = 1
  server.on('/introspect', (request, response, socket) => {
    if (drops-- > 0) socket.resetAndDestroy()
    else answersJson({ active: true })(request, response, socket)
  })
  t.match(await ask(), { kind: 'active' })
  t.equal(server.received.length, 3)

  drops = Infinity
  t.equal((await faultOf(t, ask())).reason, 'connection-dropped')
  t.equal(server.received.length, 5)
})

t.test('connection — a refused one is no time-out and not tried again', async t => {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  free.close()
  await once(free, 'close')
  const { ask } = await start(t, { endpoint: `http://127.0.0.1:${port}/introspect` })
  const { reason, detail } = await faultOf(t, ask())
  t.strictSame([reason, detail], ['unreachable', 'transport error ECONNREFUSED'])
})

t.test('connection — a host name that does not exist is unreachable', async t => {
  const mock = new MockAgent()
  t.teardown(() => mock.close())
  mock.disableNetConnect()
  mock.get('https://as.invalid').intercept({ path: '/introspect', method: 'POST' })
    .replyWithError(Object.assign(new Error('upstream-text'), { code: 'ENOTFOUND' }))
  const { ask } = await start(t, { endpoint: 'https://as.invalid/introspect', dispatcher: mock })
  const { reason, detail } = await faultOf(t, ask())
  t.strictSame([reason, detail], ['unreachable', 'transport error ENOTFOUND'])
})

t.test('discovery — finds the endpoint at the first metadata there is, once for all, and remembers it', async t => {
  covers('auth.metadata-locations-in-order', 'auth.single-flight')
  const { server, verifier } = await start(t, { endpoint: undefined })
  const token = () => new PresentedToken(SECRET_TOKEN)
  server.on(OPENID_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/found?by=openid` }))
  server.on('/found', answersJson({ active: false }))
  t.equal(server.received.length, 0, 'lazily')
  await Promise.all([verifier.verify(token()), verifier.verify(token()), verifier.ready()])
  await verifier.verify(token())
  t.strictSame(server.received.map(({ path }) => path), [OAUTH_METADATA, OPENID_METADATA, '/found?by=openid', '/found?by=openid', '/found?by=openid'])
  t.equal(server.received[0]?.headers.authorization, undefined, 'metadata is public: no credentials are sent')
})

t.test('discovery — an issuer with a path is looked up in the order of RFC 8414 and OpenID Connect', async t => {
  covers('auth.metadata-locations-in-order')
  const server = await startStubAuthorizationServer()
  const issuer = `${server.origin}/tenant-a`
  const { metadata, close } = createAuthorizationServer({ issuer, deadlineMs: 3000, clock: systemClock })
  t.teardown(async () => { await server.close(); await close() })
  server.on(`${OAUTH_METADATA}/tenant-a`, answers(200, '<html>a page for everything</html>', { 'content-type': 'text/html' }))
  server.on('/tenant-a/.well-known/openid-configuration', answersJson({ issuer, introspection_endpoint: `${server.origin}/introspect` }))
  t.equal((await metadata.get()).issuer, issuer)
  t.strictSame(server.received.map(({ path }) => path),
    [`${OAUTH_METADATA}/tenant-a`, `${OPENID_METADATA}/tenant-a`, '/tenant-a/.well-known/openid-configuration'])
})

t.test('discovery — metadata of another issuer is not used, and the operator hears that', async t => {
  covers('auth.metadata-issuer-compared-exactly')
  const { server, verifier, ask } = await start(t, { endpoint: undefined })
  server.on(OAUTH_METADATA, answersJson({ issuer: `${server.origin}/`, introspection_endpoint: `${server.origin}/introspect` }))
  t.equal((await faultOf(t, ask())).reason, 'issuer-mismatch')
  t.equal((await faultOf(t, verifier.ready())).reason, 'issuer-mismatch')
  t.notOk(server.received.some(({ path }) => path === '/introspect'))
})

t.test('discovery — metadata without a usable endpoint, redirected or missing, is a fault', async t => {
  const clock = createManualClock()
  const { server, ask } = await start(t, { endpoint: undefined, clock })
  t.equal((await faultOf(t, ask())).reason, 'metadata-unavailable', 'missing')
  server.on(OAUTH_METADATA, answers(302, '', { location: OPENID_METADATA }))
  clock.advance(1000)
  t.equal((await faultOf(t, ask())).reason, 'metadata-unavailable', 'redirected')
  t.equal(server.received.length, 4)
  clock.advance(1000)
  server.on(OAUTH_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: 'ftp://as.example/' }))
  t.equal((await faultOf(t, ask())).reason, 'metadata-unavailable', 'unusable')
})

t.test('discovery — an endpoint off TLS is refused when the issuer is on https', async t => {
  const mock = new MockAgent()
  t.teardown(() => mock.close())
  mock.disableNetConnect()
  const issuer = 'https://as.example'
  mock.get(issuer).intercept({ path: OAUTH_METADATA }).reply(200, { issuer, introspection_endpoint: 'http://as.example/introspect' }, { headers: { 'content-type': 'application/json' } })
  const { ask } = await start(t, { issuer, endpoint: undefined, dispatcher: mock })
  t.match(await faultOf(t, ask()), { reason: 'metadata-unavailable', detail: /insecure/ })
})

t.test('discovery — a failure is not kept for longer than a second, and many callers cause no flood', async t => {
  covers('auth.metadata-fetches-bounded')
  const clock = createManualClock()
  const { server, ask, verifier } = await start(t, { endpoint: undefined, clock })
  for (let call = 0; call < 50; call += 1) await Promise.allSettled([verifier.ready(), ask()])
  t.equal(server.received.length, 2, 'one fetch, of two addresses')
  clock.advance(1000)
  server.on(OAUTH_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/introspect` }))
  server.on('/introspect', answersJson({ active: false }))
  t.strictSame(await ask(), { kind: 'inactive' })
})

t.test('discovery — is refreshed behind the callers, and a failed refresh takes nothing away', async t => {
  const clock = createManualClock()
  const { server, ask } = await start(t, { endpoint: undefined, clock })
  server.on(OAUTH_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/old` }))
  server.on('/old', answersJson({ active: false }))
  server.on('/new', answersJson({ active: true }))
  const fetches = () => server.received.filter(({ path }) => path === OAUTH_METADATA).length
  await ask()
  clock.advance(3_599_999)
  await ask()
  await ask()
  t.equal(fetches(), 1)

  clock.advance(1)
  server.on(OAUTH_METADATA, answers(500, ''))
  t.strictSame(await ask(), { kind: 'inactive' })
  t.strictSame(await ask(), { kind: 'inactive' })

  clock.advance(30_000)
  const refreshed = new Promise<void>(resolve => {
    server.on(OAUTH_METADATA, (request, response, socket) => {
      response.once('close', resolve)
      answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/new` })(request, response, socket)
    })
  })
  t.strictSame(await ask(), { kind: 'inactive' }, 'nobody waits for the refresh')
  await refreshed
  let status = await ask()
  for (let attempt = 0; status.kind !== 'active' && attempt < 100; attempt += 1) status = await ask()
  t.equal(status.kind, 'active', 'the endpoint has moved')
})

t.test('discovery — an endpoint that has moved is looked up again long before the hour is over', async t => {
  const clock = createManualClock()
  const { server, ask } = await start(t, { endpoint: undefined, clock })
  server.on(OAUTH_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/old` }))
  server.on('/new', answersJson({ active: true }))
  t.equal((await faultOf(t, ask())).reason, 'unexpected-status')
  server.on(OAUTH_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/new` }))
  clock.advance(30_000)
  let kind: string | undefined
  for (let attempt = 0; kind !== 'active' && attempt < 100; attempt += 1) kind = await ask().then(status => status.kind, () => undefined)
  t.equal(kind, 'active')
})

t.test('whole — a thousand cold calls with one token are one request to the authorization server', async t => {
  covers('auth.single-flight')
  const { server, verifier } = await start(t)
  server.on('/introspect', answersJson({ active: true, sub: '1004', aud: RESOURCE, exp: 4_102_444_800 }))
  const authenticator = createAuthenticator({
    verifier,
    issuer: server.origin,
    resource: RESOURCE,
    clock: systemClock,
    cache: { ttlSeconds: 30, negativeTtlSeconds: 5, maxEntries: 100, maxNegativeEntries: 100 }
  })
  const all = await Promise.all(Array.from({ length: 1000 }, async () => await authenticator.authenticate(new PresentedToken(SECRET_TOKEN))))
  t.ok(all.every(({ ok }) => ok))
  t.equal(server.received.length, 1)

  server.on('/introspect', answersJson({ active: false }))
  t.match(await authenticator.authenticateLive(new PresentedToken(SECRET_TOKEN)), { ok: false, error: { kind: 'invalid-token', problem: { kind: 'inactive' } } })
  t.equal(server.received.length, 2)
})

t.test('whole — many tokens at once share a bounded number of connections', async t => {
  const { server, verifier } = await start(t)
  server.on('/introspect', answersJson({ active: false }))
  await Promise.all(Array.from({ length: 300 }, (_value, index) => verifier.verify(new PresentedToken(`token-${index}`))))
  t.equal(server.received.length, 300)
  t.ok(Math.max(...server.received.map(({ connection }) => connection)) <= 64)
})

t.test('introspection — a kind of token that the server does not introspect is refused, not called an outage', async t => {
  covers('auth.unsupported-token-type-is-about-the-token')
  const { server, ask } = await start(t)
  server.on('/introspect', answers(400, '{"error":"unsupported_token_type"}'))
  t.strictSame(await ask(), { kind: 'inactive' })
  server.on('/introspect', answers(400, '{"error":"invalid_scope"}'))
  t.equal((await faultOf(t, ask())).reason, 'unexpected-status', 'any other 400 is about our request')
})

t.test('introspection — what a reply says of the token is believed whatever its status', async t => {
  covers('auth.reply-outranks-status')
  const { server, ask } = await start(t)
  const each = collected(t)
  const challenge = { 'www-authenticate': 'Basic realm="as"' }
  const cases: Behaviour[] = [
    answers(401, '{"active":false,"error":"invalid_token"}'),
    answers(401, '{"active":false}', challenge),
    answers(400, '{"active":false}'),
    answers(403, '{"active":false}'),
    answers(404, '{"active":false}'),
    answers(500, '{"active":false}'),
    answers(401, '{"error":"invalid_token"}', challenge),
    answers(400, '{"error":"invalid_token"}'),
    answers(400, '{"error":"invalid_grant"}'),
    answers(400, '{"error":"invalid_request"}')
  ]
  for (const behaviour of cases) {
    server.on('/introspect', behaviour)
    each.strictSame(await ask(), { kind: 'inactive' })
  }
  each.end()
  server.on('/introspect', answers(401, '{"active":true,"sub":"1004"}'))
  t.equal((await faultOf(t, ask())).reason, 'unexplained-refusal', 'a refusal makes no token active')
})
