// What passes while the authorization server thinks: the life of a token, and the deadline, of which the keys for a signed reply get what
// the reply has left.

import t from 'tap'
import { clientSecretBasic } from '../../src/auth/introspection/client-authentication.ts'
import { createIntrospectionVerifier } from '../../src/auth/introspection/introspection-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { createAuthorizationServer } from '../../src/auth/server/authorization-server.ts'
import { covers } from '../support/covers.ts'
import { configureGateway } from '../support/configured-gateway.ts'
import { RESOURCE } from '../support/gateway.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { createSigningKey, signJwt } from '../support/signing-keys.ts'
import { answers, answersJson, startStubAuthorizationServer, type Behaviour } from '../support/stub-authorization-server.ts'

const SIGNED_REPLY = { typ: 'token-introspection+jwt' }

t.test('expiry — a token that runs out while the server answers is refused, at the first look and at a live one', async t => {
  covers('auth.expiry-without-skew')
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  const clock = createManualClock()
  const takes = (ms: number): Behaviour => (request, response, socket) => {
    clock.advance(ms)
    const exp = MANUAL_CLOCK_START_SECONDS + 2
    answersJson({ active: true, sub: '1004', aud: RESOURCE, scope: 'mcp:tickets:read mcp:tickets:write', exp })(request, response, socket)
  }
  const gateway = await configureGateway(t, {
    authorizationServer: { issuer: server.origin, introspection: { endpoint: `${server.origin}/introspect`, clientId: 'rs', clientSecret: 'secret-of-the-rs' } },
    policy: { authorizationDetailsWhenAbsent: 'allow' }
  }, { clock })
  server.on('/introspect', takes(500))
  t.equal((await gateway.call({ token: 'good', tool: 'list_tickets' })).status, 200)
  server.on('/introspect', takes(2000))
  const refused = await gateway.call({ token: 'good', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })
  t.equal(refused.status, 401, 'the live answer says active, and comes after exp')
  t.match(gateway.decisions().at(-1), { granted: false, reason: 'expired' })
  t.equal((await gateway.call({ token: 'good', tool: 'list_tickets' })).status, 401, 'nor is it accepted from the cache')
  t.equal((await gateway.call({ token: 'another', tool: 'list_tickets' })).status, 401)
  t.match(gateway.decisions().at(-1), { reason: 'expired' })
})

t.test('deadline — the keys for a signed reply get what the reply has left, and no deadline of their own', async t => {
  covers('auth.deadline-covers-everything', 'introspection.signed-reply')
  const server = await startStubAuthorizationServer()
  const issuer = server.origin
  const clock = createManualClock()
  // So long that a test in which either deadline counts alone never ends.
  const deadlineMs = 10_000_000
  const key = createSigningKey('server')
  server.on('/.well-known/oauth-authorization-server', answersJson({ issuer, introspection_endpoint: `${issuer}/introspect`, jwks_uri: `${issuer}/jwks` }))
  server.on('/jwks', () => {})
  server.on('/introspect', (request, response, socket) => {
    clock.advance(deadlineMs - 50)
    const claims = { iss: issuer, aud: 'rs', iat: Math.floor(clock.now() / 1000), token_introspection: { active: false } }
    answers(200, signJwt(key, claims, SIGNED_REPLY), { 'content-type': 'application/token-introspection+jwt' })(request, response, socket)
  })
  const authorizationServer = createAuthorizationServer({ issuer, deadlineMs, clock })
  t.teardown(async () => {
    await server.close()
    await authorizationServer.close()
  })
  for (const accept of ['json', 'jwt'] as const) {
    const verifier = createIntrospectionVerifier({
      server: authorizationServer,
      authenticate: () => clientSecretBasic('rs', 'secret'),
      accept,
      signedReplies: { algorithms: ['ES256'], audiences: ['rs'] },
      deadlineMs,
      clock
    })
    const failure: unknown = await verifier.verify(new PresentedToken('token')).catch((thrown: unknown) => thrown)
    t.match(failure, { reason: 'timeout' }, `accept: ${accept}`)
  }
})
