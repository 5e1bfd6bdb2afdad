// Tokens that are bound to a key: proofs that are checked in full, used once, with or without a nonce; certificates of the
// connection, or of a proxy that is trusted.

import { createHash, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { calculateJwkThumbprint } from 'jose'
import t, { type Test } from 'tap'
import { checkBinding } from '../../src/auth/claims/binding.ts'
import { readCertificate } from '../../src/auth/possession/certificate.ts'
import { createNonceSource } from '../../src/auth/possession/dpop-nonce.ts'
import { createProofVerifier } from '../../src/auth/possession/dpop-proof.ts'
import { createReplayGuard } from '../../src/auth/possession/replay-guard.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { createCertificate, type Certificate } from '../support/certificates.ts'
import { collected } from '../support/collected.ts'
import { configureGateway, type ConfigInput } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { answerOf, message, RESOURCE, type CallAnswer } from '../support/gateway.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { createSigningKey, macJwt, signJwt, unsignedJwt, type SigningKey } from '../support/signing-keys.ts'
import { startStubAuthorizationServer } from '../support/stub-authorization-server.ts'
import { claims } from '../support/token-statuses.ts'

const key = createSigningKey(undefined)
const stranger = createSigningKey(undefined)
const jkt = await calculateJwkThumbprint(key.jwk)
const BOUND = 'bound-to-a-key'
const athOf = (token: string) => createHash('sha256').update(token).digest('base64url')

interface Proof {
  readonly signer?: SigningKey
  readonly token?: string
  readonly header?: Readonly<Record<string, unknown>>
  readonly payload?: Readonly<Record<string, unknown>>
}

function proof (clock: Pick<Clock, 'now'>, { signer = key, token = BOUND, header = {}, payload = {} }: Proof = {}): string {
  return signJwt(signer, { jti: randomUUID(), htm: 'POST', htu: RESOURCE, iat: Math.floor(clock.now() / 1000), ath: athOf(token), ...payload }, { typ: 'dpop+jwt', jwk: signer.jwk, ...header })
}

async function start (t: Test, config: Partial<ConfigInput>, tokens: Record<string, object> = {}) {
  const server = await startStubAuthorizationServer()
  t.teardown(server.close)
  const base = { active: true, sub: '1004', aud: RESOURCE, scope: 'mcp:tickets:read mcp:tickets:write', exp: MANUAL_CLOCK_START_SECONDS + 36_000 }
  const known: Record<string, object> = {
    [BOUND]: { cnf: { jkt }, token_type: 'DPoP' },
    bearer: {},
    'bound-nobody-knows-how': { cnf: { kid: 'x' } },
    'bound-to-nothing': { token_type: 'DPoP' },
    ...tokens
  }
  let questions = 0
  server.on('/introspect', ({ body }, response) => {
    questions += 1
    const reply = known[new URLSearchParams(body).get('token') ?? '']
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply === undefined ? { active: false } : { ...base, ...reply }))
  })
  const clock = createManualClock()
  const gateway = await configureGateway(t, {
    authorizationServer: { issuer: server.origin, introspection: { endpoint: `${server.origin}/introspect`, clientId: 'a', clientSecret: 'b' } },
    policy: { authorizationDetailsWhenAbsent: 'allow' },
    ...config
  }, { clock })
  const send = (headers: Record<string, string>, tool = 'list_tickets', args: object = {}) => gateway.call({ tool, args, headers })
  return {
    clock,
    server,
    gateway,
    questions: () => questions,
    send,
    withProof: (text: string, { token = BOUND, tool, args }: { token?: string, tool?: string, args?: object } = {}) => send({ authorization: `DPoP ${token}`, dpop: text }, tool, args),
    reason: () => gateway.decisions().at(-1)?.['reason']
  }
}

