// JWT access tokens: the envelope, the keys and where they come from. Over real connections, with tokens no library makes.

import fc from 'fast-check'
import t, { type Test } from 'tap'
import { createAuthenticator } from '../../src/auth/authenticator.ts'
import { createEitherKindVerifier } from '../../src/auth/either-kind.ts'
import { clientSecretBasic } from '../../src/auth/introspection/client-authentication.ts'
import { createIntrospectionVerifier } from '../../src/auth/introspection/introspection-verifier.ts'
import { readCompactJws } from '../../src/auth/compact-jws.ts'
import { ASYMMETRIC_ALGORITHMS, SYMMETRIC_ALGORITHMS } from '../../src/kernel/jose-algorithms.ts'
import { createJwtVerifier, type JwtVerifierSettings } from '../../src/auth/jwt/jwt-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { createAuthorizationServer } from '../../src/auth/server/authorization-server.ts'
import type { TokenStatus } from '../../src/auth/token-claims.ts'
import type { RemoteVerifier } from '../../src/auth/verifier.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { createSigningKey, macJwt, signJwt, unsignedJwt, type SigningKey } from '../support/signing-keys.ts'
import { answers, answersJson, startStubAuthorizationServer, type Behaviour } from '../support/stub-authorization-server.ts'
import { active, inactive, RESOURCE } from '../support/token-statuses.ts'

const METADATA = '/.well-known/oauth-authorization-server'
const KEYS = '/jwks'
const SECRET = 'a shared secret of more than 32 characters'

const first = createSigningKey('first')
const second = createSigningKey('second', 'RS256')

async function start (t: Test, settings: Partial<JwtVerifierSettings> = {}) {
  const server = await startStubAuthorizationServer()
  const clock = createManualClock()
  const issuer = server.origin
  server.on(METADATA, answersJson({ issuer, jwks_uri: `${issuer}${KEYS}` }))
  publish(server, first)
  const authorizationServer = createAuthorizationServer({ issuer, deadlineMs: 3000, clock })
  const verifier = createJwtVerifier({ server: authorizationServer, algorithms: ['ES256', 'RS256'], types: ['at+jwt'], allowMissingType: false, ...settings })
  t.teardown(async () => {
    await server.close()
    await authorizationServer.close()
  })
  const payload = (changes: object = {}) => ({
    iss: issuer, sub: '1004', aud: RESOURCE, exp: MANUAL_CLOCK_START_SECONDS + 3600, iat: MANUAL_CLOCK_START_SECONDS, client_id: 'client-1', scope: 'a b', ...changes
  })
  const fetches = () => server.received.filter(({ path }) => path === KEYS).length
  return { server, clock, issuer, authorizationServer, verifier, payload, fetches, ask: (token: string) => verifier.verify(new PresentedToken(token)) }
}

function publish (server: { readonly on: (path: string, behaviour: Behaviour) => void }, ...keys: readonly SigningKey[]): void {
  server.on(KEYS, answers(200, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }), { 'content-type': 'application/jwk-set+json' }))
}

const unverifiable = (problem: string): TokenStatus => ({ kind: 'unverifiable', problem } as TokenStatus)
const reasonOf = (asking: Promise<unknown>) => asking.then(() => 'no fault', (failure: unknown) => failure instanceof AuthorizationServerUnavailable ? failure.reason : failure)

t.test('JWT — is verified with a published key and read like an introspection reply', async t => {
  covers('jwt.claims-like-introspection', 'jwt.keys-from-metadata')
  const { ask, payload, fetches, server } = await start(t)
  const details = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 100 }]
  const status = await ask(signJwt(first, payload({ scope: 'a b', authorization_details: details, auth_time: 5, acr: 'gold', cnf: { jkt: 'x' } })))
  t.match(status, {
    kind: 'active',
    claims: { subject: '1004', clientId: 'client-1', audience: [RESOURCE], expiresAt: MANUAL_CLOCK_START_SECONDS + 3600, authenticatedAt: 5, authenticationContext: 'gold', confirmation: { jkt: 'x' }, authorizationDetails: details }
  })
  t.strictSame(status.kind === 'active' && [...status.claims.scopes], ['a', 'b'])
  const listed = await ask(signJwt(first, payload({ scope: ['a', 'b'] })))
  t.strictSame(listed.kind === 'active' && [...listed.claims.scopes], ['a', 'b'], 'scope as an array')
  t.equal(fetches(), 1, 'keys are fetched once')
  t.match(server.received.find(({ path }) => path === KEYS), { method: 'GET', headers: { authorization: undefined } }, 'and no credentials with them')
})

