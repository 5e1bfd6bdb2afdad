// Introspection (RFC 7662) over real connections, to an authorization server that misbehaves on demand.

import t from 'tap'
import { createAuthenticator } from '../../src/auth/authenticator.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { UnavailabilityCause } from '../../src/kernel/fault.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { CLIENT_SECRET, faultOf, SECRET_TOKEN, startIntrospection } from '../support/introspecting.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { answers, answersJson, startStubAuthorizationServer, type Behaviour } from '../support/stub-authorization-server.ts'
import { RESOURCE } from '../support/token-statuses.ts'

t.test('introspection — posts the token as a form, with our credentials, over kept-alive connections', async t => {
  covers('auth.introspection-request')
  const { server, ask } = await startIntrospection(t)
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
  const { server, ask } = await startIntrospection(t, { clientId: id, clientSecret: secret })
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
    ['no UTF-8', (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
        .end(Buffer.from('{"active":true,"sub":"\xff"}', 'latin1'))
    }, 'unparseable'],
    ['an empty body', answers(200, ''), 'unparseable'],
    ['an array', answers(200, '[{"active":true}]'), 'unparseable'],
    ['active in quotes', answers(200, '{"active":"true"}'), 'unparseable'],
    ['201', answers(201, '{"active":true}'), 'unexpected-status'],
    ['204', (_request, response) => { response.writeHead(204).end() }, 'unexpected-status'],
    ['400 about our credentials', answers(400, '{"error":"invalid_client"}'), 'credentials-rejected'],
    ['401', answers(401, '{"error":"invalid_client","error_description":"upstream-text"}'), 'credentials-rejected'],
    ['401 with a challenge for us', answers(401, '', { 'www-authenticate': 'Basic realm="as"' }), 'credentials-rejected'],
    ['401 with several challenges', answers(401, '{}', { 'www-authenticate': 'Bearer realm="as", Basic realm="as"' }),
      'credentials-rejected'],
    ['401 that says nothing', answers(401, ''), 'unexplained-refusal'],
    ['401 with a challenge that is not for us', answers(401, '', { 'www-authenticate': 'Bearer error="invalid_token"' }),
      'unexplained-refusal'],
    ['403', answers(403, ''), 'unexplained-refusal'],
    ['403 about this gateway', answers(403, '{"error":"access_denied"}'), 'credentials-rejected'],
    ['429 whatever it says', answers(429, '{"active":false}'), 'rate-limited'],
    ['400 without a code', answers(400, '{}'), 'unexpected-status'],
    ['404', answers(404, '{}'), 'unexpected-status'],
    ['429', answers(429, '{}'), 'rate-limited'],
    ['500', answers(500, '{"error":"internal_server_error"}'), 'unexpected-status'],
    ['500 of the au3te family', answers(500,
      '{"error":"internal_server_error","error_description":"Resource server authentication failed"}'), 'credentials-rejected'],
    ['500 in HTML', answers(500, 'Resource server authentication failed', html), 'unexpected-status'],
    ['502', answers(502, '<html>upstream-text</html>', html), 'unexpected-status'],
    ['503', answers(503, '{"active":true}'), 'unexpected-status'],
    ['a body announced as too large', (
      _request, response
    ) => { response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000_000 }).write('{') }, 'too-large'],
    ['headers too large', answers(200, '{"active":true}', { 'x-filler': 'x'.repeat(100_000) }), 'too-large'],
    ['a connection dropped in the middle', (
      _request, response, socket
    ) => { response.writeHead(200, { 'content-length': 100 }).write('{"active":true', () => { socket.destroy() }) }, 'connection-dropped'],
    ['a chunked reply cut off', (
      _request, response, socket
    ) => { response.writeHead(200).write('{"active":true}', () => { socket.destroy() }) }, 'connection-dropped'],
    ['no HTTP', (_request, _response, socket) => { socket.end('upstream-text is not HTTP\r\n\r\n') }, 'unparseable']
  ]
  const { server, ask } = await startIntrospection(t)
  const each = collected(t)
  for (const [name, behaviour, reason] of cases) {
    server.on('/introspect', behaviour)
    const { reason: given, publicMessage, code } = await faultOf(each, ask())
    each.strictSame({ given, code }, { given: reason, code: 'GW_AUTHORIZATION_SERVER_UNAVAILABLE' }, name)
    each.match(publicMessage, /^[\x20-\x7e]+$/)
  }
  each.end()
  server.on('/introspect', answersJson({ active: false }))
  t.strictSame(await ask(), { kind: 'inactive' }, 'and none of it lasts')
})