function dpopChallenge ({ headers }: CallAnswer): Record<string, string> {
  const value = String(headers['www-authenticate'])
  if (!value.startsWith('DPoP ')) return {}
  return Object.fromEntries([...value.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', text = '']) => [name, text]))
}

const ACCEPTED = { dpop: { mode: 'accepted' } } as const

t.test('DPoP — a proof for this request, this token and this key opens the door, once', async t => {
  covers('dpop.proof-accepted', 'dpop.replay-refused')
  const { clock, gateway, withProof, reason, questions } = await start(t, ACCEPTED)
  const first = proof(clock)
  t.equal((await withProof(first)).status, 200)
  const again = await withProof(first)
  t.equal(again.status, 401)
  t.match(dpopChallenge(again), { error: 'invalid_dpop_proof', algs: 'ES256 EdDSA PS256 RS256' })
  t.equal(reason(), 'invalid-proof:replayed')
  t.equal((await withProof(proof(clock))).status, 200)
  clock.advance(1000)
  t.equal((await withProof(proof(clock), { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })).status, 200, 'and for a live answer')
  t.equal(questions(), 2, 'the answer about the token is kept like any other')
  const rsa = createSigningKey(undefined, 'RS256')
  t.equal((await withProof(proof(clock, { signer: rsa }))).status, 401)
  t.equal(reason(), 'wrong-key', 'a proof in order, with another key')
  t.notOk(gateway.log().includes(first), 'no proof in a log')
})

t.test('DPoP — every claim of a proof is checked', async t => {
  covers('dpop.proof-checked')
  const { clock, withProof, send, reason, questions } = await start(t, ACCEPTED)
  const now = Math.floor(clock.now() / 1000)
  const privateJwk = key.privateKey.export({ format: 'jwk' })
  const good = { jti: 'x', htm: 'POST', htu: RESOURCE, iat: now, ath: athOf(BOUND) }
  const [head, , signature] = proof(clock).split('.')
  const long = createSigningKey(undefined, 'RS256')
  const { privateKey: shortKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const small: SigningKey = { kid: undefined, alg: 'RS256', privateKey: shortKey, jwk: createPublicKey(shortKey).export({ format: 'jwk' }) }
  const cases: [string, string, string][] = [
    ['no JWT', 'x', 'form'],
    ['empty', '', 'form'],
    ['two proofs in one field', `${proof(clock)}, ${proof(clock)}`, 'repeated'],
    ['larger than any proof', proof(clock, { payload: { filler: 'x'.repeat(9000) } }), 'form'],
    ['no type', proof(clock, { header: { typ: undefined } }), 'type'],
    ['the type of an access token', proof(clock, { header: { typ: 'at+jwt' } }), 'type'],
    ['alg none', unsignedJwt(good, { typ: 'dpop+jwt', jwk: key.jwk }, 'AAAA'), 'algorithm'],
    ['a shared secret', macJwt('secret', good, { typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'c2VjcmV0' } }), 'algorithm'],
    ['an algorithm that is not listed', proof(clock, { header: { alg: 'ES384' } }), 'algorithm'],
    ['no key', proof(clock, { header: { jwk: undefined } }), 'key'],
    ['a key that is a text', proof(clock, { header: { jwk: JSON.stringify(key.jwk) } }), 'key'],
    ['a private key', proof(clock, { header: { jwk: privateJwk } }), 'key'],
    ['a point that is on no curve', proof(clock, { header: { jwk: { ...key.jwk, x: key.jwk['y'] } } }), 'key'],
    ['a key of another kind than the algorithm', proof(clock, { header: { jwk: long.jwk } }), 'key'],
    ['a key that is work to verify with', proof(clock, { signer: long, header: { jwk: { ...long.jwk, e: 'AQABAQABAQABAQAB' } } }), 'key'],
    ['a key too small to sign anything', proof(clock, { signer: small }), 'key'],
    ['a key larger than any', proof(clock, { signer: long, header: { jwk: { ...long.jwk, n: 'A'.repeat(2000) } } }), 'key'],
    ['crit', proof(clock, { header: { crit: ['exp'] } }), 'form'],
    ['the key of somebody else in the header', proof(clock, { header: { jwk: stranger.jwk } }), 'signature'],
    ['another payload under the signature', `${head}.${Buffer.from(JSON.stringify(good)).toString('base64url')}.${signature}`, 'signature'],
    ['another method', proof(clock, { payload: { htm: 'GET' } }), 'method'],
    ['the method in lower case', proof(clock, { payload: { htm: 'post' } }), 'method'],
    ['no method', proof(clock, { payload: { htm: undefined } }), 'method'],
    ['another host', proof(clock, { payload: { htu: 'http://evil.example/mcp' } }), 'address'],
    ['another scheme', proof(clock, { payload: { htu: RESOURCE.replace('http:', 'https:') } }), 'address'],
    ['another path', proof(clock, { payload: { htu: `${RESOURCE}/` } }), 'address'],
    ['a path in another case', proof(clock, { payload: { htu: RESOURCE.replace('/mcp', '/MCP') } }), 'address'],
    ['somebody in front of the host', proof(clock, { payload: { htu: RESOURCE.replace('//', '//user@') } }), 'address'],
    ['no address', proof(clock, { payload: { htu: undefined } }), 'address'],
    ['an address that is a list', proof(clock, { payload: { htu: [RESOURCE] } }), 'address'],
    ['another token', proof(clock, { token: 'bearer' }), 'token'],
    ['no hash of the token', proof(clock, { payload: { ath: undefined } }), 'token'],
    ['the token itself', proof(clock, { payload: { ath: BOUND } }), 'token'],
    ['no id', proof(clock, { payload: { jti: undefined } }), 'form'],
    ['an empty id', proof(clock, { payload: { jti: '' } }), 'form'],
    ['an id that is a number', proof(clock, { payload: { jti: 7 } }), 'form'],
    ['no time', proof(clock, { payload: { iat: undefined } }), 'form'],
    ['a time in quotes', proof(clock, { payload: { iat: String(now) } }), 'form'],
    ['too old', proof(clock, { payload: { iat: now - 61 } }), 'time'],
    ['from the future', proof(clock, { payload: { iat: now + 6 } }), 'time'],
    ['a time of no calendar', proof(clock, { payload: { iat: 1e300 } }), 'time'],
    ['a time in milliseconds', proof(clock, { payload: { iat: now * 1000 } }), 'time']
  ]
  const each = collected(t)
  for (const [name, text, problem] of cases) {
    const answer = await withProof(text)
    each.equal(answer.status, 401, name)
    each.equal(reason(), `invalid-proof:${problem}`, name)
    each.match(dpopChallenge(answer), { error: 'invalid_dpop_proof', resource_metadata: /oauth-protected-resource/ }, name)
  }
  each.end()
  t.equal((await send({ authorization: `DPoP ${BOUND}` })).status, 401)
  t.equal(reason(), 'invalid-proof:missing')
  t.equal(questions(), 0, 'nobody is asked about a token whose proof is wrong')

  for (const payload of [{ htu: `${RESOURCE}?x=1#y` }, { htu: 'HTTP://LOCALHOST:3443/mcp' }, { htu: 'http://localhost:3443/a/../mcp' }, { iat: now - 60 }, { iat: now + 5 }, { iat: now + 0.5 }]) {
    each.equal((await withProof(proof(clock, { payload }))).status, 200, JSON.stringify(payload))
  }
  each.end()
  for (const header of [{ typ: 'DPoP+JWT' }, { typ: 'application/dpop+jwt' }, { jwk: { ...key.jwk, use: 'enc', key_ops: [], alg: 'RS256', kid: 'x' } }]) each.equal((await withProof(proof(clock, { header }))).status, 200, JSON.stringify(header))
  each.end()
})

t.test('DPoP — the address of a proof is the configured one, whatever the request says', async t => {
  covers('dpop.address-configured')
  const { clock, send, reason } = await start(t, ACCEPTED)
  const spoofed = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }
  t.equal((await send({ ...spoofed, authorization: `DPoP ${BOUND}`, dpop: proof(clock) })).status, 200)
  t.equal((await send({ ...spoofed, authorization: `DPoP ${BOUND}`, dpop: proof(clock, { payload: { htu: 'https://evil.example/mcp' } }) })).status, 401)
  t.equal(reason(), 'invalid-proof:address')
})

t.test('DPoP — a bound token is no bearer token, on a cache hit too; a token that is not bound is no DPoP token', async t => {
  covers('dpop.bound-token-not-bearer', 'dpop.unbound-token-refused')
  const { clock, withProof, send, reason } = await start(t, ACCEPTED, { 'bound-to-another': { cnf: { jkt: 'x'.repeat(43) } }, 'bound-strangely': { cnf: { jkt: [jkt] } }, 'bound-twice': { cnf: { jkt, 'x5t#S256': 'y'.repeat(43) } } })
  const asBearer = async () => {
    const answer = await send({ authorization: `Bearer ${BOUND}` })
    t.equal(answer.status, 401)
    t.match(answer.headers['www-authenticate'], /^Bearer .*error="invalid_token".*, DPoP realm="[^"]+", resource_metadata="[^"]+", algs="ES256 EdDSA PS256 RS256"$/)
    t.equal(reason(), 'sender-constrained')
  }
  await asBearer()
  t.equal((await withProof(proof(clock))).status, 200)
  await asBearer()
  t.equal((await send({ authorization: `Bearer ${BOUND}`, dpop: proof(clock) })).status, 401, 'a proof beside the wrong scheme changes nothing')
  t.equal((await send({ authorization: 'Bearer bearer' })).status, 200)
  for (const [token, told] of [
    ['bearer', 'not-sender-constrained'], ['bound-to-another', 'wrong-key'], ['bound-strangely', 'wrong-key'], ['bound-twice', 'sender-constrained'],
    ['bound-nobody-knows-how', 'sender-constrained'], ['bound-to-nothing', 'sender-constrained'], ['unknown', 'inactive']
  ] as const) {
    const answer = await withProof(proof(clock, { token }), { token })
    t.equal(answer.status, 401)
    t.equal(reason(), told, token)
    t.match(dpopChallenge(answer), { error: 'invalid_token', algs: /ES256/ }, 'and bearer is not offered to who showed a proof')
  }
})

t.test('DPoP — refusals and denials name the scheme that was used, and both to who used none', async t => {
  covers('dpop.challenge')
  const { clock, gateway, withProof, send } = await start(t, ACCEPTED, { narrow: { cnf: { jkt }, scope: 'openid' } })
  const denied = await withProof(proof(clock, { token: 'narrow' }), { token: 'narrow' })
  t.equal(denied.status, 403)
  t.match(dpopChallenge(denied), { error: 'insufficient_scope', scope: 'mcp:tickets:read', algs: /ES256/ })
  t.match((await send({})).headers['www-authenticate'], /^Bearer realm="[^"]+", error="invalid_request".*, DPoP realm=/)
  t.match(await gateway.metadata(), { dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256', 'RS256'], dpop_bound_access_tokens_required: false, bearer_methods_supported: ['header'] })
  for (const [authorization, status] of [['DPoP', 400], ['DPoP  ', 400], ['DPoP a b', 400], [`DPoP ${BOUND}, DPoP x`, 400], [`DPoP ${BOUND}, Bearer x`, 400], [`DPoP\t${BOUND}`, 400], [`DPoPx ${BOUND}`, 401], ['Basic YQ==, DPoP x', 400]] as const) {
    t.equal((await send({ authorization, dpop: proof(clock) })).status, status, authorization)
  }
  t.equal((await send({ authorization: `dPoP ${BOUND}`, dpop: proof(clock) })).status, 200)
})

t.test('DPoP — required: nothing else is taken, offered or published', async t => {
  covers('dpop.required')
  const { clock, gateway, withProof, send, reason } = await start(t, { dpop: { mode: 'required', algorithms: ['ES256'] } }, { certificate: { cnf: { 'x5t#S256': 'y'.repeat(43) } } })
  t.equal((await withProof(proof(clock))).status, 200)
  for (const token of ['bearer', 'certificate']) {
    const answer = await send({ authorization: `Bearer ${token}` })
    t.equal(answer.status, 401)
    t.equal(reason(), 'not-sender-constrained')
    t.match(dpopChallenge(answer), { error: 'invalid_token', algs: 'ES256' })
  }
  t.match(dpopChallenge(await send({})), { error: 'invalid_request', algs: 'ES256' })
  t.match(await gateway.metadata(), { dpop_signing_alg_values_supported: ['ES256'], dpop_bound_access_tokens_required: true })
  const off = await start(t, {})
  t.equal((await off.withProof(proof(off.clock))).status, 401)
  t.equal(off.reason(), 'missing-token')
  t.notMatch(JSON.stringify(await off.gateway.metadata()), /dpop/i)
})

t.test('DPoP — a nonce of ours, where configuration wants one, and a new one before the old is over', async t => {
  covers('dpop.nonce')
  const { clock, withProof, send, reason, gateway } = await start(t, { dpop: { mode: 'accepted', nonce: 'required', maxAgeSeconds: 60 }, cors: { allowedOrigins: ['http://localhost:6274'] } })
  const asked = await withProof(proof(clock))
  t.equal(asked.status, 401)
  t.equal(reason(), 'nonce-required')
  t.match(dpopChallenge(asked), { error: 'use_dpop_nonce' })
  const nonce = String(asked.headers['dpop-nonce'])
  t.match(nonce, /^[\w-]{43}$/)
  const good = await withProof(proof(clock, { payload: { nonce } }))
  t.equal(good.status, 200)
  t.equal(good.headers['dpop-nonce'], undefined, 'it goes on being good')
  for (const wrong of ['x', '', `${nonce}x`, [nonce], undefined]) t.equal(dpopChallenge(await withProof(proof(clock, { payload: { nonce: wrong } })))['error'], 'use_dpop_nonce')
  t.match(dpopChallenge(await withProof(proof(clock, { payload: { nonce, htm: 'GET' } }))), { error: 'invalid_dpop_proof' })
  t.equal((await send({ authorization: 'Bearer bearer' })).status, 200, 'bearer tokens need none')

  clock.advance(300_000)
  const aged = await withProof(proof(clock, { payload: { nonce } }))
  t.equal(aged.status, 200)
  const next = String(aged.headers['dpop-nonce'])
  t.not(next, nonce)
  t.equal((await withProof(proof(clock, { payload: { nonce: next } }))).status, 200)
  clock.advance(300_000)
  t.equal((await withProof(proof(clock, { payload: { nonce } }))).status, 401, 'over')
  t.equal((await withProof(proof(clock, { payload: { nonce: next } }))).status, 200)

  const page = await gateway.app.inject({ method: 'POST', url: '/mcp', headers: { origin: 'http://localhost:6274', 'content-type': 'application/json' }, payload: '{}' })
  t.match(page.headers['access-control-expose-headers'], /DPoP-Nonce/)
  const [one, other, foreign] = [Buffer.alloc(32, 1), Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map(secret => createNonceSource(secret, clock))
  t.equal(one?.judge(other?.current() ?? ''), 'good', 'gateways with the same secret understand each other')
  t.equal(one?.judge(foreign?.current() ?? ''), 'bad')
})

t.test('DPoP — proofs are remembered as long as they are good, in bounded memory, and only those of good tokens', async t => {
  covers('dpop.replay-memory-bounded', 'dpop.replay-refused')
  const clock = createManualClock()
  const made = (keyThumbprint: string, id: string, seconds = 60) => ({ keyThumbprint, id, expiresAtMs: clock.now() + seconds * 1000, needsNewNonce: false })
  const guard = createReplayGuard(100, clock)
  t.equal(guard.redeem(made('a', '1')), 'fresh')
  t.equal(guard.redeem(made('a', '1')), 'replayed')
  t.equal(guard.redeem(made('b', '1')), 'fresh', 'the same id of another key is another proof')
  t.equal(guard.redeem(made('a', '2'.repeat(100_000))), 'fresh')
  for (let id = 3; id <= 10; id += 1) guard.redeem(made('a', String(id)))
  t.equal(guard.redeem(made('a', '11')), 'too-many', 'one key has a tenth of the room')
  t.equal(guard.redeem(made('c', '1')), 'fresh', 'and leaves the rest to others')
  const others = Array.from({ length: 150 }, (_value, other) => guard.redeem(made(`k${other % 50}`, `${other}`)))
  t.equal(others.filter(use => use === 'fresh').length, 100 - 12, 'and no more than there is room for')
  t.equal(guard.redeem(made('late', '1')), 'too-many', 'nothing is forgotten to make room')
  t.equal(guard.redeem(made('a', '1')), 'replayed')
  clock.advance(60_000)
  t.equal(guard.redeem(made('a', '1', 0)), 'replayed', 'remembered to the last moment at which it is good')
  clock.advance(1)
  t.equal(guard.redeem(made('late', '1')), 'fresh')
  t.equal(guard.redeem(made('a', '11')), 'fresh', 'the share of a key is its own again')
  const later = Array.from({ length: 150 }, (_value, other) => guard.redeem(made(`k${other % 50}`, `${other}`)))
  t.equal(later.filter(use => use === 'fresh').length, 100 - 2, 'and so is the room of all that expired')

  const { clock: time, withProof, gateway } = await start(t, { dpop: { mode: 'accepted', maxProofs: 100 } })
  for (let attempt = 0; attempt < 30; attempt += 1) t.equal((await withProof(proof(time, { token: 'unknown' }), { token: 'unknown' })).status, 401)
  const answers = await Promise.all(Array.from({ length: 12 }, () => withProof(proof(time))))
  t.equal(answers.filter(({ status }) => status === 200).length, 10)
  t.equal(gateway.decisions().filter(({ reason }) => reason === 'invalid-proof:too-many').length, 2)
  const same = proof(time, { token: 'bearer' })
  t.strictSame((await Promise.all([withProof(same, { token: 'bearer' }), withProof(same, { token: 'bearer' })])).map(({ status }) => status), [401, 401])
})

t.test('DPoP — of two requests with one proof at the same moment, one is a replay', async t => {
  covers('dpop.replay-refused')
  const { clock, withProof } = await start(t, ACCEPTED)
  const text = proof(clock)
  const statuses = (await Promise.all(Array.from({ length: 10 }, () => withProof(text)))).map(({ status }) => status)
  t.equal(statuses.filter(status => status === 200).length, 1)
})

t.test('DPoP — a used proof that grows too old while its token is asked about does not work again', async t => {
  covers('dpop.replay-refused')
  const { clock, gateway, server, withProof, reason } = await start(t, { ...ACCEPTED, cache: { ttlSeconds: 0 } })
  const text = proof(clock)
  t.equal((await withProof(text)).status, 200)
  clock.advance(59_999)
  server.on('/introspect', (_request, response) => {
    // The answer takes until the id of the proof is forgotten.
    clock.advance(2)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ active: true, sub: '1004', exp: 4_102_444_800, aud: RESOURCE, scope: 'mcp:tickets:read', cnf: { jkt } }))
  })
  t.equal((await withProof(text)).status, 401)
  t.equal(reason(), 'invalid-proof:time')
  t.equal(gateway.decisions().filter(({ status }) => status === 200).length, 1)
})

t.test('DPoP — no text is a proof but one that was made as one, and none makes an exception', async t => {
  const clock = createManualClock()
  const verify = createProofVerifier({ algorithms: ['ES256', 'RS256', 'EdDSA'], maxAgeSeconds: 60, nonces: undefined, clock })
  const token = new PresentedToken(BOUND)
  const json = fc.json().map(text => Buffer.from(text).toString('base64url'))
  const header = fc.record({ typ: fc.constant('dpop+jwt'), alg: fc.constantFrom('ES256', 'RS256', 'EdDSA', 'none'), jwk: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(key.jwk), fc.record({ kty: fc.constantFrom('EC', 'RSA', 'OKP', 'oct'), crv: fc.constantFrom('P-256', 'Ed25519'), x: fc.base64String(), y: fc.base64String(), n: fc.base64String(), e: fc.constant('AQAB') })) })
    .map(value => Buffer.from(JSON.stringify(value)).toString('base64url'))
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.tuple(fc.oneof(header, json), json, fc.base64String()).map(parts => parts.join('.').replaceAll(/[+/=]/g, '_'))), async text => {
    const verified = await verify({ fields: [text], method: 'POST', url: RESOURCE, token })
    return !verified.ok
  }), { numRuns: 300 })
  t.strictSame(await verify({ fields: [], method: 'POST', url: RESOURCE, token }), { ok: false, error: { kind: 'invalid-proof', problem: 'missing' } })
  t.strictSame(await verify({ fields: ['a', 'b'], method: 'POST', url: RESOURCE, token }), { ok: false, error: { kind: 'invalid-proof', problem: 'repeated' } })
})

