// Signed replies of introspection (RFC 9701): signature, type, issuer and audience are checked before anything is believed.

import t, { type Test } from 'tap'
import { clientSecretBasic } from '../../src/auth/introspection/client-authentication.ts'
import { createIntrospectionVerifier, type IntrospectionVerifierSettings } from '../../src/auth/introspection/introspection-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { createAuthorizationServer } from '../../src/auth/server/authorization-server.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE } from '../support/gateway.ts'
import { TOKEN } from '../support/introspection-methods.ts'
import { createSigningKey, macJwt, signJwt, unsignedJwt } from '../support/signing-keys.ts'
import { answers, answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

const SIGNED = { 'content-type': 'application/token-introspection+jwt' }
const serverKey = createSigningKey('server')

async function startWithMethod (t: Test, settings: Partial<IntrospectionVerifierSettings> = {}) {
  const server = await startStubAuthorizationServer()
  const issuer = server.origin
  server.on('/.well-known/oauth-authorization-server', answersJson({ issuer, introspection_endpoint: `${issuer}/introspect`, jwks_uri: `${issuer}/jwks` }))
  server.on('/jwks', answersJson({ keys: [serverKey.jwk] }))
  const authorizationServer = createAuthorizationServer({ issuer, deadlineMs: 3000, clock: systemClock })
  const verifier = createIntrospectionVerifier({
    server: authorizationServer,
    authenticate: () => clientSecretBasic('tickets', 'secret'),
    accept: 'json',
    signedReplies: { algorithms: ['ES256'], audiences: ['tickets', RESOURCE] },
    deadlineMs: 3000,
    clock: systemClock,
    ...settings
  })
  t.teardown(async () => {
    await server.close()
    await authorizationServer.close()
  })
  return { server, issuer, verifier, ask: () => verifier.verify(new PresentedToken(TOKEN)) }
}

t.test('signed reply — believed with the server\'s signature, type, issuer and our audience, and read like any other', async t => {
  covers('introspection.signed-reply')
  const { server, issuer, ask } = await startWithMethod(t, { accept: 'jwt' })
  const inner = { active: true, sub: '1004', aud: RESOURCE, exp: 1_900_000_000 }
  const outer = (changes: object = {}) =>
    ({ iss: issuer, aud: 'tickets', iat: Math.floor(Date.now() / 1000), token_introspection: inner, ...changes })
  const type = { typ: 'token-introspection+jwt' }
  const reply = (text: string, headers: Record<string, string> = SIGNED) => { server.on('/introspect', answers(200, text, headers)) }
  const signed = (changes: object = {}, header: object = {}) => signJwt(serverKey, outer(changes), { ...type, ...header })
  const each = collected(t)
  for (const [name, text] of [
    ['the client id', signed()],
    ['one of several', signed({ aud: ['other', 'tickets'] })],
    ['the resource identifier', signed({ aud: RESOURCE })],
    ['a type in full', signed({}, { typ: 'application/Token-Introspection+JWT' })]
  ] as const) {
    reply(text)
    each.match(await ask(), { kind: 'active', claims: { subject: '1004', audience: [RESOURCE] } }, name)
  }
  each.end()
  t.equal(server.received.find(({ path }) => path === '/introspect')?.headers.accept, 'application/token-introspection+jwt')
  t.equal(server.received.filter(({ path }) => path === '/jwks').length, 1)
  reply(signed({ token_introspection: { active: false } }), { 'content-type': 'Application/Token-Introspection+JWT; charset=utf-8' })
  t.strictSame(await ask(), { kind: 'inactive' })

  const wrong: [string, string, Record<string, string>?][] = [
    ['no signature', unsignedJwt(outer(), type, 'AAAA')],
    ['another key', signJwt(createSigningKey('server'), outer(), type)],
    ['a key nobody publishes', signJwt(createSigningKey('other'), outer(), type)],
    ['HMAC with our secret', macJwt('secret', outer(), { ...type, kid: 'server' })],
    ['another type', signed({}, { typ: 'at+jwt' })],
    ['no type', signed({}, { typ: undefined })],
    ['another issuer', signed({ iss: `${issuer}/` })],
    ['no issuer', signed({ iss: undefined })],
    ['another audience', signed({ aud: 'tickets2' })],
    ['no audience', signed({ aud: undefined })],
    ['an audience that is no text', signed({ aud: { tickets: true } })],
    ['no time', signed({ iat: undefined })],
    ['a time that is a text', signed({ iat: 'now' })],
    ['signed long ago, and kept by somebody', signed({ iat: Math.floor(Date.now() / 1000) - 400 })],
    ['signed in the future', signed({ iat: Math.floor(Date.now() / 1000) + 400 })],
    ['nothing said', signed({ token_introspection: undefined })],
    ['a text', signed({ token_introspection: JSON.stringify(inner) })],
    ['rubbish', 'a.b.c'],
    ['nothing', ''],
    ['an unsigned reply', JSON.stringify(inner), { 'content-type': 'application/json' }]
  ]
  for (const [name, text, headers] of wrong) {
    reply(text, headers)
    const failure: unknown = await ask().then(() => undefined, (failure: unknown) => failure)
    each.ok(failure instanceof AuthorizationServerUnavailable, name)
    each.equal((failure as AuthorizationServerUnavailable).reason, 'signature-rejected', name)
  }
  each.end()
  reply(signed({ token_introspection: { active: 'true' } }))
  t.equal(await ask().then(() => undefined, (failure: AuthorizationServerUnavailable) => failure.reason), 'unparseable')
})

t.test('signed reply — one that nobody asked for is verified all the same', async t => {
  covers('introspection.signed-reply')
  const { server, issuer, ask } = await startWithMethod(t)
  const outer =
    { iss: issuer, aud: 'tickets', iat: Math.floor(Date.now() / 1000) - 200, token_introspection: { active: true, sub: '1004' } }
  server.on('/introspect', answers(200, signJwt(serverKey, outer, { typ: 'token-introspection+jwt' }), SIGNED))
  t.match(await ask(), { kind: 'active' })
  t.equal(server.received.find(({ path }) => path === '/introspect')?.headers.accept, 'application/json')
  server.on('/introspect', answers(200, signJwt(createSigningKey('server'), outer, { typ: 'token-introspection+jwt' }), SIGNED))
  t.equal(await ask().then(() => undefined, (failure: AuthorizationServerUnavailable) => failure.reason), 'signature-rejected')
  server.on('/introspect', answersJson({ active: false }))
  t.strictSame(await ask(), { kind: 'inactive' })
})
