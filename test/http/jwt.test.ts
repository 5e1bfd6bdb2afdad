// JWT access tokens (RFC 9068): the envelope and the claims. Over real connections, with tokens that no library makes.

import fc from 'fast-check'
import t from 'tap'
import { createAuthenticator } from '../../src/auth/authenticator.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { readCompactJws } from '../../src/auth/compact-jws.ts'
import { createEitherKindVerifier } from '../../src/auth/either-kind.ts'
import { clientSecretBasic } from '../../src/auth/introspection/client-authentication.ts'
import { createIntrospectionVerifier } from '../../src/auth/introspection/introspection-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { ASYMMETRIC_ALGORITHMS, SYMMETRIC_ALGORITHMS } from '../../src/kernel/jose-algorithms.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { firstKey, KEYS, secondKey, startJwtVerifier, unverifiable } from '../support/jwt-verifier.ts'
import { MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { createSigningKey, macJwt, signJwt, unsignedJwt } from '../support/signing-keys.ts'
import { answersJson } from '../support/stub-authorization-server.ts'
import { RESOURCE } from '../support/token-statuses.ts'

t.test('JWT — is verified with a published key and read like an introspection reply', async t => {
  covers('jwt.claims-like-introspection', 'jwt.keys-from-metadata')
  const { ask, payload, fetches, server } = await startJwtVerifier(t)
  const details = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 100 }]
  const status =
    await ask(signJwt(firstKey, payload({ scope: 'a b', authorization_details: details, auth_time: 5, acr: 'gold', cnf: { jkt: 'x' } })))
  t.match(status, {
    kind: 'active',
    claims: {
      subject: '1004',
      clientId: 'client-1',
      audience: [RESOURCE],
      expiresAt: MANUAL_CLOCK_START_SECONDS + 3600,
      authenticatedAt: 5,
      authenticationContext: 'gold',
      confirmation: { jkt: 'x' },
      authorizationDetails: details
    }
  })
  t.strictSame(status.kind === 'active' && [...status.claims.scopes], ['a', 'b'])
  const listed = await ask(signJwt(firstKey, payload({ scope: ['a', 'b'] })))
  t.strictSame(listed.kind === 'active' && [...listed.claims.scopes], ['a', 'b'], 'scope as an array')
  t.equal(fetches(), 1, 'keys are fetched once')
  t.match(server.received.find(({ path }) => path === KEYS), { method: 'GET', headers: { authorization: undefined } },
    'and no credentials with them')
})

t.test('JWT — one signature has one text: bits that are left over in its last character must be zero', async t => {
  covers('jwt.one-text-for-a-signature')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const { ask, payload } = await startJwtVerifier(t)
  const token = signJwt(firstKey, payload({}))
  const others = Array.from(alphabet).map(character => token.slice(0, -1) + character).filter(text => text !== token)
  const signatureOf = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url').toString('hex')
  const sameBytes = others.filter(text => signatureOf(text) === signatureOf(token))
  t.equal(sameBytes.length, 15, 'the signature has 64 bytes, and its last character four bits that are left over')
  t.equal((await ask(token)).kind, 'active')
  t.strictSame(await Promise.all(others.map(async text => (await ask(text)).kind)), others.map(() => 'unverifiable'))
  t.strictSame(sameBytes.map(readCompactJws), sameBytes.map(() => undefined))
})

t.test('JWT — claims that bind it to a time and an issuer may not be missing, nor have any other form', async t => {
  covers('jwt.required-claims')
  const { ask, payload } = await startJwtVerifier(t)
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
  for (const [changes, status] of cases) t.strictSame(await ask(signJwt(firstKey, payload(changes))), status, JSON.stringify(changes))
})

t.test('JWT — the envelope is refused before any claim is believed', async t => {
  covers('jwt.algorithm-allow-list', 'jwt.type-checked', 'jwt.signature-checked')
  const { ask, payload, server, issuer, clock } = await startJwtVerifier(t)
  const good = signJwt(firstKey, payload())
  const [header = '', , signature = ''] = good.split('.')
  const forged = Buffer.from(JSON.stringify(payload({ sub: '1005' }))).toString('base64url')
  const publicPem = firstKey.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
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
    ['an algorithm that is not listed', signJwt(firstKey, payload(), { alg: 'ES512' }), 'algorithm'],
    ['an algorithm of another kind of key', signJwt(firstKey, payload(), { alg: 'RS256' }), 'key'],
    ['no algorithm', signJwt(firstKey, payload(), { alg: undefined }), 'algorithm'],
    ['an algorithm that is no text', signJwt(firstKey, payload(), { alg: ['ES256'] }), 'algorithm'],
    ['typ of an ID token', signJwt(firstKey, payload(), { typ: 'JWT' }), 'type'],
    ['typ missing', signJwt(firstKey, payload(), { typ: undefined }), 'type'],
    ['typ that is no text', signJwt(firstKey, payload(), { typ: 7 }), 'type'],
    ['typ empty', signJwt(firstKey, payload(), { typ: '' }), 'type'],
    ['a key of its own in the header', signJwt(createSigningKey(undefined), payload(), { jwk: createSigningKey(undefined).jwk }),
      'signature'],
    ['crit', signJwt(firstKey, payload(), { crit: ['exp'] }), 'form'],
    ['crit b64', signJwt(firstKey, payload(), { crit: ['b64'], b64: false }), 'form'],
    ['a payload that is no object', signJwt(firstKey, '"text"'), 'form'],
    ['a payload that is no JSON', signJwt(firstKey, 'no json'), 'form'],
    ['a payload that is an array', signJwt(firstKey, '[]'), 'form']
  ]
  const each = collected(t)
  for (const [name, token, problem] of cases) {
    each.strictSame(await ask(token), unverifiable(problem), name)
    clock.advance(6000)
  }
  each.end()
  server.on('/elsewhere', answersJson({ keys: [secondKey.jwk] }))
  const there = `${issuer}/elsewhere`
  for (const header of [{ kid: 'first', jku: there }, { kid: 'first', x5u: there }, { jku: there, jwk: secondKey.jwk },
    { kid: '../elsewhere', jku: there }]) {
    each.match(await ask(signJwt(secondKey, payload(), header)), { kind: 'unverifiable' }, JSON.stringify(Object.keys(header)))
    clock.advance(6000)
  }
  each.end()
  t.notOk(server.received.some(({ path }) => path === '/elsewhere'), 'no address in a token is followed')
  for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT']) {
    each.match(await ask(signJwt(firstKey, payload(), { typ })), { kind: 'active' }, typ)
  }
  each.end()
})