t.test('binding — every method that a token names has to be met', t => {
  covers('dpop.bound-token-not-bearer', 'mtls.certificate-bound')
  const verified = { keyThumbprint: 'K', id: 'x', expiresAtMs: 0, needsNewNonce: false }
  const none = { scheme: 'Bearer', proof: undefined, certificateThumbprint: undefined } as const
  const certificate = { ...none, certificateThumbprint: 'C' }
  const byKey = { scheme: 'DPoP', proof: verified, certificateThumbprint: undefined } as const
  const both = { ...byKey, certificateThumbprint: 'C' }
  const cases: [object | undefined, Parameters<typeof checkBinding>[1], string | undefined][] = [
    [undefined, none, undefined], [undefined, certificate, undefined], [undefined, byKey, 'not-sender-constrained'],
    [{ jkt: 'K' }, none, 'sender-constrained'], [{ jkt: 'K' }, byKey, undefined], [{ jkt: 'X' }, byKey, 'wrong-key'], [{ jkt: 'K' }, certificate, 'sender-constrained'],
    [{ 'x5t#S256': 'C' }, none, 'sender-constrained'], [{ 'x5t#S256': 'C' }, certificate, undefined], [{ 'x5t#S256': 'X' }, certificate, 'wrong-key'], [{ 'x5t#S256': 'C' }, both, 'not-sender-constrained'],
    [{ jkt: 'K', 'x5t#S256': 'C' }, both, undefined], [{ jkt: 'K', 'x5t#S256': 'C' }, byKey, 'sender-constrained'], [{ jkt: 'K', 'x5t#S256': 'C' }, certificate, 'sender-constrained'],
    [{ jkt: 'K', 'x5t#S256': 'X' }, both, 'wrong-key'], [{ jkt: 'X', 'x5t#S256': 'C' }, both, 'wrong-key'], [{ jkt: 'K', kid: 'ignored' }, byKey, undefined],
    [{ kid: 'K' }, both, 'sender-constrained'], [{}, both, 'sender-constrained'], [{ jkt: undefined }, byKey, 'wrong-key'], [{ 'x5t#S256': undefined }, certificate, 'wrong-key']
  ]
  for (const [confirmation, possession, problem] of cases) t.equal(checkBinding(claims({ confirmation } as never), possession)?.kind, problem, JSON.stringify([confirmation, possession]))
  t.equal(checkBinding(claims(), none, true)?.kind, 'not-sender-constrained')
  t.equal(checkBinding(claims({ confirmation: { 'x5t#S256': 'C' } }), certificate, true)?.kind, 'not-sender-constrained')
  t.equal(checkBinding(claims({ confirmation: { jkt: 'K' } }), byKey, true), undefined)
  t.end()
})