t.test('introspection — a JSON reply may leave out its type, or say more about it', async t => {
  const { server, ask } = await startIntrospection(t)
  for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.as+json']) {
    server.on('/introspect', answers(200, '{"active":false}', { 'content-type': type }))
    t.strictSame(await ask(), { kind: 'inactive' }, type)
  }
  server.on('/introspect', (_request, response) => { response.end('{"active":false}') })
  t.strictSame(await ask(), { kind: 'inactive' }, 'none')
})

t.test('introspection — an endless body is cut off at the bound', async t => {
  const { server, ask } = await startIntrospection(t)
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
  const { server, ask } = await startIntrospection(t)
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
  const { server, ask } = await startIntrospection(t, { clock: createManualClock() })
  const now = createManualClock().now()
  const cases: [string | undefined, number][] = [['7', 7], ['0', 1], ['86400', 60], ['-5', 1], ['soon', 5], [undefined, 5],
    [new Date(now + 20_000).toUTCString(), 20], [new Date(now - 20_000).toUTCString(), 1]]
  const each = collected(t)
  for (const [value, expected] of cases) {
    const headers = value === undefined ? {} : { 'retry-after': value }
    server.on('/introspect', answers(503, '{}', headers))
    each.equal((await faultOf(each, ask())).retryAfterSeconds, expected, value ?? 'none')
    server.on('/introspect', answers(429, '{}', headers))
    each.equal((await faultOf(each, ask())).retryAfterSeconds, Math.min(expected, 5), `a rate limit: ${value ?? 'none'}`)
  }
  each.end()
})

t.test('whole — a thousand cold calls with one token are one request to the authorization server', async t => {
  covers('auth.single-flight')
  const { server, verifier } = await startIntrospection(t)
  server.on('/introspect', answersJson({ active: true, sub: '1004', aud: RESOURCE, exp: 4_102_444_800 }))
  const authenticator = createAuthenticator({
    verifier,
    issuer: server.origin,
    resource: RESOURCE,
    clock: systemClock,
    cache: { ttlSeconds: 30, negativeTtlSeconds: 5, maxEntries: 100, maxNegativeEntries: 100 }
  })
  const all =
    await Promise.all(Array.from({ length: 1000 }, async () => await authenticator.authenticate(new PresentedToken(SECRET_TOKEN))))
  t.ok(all.every(({ ok }) => ok))
  t.equal(server.received.length, 1)

  server.on('/introspect', answersJson({ active: false }))
  t.match(await authenticator.authenticateLive(new PresentedToken(SECRET_TOKEN)),
    { ok: false, error: { kind: 'invalid-token', problem: { kind: 'inactive' } } })
  t.equal(server.received.length, 2)
})

t.test('whole — many tokens at once share a bounded number of connections', async t => {
  const { server, verifier } = await startIntrospection(t)
  server.on('/introspect', answersJson({ active: false }))
  await Promise.all(Array.from({ length: 300 }, (_value, index) => verifier.verify(new PresentedToken(`token-${index}`))))
  t.equal(server.received.length, 300)
  t.ok(Math.max(...server.received.map(({ connection }) => connection)) <= 64)
})

t.test('introspection — a kind of token that the server does not introspect is refused, not called an outage', async t => {
  covers('auth.unsupported-token-type-is-about-the-token')
  const { server, ask } = await startIntrospection(t)
  server.on('/introspect', answers(400, '{"error":"unsupported_token_type"}'))
  t.strictSame(await ask(), { kind: 'inactive' })
  server.on('/introspect', answers(400, '{"error":"invalid_scope"}'))
  t.equal((await faultOf(t, ask())).reason, 'unexpected-status', 'any other 400 is about our request')
})

t.test('introspection — what a reply says of the token is believed whatever its status', async t => {
  covers('auth.reply-outranks-status')
  const { server, ask } = await startIntrospection(t)
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