t.test('JWT — issuers older than RFC 9068 are accepted where configuration says so', async t => {
  covers('jwt.type-checked')
  const { ask, payload } = await startJwtVerifier(t, { types: ['at+jwt', 'jwt'], allowMissingType: true })
  for (const typ of ['JWT', undefined]) t.match(await ask(signJwt(firstKey, payload(), { typ })), { kind: 'active' })
  t.strictSame(await ask(signJwt(firstKey, payload(), { typ: 'logout+jwt' })), unverifiable('type'))
})

t.test('JWT — of the sixteen texts of one signature only the canonical one is a token', async t => {
  covers('jwt.signature-checked')
  const { ask, payload } = await startJwtVerifier(t)
  const token = signJwt(firstKey, payload())
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const signature = (text: string) => Buffer.from(text.slice(text.lastIndexOf('.') + 1), 'base64url').toString('hex')
  const others = [...alphabet].map(last => token.slice(0, -1) + last).filter(text => text !== token && signature(text) === signature(token))
  t.equal(others.length, 15)
  t.strictSame(await Promise.all(others.map(ask)), others.map(() => unverifiable('form')))
  t.match(await ask(token), { kind: 'active' })
})

t.test('JWT — one that fails is never introspected, unless both kinds are configured; then every check still applies', async t => {
  covers('jwt.never-introspected-instead', 'auth.audience-compared-whole')
  const { server, issuer, authorizationServer, clock, payload, verifier: jwt } = await startJwtVerifier(t)
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
  const settings =
    { issuer, resource: RESOURCE, cache: { ttlSeconds: 30, negativeTtlSeconds: 0, maxEntries: 10, maxNegativeEntries: 10 }, clock }
  const asked = () => server.received.filter(({ path }) => path === '/introspect').length
  const bad = new PresentedToken(signJwt(createSigningKey('first'), payload()))

  const alone = createAuthenticator({ ...settings, verifier: jwt })
  t.match(await alone.authenticate(bad),
    { ok: false, error: { kind: 'invalid-token', problem: { kind: 'unverifiable', problem: 'signature' } } })
  t.equal(asked(), 0)

  const both = createAuthenticator({ ...settings, verifier: createEitherKindVerifier({ jwt, reference }) })
  t.match(await both.authenticate(bad), { ok: true })
  t.equal(asked(), 1)
  server.on('/introspect', answersJson({ active: true, sub: '1004', aud: 'https://other.example', iss: issuer, exp: 4_102_444_800 }))
  t.match(await both.authenticate(new PresentedToken('opaque')), { ok: false, error: { problem: { kind: 'wrong-audience' } } })
  t.match(await both.authenticate(new PresentedToken(signJwt(firstKey, payload({ aud: 'https://other.example' })))), { ok: false, error: { problem: { kind: 'wrong-audience' } } })
  t.match(await both.authenticate(new PresentedToken(signJwt(firstKey, payload({ exp: MANUAL_CLOCK_START_SECONDS })))),
    { ok: false, error: { problem: { kind: 'expired' } } })
  t.match(await both.authenticate(new PresentedToken(signJwt(firstKey, payload({ iss: 'https://other.example' })))), { ok: false, error: { problem: { kind: 'wrong-issuer' } } })
  t.equal(asked(), 2, 'a JWT that is verified and refused is not introspected')
})

t.test('JWT — any text is read without an exception, and no text that was not signed is verified', async t => {
  const { ask } = await startJwtVerifier(t)
  const part = fc.oneof(fc.string(), fc.base64String(), fc.json().map(text => Buffer.from(text).toString('base64url')),
    fc.constant(Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"first"}').toString('base64url')))
  await fc.assert(fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async parts => {
    const text = parts.join('.')
    readCompactJws(text)
    // Beyond the budget of key fetches nothing is known of a token, which is neither accepted nor refused.
    return ask(text).then(({ kind }) => kind === 'unverifiable', (fault: unknown) => fault instanceof AuthorizationServerUnavailable)
  }), { numRuns: 300 })
  for (const alg of [...ASYMMETRIC_ALGORITHMS, ...SYMMETRIC_ALGORITHMS]) t.not(alg.toLowerCase(), 'none')
})