t.test('JWT — claims that bind it to a time and an issuer may not be missing, nor have any other form', async t => {
  covers('jwt.required-claims')
  const { ask, payload } = await start(t)
  const cases: [object, object][] = [
    [{ exp: undefined }, { kind: 'unusable', claim: 'exp' }],
    [{ exp: String(MANUAL_CLOCK_START_SECONDS) }, { kind: 'unusable', claim: 'exp' }],
    [{ exp: 1e300 }, { kind: 'unusable', claim: 'exp' }],
    [{ exp: null }, { kind: 'unusable', claim: 'exp' }],
    [{ iss: undefined }, { kind: 'unusable', claim: 'iss' }],
    [{ iss: ['x'] }, { kind: 'unusable', claim: 'iss' }],
    [{ aud: { [RESOURCE]: true } }, { kind: 'unusable', claim: 'aud' }],
    [{ scope: [['a']] }, { kind: 'unusable', claim: 'scope' }],
    [{ scope: ['a b'] }, { kind: 'unusable', claim: 'scope' }],
    [{ scope: [''] }, { kind: 'unusable', claim: 'scope' }],
    [{ cnf: 'x' }, { kind: 'unusable', claim: 'cnf' }]
  ]
  for (const [changes, status] of cases) t.strictSame(await ask(signJwt(first, payload(changes))), status, JSON.stringify(changes))
})

t.test('JWT — the envelope is refused before any claim is believed', async t => {
  covers('jwt.algorithm-allow-list', 'jwt.type-checked', 'jwt.signature-checked')
  const { ask, payload, server, issuer, clock } = await start(t)
  const good = signJwt(first, payload())
  const [header = '', , signature = ''] = good.split('.')
  const forged = Buffer.from(JSON.stringify(payload({ sub: '1005' }))).toString('base64url')
  const publicPem = first.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const cases: [string, string, string][] = [
    ['opaque', 'just-an-opaque-token', 'form'],
    ['two parts', 'eyJhbGciOiJub25lIn0.e30', 'form'],
    ['unsigned', unsignedJwt(payload()), 'form'],
    ['unsigned with something in the third part', unsignedJwt(payload(), {}, 'AAAA'), 'algorithm'],
    ['None', unsignedJwt(payload(), { alg: 'None' }, 'AAAA'), 'algorithm'],
    ['five parts', 'eyJhbGciOiJkaXIifQ.a.b.c.d', 'form'],
    ['another payload', `${header}.${forged}.${signature}`, 'signature'],
    ['another key with the same id', signJwt({ ...createSigningKey('first') }, payload()), 'signature'],
    ['an unknown key', signJwt(createSigningKey('other'), payload()), 'key'],
    ['a signature cut short', good.slice(0, -6), 'signature'],
    ['a signature of another length', good.slice(0, -9), 'form'],
    ['HMAC with a public key', macJwt(publicPem, payload(), { typ: 'at+jwt', kid: 'first' }), 'algorithm'],
    ['an algorithm that is not listed', signJwt(first, payload(), { alg: 'ES512' }), 'algorithm'],
    ['an algorithm of another kind of key', signJwt(first, payload(), { alg: 'RS256' }), 'key'],
    ['no algorithm', signJwt(first, payload(), { alg: undefined }), 'algorithm'],
    ['an algorithm that is no text', signJwt(first, payload(), { alg: ['ES256'] }), 'algorithm'],
    ['typ of an ID token', signJwt(first, payload(), { typ: 'JWT' }), 'type'],
    ['typ missing', signJwt(first, payload(), { typ: undefined }), 'type'],
    ['typ that is no text', signJwt(first, payload(), { typ: 7 }), 'type'],
    ['typ empty', signJwt(first, payload(), { typ: '' }), 'type'],
    ['a key of its own in the header', signJwt(createSigningKey(undefined), payload(), { jwk: createSigningKey(undefined).jwk }), 'signature'],
    ['crit', signJwt(first, payload(), { crit: ['exp'] }), 'form'],
    ['crit b64', signJwt(first, payload(), { crit: ['b64'], b64: false }), 'form'],
    ['a payload that is no object', signJwt(first, '"text"'), 'form'],
    ['a payload that is no JSON', signJwt(first, 'no json'), 'form'],
    ['a payload that is an array', signJwt(first, '[]'), 'form']
  ]
  const each = collected(t)
  for (const [name, token, problem] of cases) {
    each.strictSame(await ask(token), unverifiable(problem), name)
    clock.advance(6000)
  }
  each.end()
  server.on('/elsewhere', answersJson({ keys: [second.jwk] }))
  const there = `${issuer}/elsewhere`
  for (const header of [{ kid: 'first', jku: there }, { kid: 'first', x5u: there }, { jku: there, jwk: second.jwk }, { kid: '../elsewhere', jku: there }]) {
    each.match(await ask(signJwt(second, payload(), header)), { kind: 'unverifiable' }, JSON.stringify(Object.keys(header)))
    clock.advance(6000)
  }
  each.end()
  t.notOk(server.received.some(({ path }) => path === '/elsewhere'), 'no address in a token is followed')
  for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT']) each.match(await ask(signJwt(first, payload(), { typ })), { kind: 'active' }, typ)
  each.end()
})