const authority = createCertificate('Test authority')
const client = createCertificate('A client', authority)
const otherClient = createCertificate('Another client', authority)
const foreignClient = createCertificate('A client', createCertificate('Test authority'))

t.test('mutual TLS — the certificate of the connection, of an authority that counts', async t => {
  covers('mtls.certificate-bound', 'mtls.tls-listener')
  const folder = mkdtempSync(join(tmpdir(), 'gateway-tls-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const serverCertificate = createCertificate('localhost', authority)
  const files = { cert: file('cert.pem', serverCertificate.certPem), key: file('key.pem', serverCertificate.keyPem), clientCa: file('ca.pem', authority.certPem) }
  const { gateway, reason } = await start(t, { tls: files }, { mine: { cnf: { 'x5t#S256': client.thumbprint } } })
  const address = await gateway.app.listen({ port: 0, host: '127.0.0.1' })
  t.match(address, /^https:/)

  async function call (token: string, certificate: Certificate | undefined): Promise<number | undefined> {
    const { headers, body } = message('tools/call', { name: 'list_tickets', arguments: {} })
    const sent = httpsRequest(`${address}/mcp`, {
      method: 'POST',
      agent: false,
      ca: authority.certPem,
      ...(certificate === undefined ? {} : { cert: certificate.certPem, key: certificate.keyPem }),
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}` }
    })
    sent.end(JSON.stringify(body))
    const [response] = await once(sent, 'response') as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    return response.statusCode
  }

  t.equal(await call('mine', client), 200)
  t.equal(await call('bearer', undefined), 200, 'nobody needs a certificate')
  t.equal(await call('bearer', client), 200)
  for (const [token, certificate, told] of [
    ['mine', undefined, 'sender-constrained'],
    ['mine', otherClient, 'wrong-key'],
    ['mine', foreignClient, 'sender-constrained'],
    [BOUND, client, 'sender-constrained']
  ] as const) {
    t.equal(await call(token, certificate), 401)
    t.equal(reason(), told)
  }
  t.match(await gateway.metadata(), { tls_client_certificate_bound_access_tokens: true })

  for (const [changes, detail] of [
    [{ cert: join(folder, 'nowhere') }, /^tls\.cert: the file cannot be read \(ENOENT\)$/],
    [{ key: files.cert }, /^tls\.cert and tls\.key: expected a certificate and its private key/],
    [{ key: file('other.pem', client.keyPem) }, /^tls\.cert and tls\.key: expected/],
    [{ clientCa: files.key }, /^tls\.clientCa: expected certificates/]
  ] as const) await t.rejects(start(t, { tls: { ...files, ...changes } }), { code: 'GW_CONFIG_INVALID', detail })
})

t.test('mutual TLS — a certificate that a trusted proxy passes on, and from nobody else', async t => {
  covers('mtls.trusted-proxy')
  const rfc9440 = `:${client.der.toString('base64')}:`
  const pem = encodeURIComponent(client.certPem)
  const tokens = { mine: { cnf: { 'x5t#S256': client.thumbprint } } }
  const { gateway, reason } = await start(t, { mutualTls: { header: 'Client-Cert', trustedProxies: ['10.0.0.0/8', '::1'] } }, tokens)
  const inject = async (headers: Record<string, string | string[]>, remoteAddress: string, token = 'mine', app = gateway.app) => {
    const built = message('tools/call', { name: 'list_tickets', arguments: {} })
    const response = await app.inject({ method: 'POST', url: '/mcp', remoteAddress, headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...built.headers, authorization: `Bearer ${token}`, ...headers }, payload: built.body })
    return answerOf(response).status
  }
  for (const address of ['10.1.2.3', '::1', '::ffff:10.9.9.9']) t.equal(await inject({ 'client-cert': rfc9440 }, address), 200, address)
  for (const [name, headers, address, told] of [
    ['from elsewhere', { 'client-cert': rfc9440 }, '192.168.1.1', 'sender-constrained'],
    ['from this machine', { 'client-cert': rfc9440 }, '127.0.0.1', 'sender-constrained'],
    ['of an address alike', { 'client-cert': rfc9440 }, '::ffff:11.0.0.1', 'sender-constrained'],
    ['under another name', { 'x-client-cert': rfc9440 }, '10.1.2.3', 'sender-constrained'],
    ['none', {}, '10.1.2.3', 'sender-constrained'],
    ['joined', { 'client-cert': `${rfc9440}, ${rfc9440}` }, '10.1.2.3', 'sender-constrained'],
    ['another client', { 'client-cert': `:${otherClient.der.toString('base64')}:` }, '10.1.2.3', 'wrong-key'],
    ['a form that is not configured', { 'client-cert': pem }, '10.1.2.3', 'sender-constrained'],
    ['no certificate', { 'client-cert': `:${Buffer.from('certificate').toString('base64')}:` }, '10.1.2.3', 'sender-constrained']
  ] as const) {
    t.equal(await inject(headers, address), 401, name)
    t.equal(reason(), told, name)
  }
  t.equal(await inject({}, '192.168.1.1', 'bearer'), 200)
  const nginx = await start(t, { mutualTls: { header: 'X-SSL-Client-Cert', format: 'url-encoded-pem', trustedProxies: ['127.0.0.1'] } }, tokens)
  t.equal(await inject({ 'x-ssl-client-cert': pem }, '127.0.0.1', 'mine', nginx.gateway.app), 200)
  t.equal(await inject({ 'x-ssl-client-cert': rfc9440 }, '127.0.0.1', 'mine', nginx.gateway.app), 401)
})

t.test('certificate — a header is one certificate or nothing', t => {
  covers('mtls.trusted-proxy')
  const { der: bytes, certPem, thumbprint } = client
  t.equal(readCertificate(`:${bytes.toString('base64')}:`, 'rfc9440'), thumbprint)
  t.equal(readCertificate(encodeURIComponent(certPem), 'url-encoded-pem'), thumbprint)
  const key = createPublicKey(client.key).export({ format: 'pem', type: 'spki' }).toString()
  for (const text of ['', ':', '::', ':AAAA:', bytes.toString('base64'), `:${bytes.toString('base64url')}:`, 'x'.repeat(20_000), `:${bytes.subarray(0, -1).toString('base64')}:`]) t.equal(readCertificate(text, 'rfc9440'), undefined, text.slice(0, 30))
  for (const text of ['', '%', '%E0%A4%A', encodeURIComponent(key), 'x'.repeat(20_000)]) t.equal(readCertificate(text, 'url-encoded-pem'), undefined, text.slice(0, 30))
  fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String().map(text => `:${text}:`)), text => readCertificate(text, 'rfc9440') === undefined && readCertificate(text, 'url-encoded-pem') === undefined))
  t.end()
})
