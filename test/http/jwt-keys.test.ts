// The keys of JWT access tokens: how they are found, replaced, withdrawn and shared, and how many fetches a client can cause.

import t from 'tap'
import { createEitherKindVerifier } from '../../src/auth/either-kind.ts'
import { clientSecretBasic } from '../../src/auth/introspection/client-authentication.ts'
import { createIntrospectionVerifier } from '../../src/auth/introspection/introspection-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import type { TokenStatus } from '../../src/auth/token-claims.ts'
import type { RemoteVerifier } from '../../src/auth/verifier.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { firstKey, KEYS, METADATA, publishKeys, secondKey, startJwtVerifier, unverifiable } from '../support/jwt-verifier.ts'
import { MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { createSigningKey, macJwt, signJwt, unsignedJwt } from '../support/signing-keys.ts'
import { answers, answersJson, type Behaviour } from '../support/stub-authorization-server.ts'
import { active, inactive } from '../support/token-statuses.ts'

const SECRET = 'a shared secret of more than 32 characters'
const reasonOf = (asking: Promise<unknown>) =>
  asking.then(() => 'no fault', (failure: unknown) => failure instanceof AuthorizationServerUnavailable ? failure.reason : failure)

t.test('JWT — a key that is new, or replaced under its id, is found with the first token that it signs', async t => {
  covers('jwt.key-rotation')
  const { server, ask, payload, fetches } = await startJwtVerifier(t)
  t.match(await ask(signJwt(firstKey, payload())), { kind: 'active' })
  publishKeys(server, firstKey, secondKey)
  t.match(await ask(signJwt(secondKey, payload())), { kind: 'active' }, 'right after a fetch')
  t.equal(fetches(), 2)
  const replaced = createSigningKey('first')
  publishKeys(server, replaced, secondKey)
  t.match(await ask(signJwt(replaced, payload())), { kind: 'active' })
  t.equal(fetches(), 3)
  t.strictSame(await ask(signJwt(firstKey, payload())), unverifiable('signature'), 'the one before is withdrawn')
  t.match(await ask(signJwt(secondKey, payload())), { kind: 'active' })
  t.equal(fetches(), 4, 'and a token of a known key costs no fetch')
})

t.test('JWT — invented key ids and forged signatures cause a few fetches a minute, and cost no good token anything', async t => {
  covers('jwt.key-fetches-bounded', 'jwt.undecided-is-503')
  const { server, clock, ask, payload, fetches } = await startJwtVerifier(t)
  t.match(await ask(signJwt(firstKey, payload())), { kind: 'active' })
  const forger = createSigningKey('first')
  const outcomes = new Map<string, number>()
  const each = collected(t)
  for (let count = 0; count < 40; count += 1) {
    const token = count % 2 === 0 ? signJwt(firstKey, payload(), { kid: `invented-${count}` }) : signJwt(forger, payload({ jti: String(count) }))
    const outcome = await ask(token).then(status => JSON.stringify(status), (failure: AuthorizationServerUnavailable) => `503 ${failure.reason} after ${failure.retryAfterSeconds}`)
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    each.match(await ask(signJwt(firstKey, payload())), { kind: 'active' }, `after ${count}`)
  }
  each.end()
  t.equal(fetches(), 6)
  t.strictSame(Object.fromEntries(outcomes), {
    [JSON.stringify(unverifiable('key'))]: 3, [JSON.stringify(unverifiable('signature'))]: 2, '503 keys-pending after 6': 35
  })

  publishKeys(server, firstKey, secondKey)
  const fresh = signJwt(secondKey, payload())
  t.equal(await reasonOf(ask(fresh)), 'keys-pending', 'a token of a new key is not called bad meanwhile')
  clock.advance(6000)
  await ask(signJwt(firstKey, payload(), { kid: 'one-more' }))
  t.match(await ask(fresh), { kind: 'active' }, 'whichever token the fetch was for')
  t.equal(fetches(), 7)
})

t.test('JWT — fifty tokens with invented key ids at once share their fetches', async t => {
  covers('jwt.key-fetches-bounded')
  const { ask, payload, fetches } = await startJwtVerifier(t)
  t.match(await ask(signJwt(firstKey, payload())), { kind: 'active' })
  const invented = Array.from({ length: 50 }, (_, index) => ask(signJwt(firstKey, payload(), { kid: `invented-${index}` })))
  t.strictSame(new Set((await Promise.all(invented)).map(status => JSON.stringify(status))), new Set([JSON.stringify(unverifiable('key'))]))
  t.ok(fetches() <= 3, 'one, and one for those that came while it was in flight')
})

t.test('JWT — while keys are pending, a server that introspects is asked about the token', async t => {
  covers('jwt.undecided-is-503')
  const pending: RemoteVerifier = {
    verify: () => Promise.reject(new AuthorizationServerUnavailable('keys-pending', 'pending')),
    ready: async () => {}
  }
  const answering = (status: TokenStatus): RemoteVerifier => ({ verify: () => Promise.resolve(status), ready: async () => {} })
  const ask = (reference: RemoteVerifier) => createEitherKindVerifier({ jwt: pending, reference }).verify(new PresentedToken('a.b.c'))
  t.match(await ask(answering(active())), { kind: 'active' })
  t.equal(await reasonOf(ask(answering(inactive))), 'keys-pending')
})

t.test('JWT — a key that was withdrawn is not believed beyond its time, and an outage is not an answer', async t => {
  covers('jwt.key-cache-bounded', 'auth.authorization-server-failure-is-not-a-bad-token')
  const { server, clock, ask, payload, fetches } = await startJwtVerifier(t)
  const token = signJwt(firstKey, payload({ exp: MANUAL_CLOCK_START_SECONDS + 100_000 }))
  t.match(await ask(token), { kind: 'active' })
  server.on(KEYS, answers(503, ''))
  clock.advance(300_000)
  t.match(await ask(token), { kind: 'active' }, 'the refresh goes on behind its back, and fails')
  while (fetches() < 2) await new Promise(resolve => { setImmediate(resolve) })
  clock.advance(3_300_000)
  t.equal(await reasonOf(ask(token)), 'metadata-unavailable', 'an hour later nothing is believed any more')
  publishKeys(server, secondKey)
  clock.advance(1000)
  t.strictSame(await ask(token), unverifiable('key'))
  t.match(await ask(signJwt(secondKey, payload())), { kind: 'active' })
})

t.test('JWT — a key set of unusable form is the server\'s fault', async t => {
  covers('auth.authorization-server-failure-is-not-a-bad-token')
  const cases: [string, Behaviour][] = [
    ['404', answers(404, '{"keys":[]}')],
    ['a redirect', answers(302, '', { location: 'http://127.0.0.1:9/jwks' })],
    ['HTML', answers(200, '<html></html>', { 'content-type': 'text/html' })],
    ['no object', answers(200, '[]')],
    ['no keys', answers(200, '{}')],
    ['keys that are no list', answers(200, '{"keys":{}}')],
    ['too many keys', answersJson({ keys: Array.from({ length: 101 }, () => firstKey.jwk) })],
    ['a private key', answersJson({ keys: [firstKey.privateKey.export({ format: 'jwk' })] })],
    ['a shared secret', answersJson({ keys: [firstKey.jwk, { kty: 'oct', k: 'AAAA' }] })],
    ['endless',
      (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":[' + ' '.repeat(300_000)) }]
  ]
  const { server, clock, ask, payload } = await startJwtVerifier(t)
  for (const [name, behaviour] of cases) {
    server.on(KEYS, behaviour)
    t.match(await reasonOf(ask(signJwt(firstKey, payload()))), /^(?:metadata-unavailable|too-large)$/, name)
    clock.advance(1000)
  }
  server.on(KEYS, answersJson({ keys: [{ kty: 'unheard-of' }, null, 7, { use: 'sig' }, { ...firstKey.jwk, use: 'sig' }] }))
  t.match(await ask(signJwt(firstKey, payload())), { kind: 'active' }, 'what is no key of a known kind is passed over')

  const plain = await startJwtVerifier(t)
  plain.server.on(METADATA, answersJson({ issuer: plain.issuer }))
  t.equal(await reasonOf(plain.ask(signJwt(firstKey, plain.payload()))), 'metadata-unavailable', 'no jwks_uri')
})

t.test('JWT — without a key id every published key of the algorithm may have signed', async t => {
  covers('jwt.signature-checked')
  const keys = [createSigningKey(undefined), createSigningKey(undefined), createSigningKey(undefined)]
  const { server, ask, payload } = await startJwtVerifier(t)
  publishKeys(server, ...keys)
  for (const key of keys) t.match(await ask(signJwt(key, payload())), { kind: 'active' })
  t.strictSame(await ask(signJwt(createSigningKey(undefined), payload())), unverifiable('signature'))
})

t.test('JWT — a shared secret verifies without asking anybody', async t => {
  covers('jwt.shared-secret')
  const { server, ask, payload, verifier } =
    await startJwtVerifier(t, { sharedSecret: SECRET, algorithms: ['HS256'], types: ['at+jwt', 'jwt'], allowMissingType: true })
  t.match(await ask(macJwt(SECRET, payload({ scope: ['booking:read'] }))), { kind: 'active' })
  t.strictSame(await ask(macJwt(`${SECRET} `, payload())), unverifiable('signature'))
  t.strictSame(await ask(macJwt(SECRET, payload(), { alg: 'HS512' })), unverifiable('algorithm'))
  t.strictSame(await ask(signJwt(firstKey, payload())), unverifiable('algorithm'))
  t.strictSame(await ask(unsignedJwt(payload(), {}, 'AAAA')), unverifiable('algorithm'))
  await verifier.ready()
  t.equal(server.received.length, 0)
})

t.test('JWT — signatures and signed introspection replies are verified with one set of keys, fetched once', async t => {
  const { server, issuer, authorizationServer, clock, payload, verifier: jwt, fetches } = await startJwtVerifier(t)
  server.on(METADATA, answersJson({ issuer, jwks_uri: `${issuer}${KEYS}`, introspection_endpoint: `${issuer}/introspect` }))
  const reply = signJwt(
    firstKey, { iss: issuer, aud: 'a', iat: MANUAL_CLOCK_START_SECONDS, token_introspection: { active: true, sub: '1004' } },
    { typ: 'token-introspection+jwt' }
  )
  server.on('/introspect', answers(200, reply, { 'content-type': 'application/token-introspection+jwt' }))
  const reference = createIntrospectionVerifier({
    server: authorizationServer,
    authenticate: () => clientSecretBasic('a', 'b'),
    accept: 'jwt',
    signedReplies: { algorithms: ['ES256'], audiences: ['a'] },
    deadlineMs: 3000,
    clock
  })
  t.match(await jwt.verify(new PresentedToken(signJwt(firstKey, payload()))), { kind: 'active' })
  t.match(await reference.verify(new PresentedToken('opaque')), { kind: 'active', claims: { subject: '1004' } })
  t.equal(fetches(), 1)
  t.equal(server.received.filter(({ path }) => path === METADATA).length, 1)
})