t.test('JWT — issuers older than RFC 9068 are accepted where configuration says so', async t => {
  covers('jwt.type-checked')
  const { ask, payload } = await start(t, { types: ['at+jwt', 'jwt'], allowMissingType: true })
  for (const typ of ['JWT', undefined]) t.match(await ask(signJwt(first, payload(), { typ })), { kind: 'active' })
  t.strictSame(await ask(signJwt(first, payload(), { typ: 'logout+jwt' })), unverifiable('type'))
})

t.test('JWT — a key that is new, or replaced under its id, is found with the first token that it signs', async t => {
  covers('jwt.key-rotation')
  const { server, ask, payload, fetches } = await start(t)
  t.match(await ask(signJwt(first, payload())), { kind: 'active' })
  publish(server, first, second)
  t.match(await ask(signJwt(second, payload())), { kind: 'active' }, 'right after a fetch')
  t.equal(fetches(), 2)
  const replaced = createSigningKey('first')
  publish(server, replaced, second)
  t.match(await ask(signJwt(replaced, payload())), { kind: 'active' })
  t.equal(fetches(), 3)
  t.strictSame(await ask(signJwt(first, payload())), unverifiable('signature'), 'the one before is withdrawn')
  t.match(await ask(signJwt(second, payload())), { kind: 'active' })
  t.equal(fetches(), 4, 'and a token of a known key costs no fetch')
})

t.test('JWT — invented key ids and forged signatures cause a few fetches a minute, and cost no good token anything', async t => {
  covers('jwt.key-fetches-bounded', 'jwt.undecided-is-503')
  const { server, clock, ask, payload, fetches } = await start(t)
  t.match(await ask(signJwt(first, payload())), { kind: 'active' })
  const forger = createSigningKey('first')
  const outcomes = new Map<string, number>()
  for (let count = 0; count < 40; count += 1) {
    const token = count % 2 === 0 ? signJwt(first, payload(), { kid: `invented-${count}` }) : signJwt(forger, payload({ jti: String(count) }))
    const outcome = await ask(token).then(status => JSON.stringify(status), (failure: AuthorizationServerUnavailable) => `503 ${failure.reason} after ${failure.retryAfterSeconds}`)
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    t.match(await ask(signJwt(first, payload())), { kind: 'active' })
  }
  t.equal(fetches(), 6)
  t.strictSame(Object.fromEntries(outcomes), {
    [JSON.stringify(unverifiable('key'))]: 3, [JSON.stringify(unverifiable('signature'))]: 2, '503 keys-pending after 6': 35
  })

  publish(server, first, second)
  const fresh = signJwt(second, payload())
  t.equal(await reasonOf(ask(fresh)), 'keys-pending', 'a token of a new key is not called bad meanwhile')
  clock.advance(6000)
  await ask(signJwt(first, payload(), { kid: 'one-more' }))
  t.match(await ask(fresh), { kind: 'active' }, 'whichever token the fetch was for')
  t.equal(fetches(), 7)
})

t.test('JWT — fifty tokens with invented key ids at once share their fetches', async t => {
  covers('jwt.key-fetches-bounded')
  const { ask, payload, fetches } = await start(t)
  t.match(await ask(signJwt(first, payload())), { kind: 'active' })
  const invented = Array.from({ length: 50 }, (_, index) => ask(signJwt(first, payload(), { kid: `invented-${index}` })))
  t.strictSame(new Set((await Promise.all(invented)).map(status => JSON.stringify(status))), new Set([JSON.stringify(unverifiable('key'))]))
  t.ok(fetches() <= 3, 'one, and one for those that came while it was in flight')
})

t.test('JWT — while keys are pending, a server that introspects is asked about the token', async t => {
  covers('jwt.undecided-is-503')
  const pending: RemoteVerifier = { verify: () => Promise.reject(new AuthorizationServerUnavailable('keys-pending', 'pending')), ready: async () => {} }
  const answering = (status: TokenStatus): RemoteVerifier => ({ verify: () => Promise.resolve(status), ready: async () => {} })
  const ask = (reference: RemoteVerifier) => createEitherKindVerifier({ jwt: pending, reference }).verify(new PresentedToken('a.b.c'))
  t.match(await ask(answering(active())), { kind: 'active' })
  t.equal(await reasonOf(ask(answering(inactive))), 'keys-pending')
})

