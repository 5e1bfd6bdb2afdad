// The introspection endpoint is found in the metadata of the authorization server (RFC 8414), which is refreshed and never trusted blindly.

import t from 'tap'
import { MockAgent } from 'undici'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { createAuthorizationServer } from '../../src/auth/server/authorization-server.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { covers } from '../support/covers.ts'
import { faultOf, OAUTH_METADATA, SECRET_TOKEN, startIntrospection } from '../support/introspecting.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { answers, answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

const OPENID_METADATA = '/.well-known/openid-configuration'

t.test('discovery — finds the endpoint at the first metadata there is, once for all, and remembers it', async t => {
  covers('auth.metadata-locations-in-order', 'auth.single-flight')
  const { server, verifier } = await startIntrospection(t, { endpoint: undefined })
  const token = () => new PresentedToken(SECRET_TOKEN)
  server.on(OPENID_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/found?by=openid` }))
  server.on('/found', answersJson({ active: false }))
  t.equal(server.received.length, 0, 'lazily')
  await Promise.all([verifier.verify(token()), verifier.verify(token()), verifier.ready()])
  await verifier.verify(token())
  t.strictSame(server.received.map(({ path }) => path),
    [OAUTH_METADATA, OPENID_METADATA, '/found?by=openid', '/found?by=openid', '/found?by=openid'])
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

t.test('discovery — an introspection endpoint on another origin is used, and the operator hears of it once', async t => {
  covers('auth.foreign-endpoint-warned')
  const other = await startStubAuthorizationServer()
  t.teardown(() => other.close())
  other.on('/introspect', answersJson({ active: false }))
  let warned = 0
  const { server, verifier, ask } = await startIntrospection(t, { endpoint: undefined, onForeignEndpoint: () => { warned += 1 } })
  server.on(OAUTH_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${other.origin}/introspect` }))
  t.same(await Promise.all([ask(), ask()]), [{ kind: 'inactive' }, { kind: 'inactive' }])
  await verifier.ready()
  t.equal(warned, 1)
})

t.test('discovery — metadata of another issuer is not used, and the operator hears that', async t => {
  covers('auth.metadata-issuer-compared-exactly')
  const { server, verifier, ask } = await startIntrospection(t, { endpoint: undefined })
  server.on(OAUTH_METADATA, answersJson({ issuer: `${server.origin}/`, introspection_endpoint: `${server.origin}/introspect` }))
  t.equal((await faultOf(t, ask())).reason, 'issuer-mismatch')
  t.equal((await faultOf(t, verifier.ready())).reason, 'issuer-mismatch')
  t.notOk(server.received.some(({ path }) => path === '/introspect'))
})

t.test('discovery — metadata without a usable endpoint, redirected or missing, is a fault', async t => {
  const clock = createManualClock()
  const { server, ask } = await startIntrospection(t, { endpoint: undefined, clock })
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
  const { ask } = await startIntrospection(t, { issuer, endpoint: undefined, dispatcher: mock })
  t.match(await faultOf(t, ask()), { reason: 'metadata-unavailable', detail: /insecure/ })
})

t.test('discovery — a failure is not kept for longer than a second, and many callers cause no flood', async t => {
  covers('auth.metadata-fetches-bounded')
  const clock = createManualClock()
  const { server, ask, verifier } = await startIntrospection(t, { endpoint: undefined, clock })
  for (let call = 0; call < 50; call += 1) await Promise.allSettled([verifier.ready(), ask()])
  t.equal(server.received.length, 2, 'one fetch, of two addresses')
  clock.advance(1000)
  server.on(OAUTH_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/introspect` }))
  server.on('/introspect', answersJson({ active: false }))
  t.strictSame(await ask(), { kind: 'inactive' })
})

t.test('discovery — is refreshed behind the callers, and a failed refresh takes nothing away', async t => {
  const clock = createManualClock()
  const { server, ask } = await startIntrospection(t, { endpoint: undefined, clock })
  server.on(OAUTH_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/old` }))
  server.on('/old', answersJson({ active: false }))
  server.on('/new', answersJson({ active: true, sub: '1004', client_id: 'client-1' }))
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
  const { server, ask } = await startIntrospection(t, { endpoint: undefined, clock })
  server.on(OAUTH_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/old` }))
  server.on('/new', answersJson({ active: true, sub: '1004', client_id: 'client-1' }))
  t.equal((await faultOf(t, ask())).reason, 'unexpected-status')
  server.on(OAUTH_METADATA, answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/new` }))
  clock.advance(30_000)
  let kind: string | undefined
  for (let attempt = 0; kind !== 'active' && attempt < 100; attempt += 1) kind = await ask().then(status => status.kind, () => undefined)
  t.equal(kind, 'active')
})