t.test('JWT — of the sixteen texts of one signature only the canonical one is a token', async t => {
  covers('jwt.signature-checked')
  const { ask, payload } = await start(t)
  const token = signJwt(first, payload())
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const signature = (text: string) => Buffer.from(text.slice(text.lastIndexOf('.') + 1), 'base64url').toString('hex')
  const others = [...alphabet].map(last => token.slice(0, -1) + last).filter(text => text !== token && signature(text) === signature(token))
  t.equal(others.length, 15)
  t.strictSame(await Promise.all(others.map(ask)), others.map(() => unverifiable('form')))
  t.match(await ask(token), { kind: 'active' })
})

t.test('JWT — a key that was withdrawn is not believed beyond its time, and an outage is not an answer', async t => {
  covers('jwt.key-cache-bounded', 'auth.authorization-server-failure-is-not-a-bad-token')
  const { server, clock, ask, payload, fetches } = await start(t)
  const token = signJwt(first, payload({ exp: MANUAL_CLOCK_START_SECONDS + 100_000 }))
  t.match(await ask(token), { kind: 'active' })
  server.on(KEYS, answers(503, ''))
  clock.advance(300_000)
  t.match(await ask(token), { kind: 'active' }, 'the refresh goes on behind its back, and fails')
  while (fetches() < 2) await new Promise(resolve => { setImmediate(resolve) })
  clock.advance(3_300_000)
  t.equal(await reasonOf(ask(token)), 'metadata-unavailable', 'an hour later nothing is believed any more')
  publish(server, second)
  clock.advance(1000)
  t.strictSame(await ask(token), unverifiable('key'))
  t.match(await ask(signJwt(second, payload())), { kind: 'active' })
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
    ['too many keys', answersJson({ keys: Array.from({ length: 101 }, () => first.jwk) })],
    ['a private key', answersJson({ keys: [first.privateKey.export({ format: 'jwk' })] })],
    ['a shared secret', answersJson({ keys: [first.jwk, { kty: 'oct', k: 'AAAA' }] })],
    ['endless', (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":[' + ' '.repeat(300_000)) }]
  ]
  const { server, clock, ask, payload } = await start(t)
  for (const [name, behaviour] of cases) {
    server.on(KEYS, behaviour)
    t.match(await reasonOf(ask(signJwt(first, payload()))), /^(?:metadata-unavailable|too-large)$/, name)
    clock.advance(1000)
  }
  server.on(KEYS, answersJson({ keys: [{ kty: 'unheard-of' }, null, 7, { use: 'sig' }, { ...first.jwk, use: 'sig' }] }))
  t.match(await ask(signJwt(first, payload())), { kind: 'active' }, 'what is no key of a known kind is passed over')

  const plain = await start(t)
  plain.server.on(METADATA, answersJson({ issuer: plain.issuer }))
  t.equal(await reasonOf(plain.ask(signJwt(first, plain.payload()))), 'metadata-unavailable', 'no jwks_uri')
})

t.test('JWT — without a key id every published key of the algorithm may have signed', async t => {
  covers('jwt.signature-checked')
  const keys = [createSigningKey(undefined), createSigningKey(undefined), createSigningKey(undefined)]
  const { server, ask, payload } = await start(t)
  publish(server, ...keys)
  for (const key of keys) t.match(await ask(signJwt(key, payload())), { kind: 'active' })
  t.strictSame(await ask(signJwt(createSigningKey(undefined), payload())), unverifiable('signature'))
})

t.test('JWT — a shared secret verifies without asking anybody', async t => {
  covers('jwt.shared-secret')
  const { server, ask, payload, verifier } = await start(t, { sharedSecret: SECRET, algorithms: ['HS256'], types: ['at+jwt', 'jwt'], allowMissingType: true })
  t.match(await ask(macJwt(SECRET, payload({ scope: ['booking:read'] }))), { kind: 'active' })
  t.strictSame(await ask(macJwt(`${SECRET} `, payload())), unverifiable('signature'))
  t.strictSame(await ask(macJwt(SECRET, payload(), { alg: 'HS512' })), unverifiable('algorithm'))
  t.strictSame(await ask(signJwt(first, payload())), unverifiable('algorithm'))
  t.strictSame(await ask(unsignedJwt(payload(), {}, 'AAAA')), unverifiable('algorithm'))
  await verifier.ready()
  t.equal(server.received.length, 0)
})

t.test('JWT — one that fails is never introspected, unless both kinds are configured; then every check still applies', async t => {
  covers('jwt.never-introspected-instead', 'auth.audience-compared-whole')
  const { server, issuer, authorizationServer, clock, payload, verifier: jwt } = await start(t)
  server.on('/introspect', answersJson({ active: true, sub: '1004', aud: RESOURCE, iss: issuer, exp: 4_102_444_800 }))
  const reference = createIntrospectionVerifier({
    server: authorizationServer,
    endpoint: `${issuer}/introspect`,
    authenticate: () => clientSecretBasic('a', 'b'),
    accept: 'json',
    signedReplies: { algorithms: [], audiences: [] },
    deadlineMs: 3000,
    clock
  })
  const settings = { issuer, resource: RESOURCE, cache: { ttlSeconds: 30, negativeTtlSeconds: 0, maxEntries: 10, maxNegativeEntries: 10 }, clock }
  const asked = () => server.received.filter(({ path }) => path === '/introspect').length
  const bad = new PresentedToken(signJwt(createSigningKey('first'), payload()))

  const alone = createAuthenticator({ ...settings, verifier: jwt })
  t.match(await alone.authenticate(bad), { ok: false, error: { kind: 'invalid-token', problem: { kind: 'unverifiable', problem: 'signature' } } })
  t.equal(asked(), 0)

  const both = createAuthenticator({ ...settings, verifier: createEitherKindVerifier({ jwt, reference }) })
  t.match(await both.authenticate(bad), { ok: true })
  t.equal(asked(), 1)
  server.on('/introspect', answersJson({ active: true, sub: '1004', aud: 'https://other.example', iss: issuer, exp: 4_102_444_800 }))
  t.match(await both.authenticate(new PresentedToken('opaque')), { ok: false, error: { problem: { kind: 'wrong-audience' } } })
  t.match(await both.authenticate(new PresentedToken(signJwt(first, payload({ aud: 'https://other.example' })))), { ok: false, error: { problem: { kind: 'wrong-audience' } } })
  t.match(await both.authenticate(new PresentedToken(signJwt(first, payload({ exp: MANUAL_CLOCK_START_SECONDS })))), { ok: false, error: { problem: { kind: 'expired' } } })
  t.match(await both.authenticate(new PresentedToken(signJwt(first, payload({ iss: 'https://other.example' })))), { ok: false, error: { problem: { kind: 'wrong-issuer' } } })
  t.equal(asked(), 2, 'a JWT that is verified and refused is not introspected')
})

t.test('JWT — signatures and signed introspection replies are verified with one set of keys, fetched once', async t => {
  const { server, issuer, authorizationServer, clock, payload, verifier: jwt, fetches } = await start(t)
  server.on(METADATA, answersJson({ issuer, jwks_uri: `${issuer}${KEYS}`, introspection_endpoint: `${issuer}/introspect` }))
  const reply = signJwt(first, { iss: issuer, aud: 'a', iat: MANUAL_CLOCK_START_SECONDS, token_introspection: { active: true, sub: '1004' } }, { typ: 'token-introspection+jwt' })
  server.on('/introspect', answers(200, reply, { 'content-type': 'application/token-introspection+jwt' }))
  const reference = createIntrospectionVerifier({
    server: authorizationServer,
    authenticate: () => clientSecretBasic('a', 'b'),
    accept: 'jwt',
    signedReplies: { algorithms: ['ES256'], audiences: ['a'] },
    deadlineMs: 3000,
    clock
  })
  t.match(await jwt.verify(new PresentedToken(signJwt(first, payload()))), { kind: 'active' })
  t.match(await reference.verify(new PresentedToken('opaque')), { kind: 'active', claims: { subject: '1004' } })
  t.equal(fetches(), 1)
  t.equal(server.received.filter(({ path }) => path === METADATA).length, 1)
})

t.test('JWT — any text is read without an exception, and no text that was not signed is verified', async t => {
  const { ask } = await start(t)
  const part = fc.oneof(fc.string(), fc.base64String(), fc.json().map(text => Buffer.from(text).toString('base64url')), fc.constant(Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"first"}').toString('base64url')))
  await fc.assert(fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async parts => {
    const text = parts.join('.')
    readCompactJws(text)
    return (await ask(text)).kind === 'unverifiable'
  }), { numRuns: 300 })
  for (const alg of [...ASYMMETRIC_ALGORITHMS, ...SYMMETRIC_ALGORITHMS]) t.not(alg.toLowerCase(), 'none')
})
