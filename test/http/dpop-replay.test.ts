// A DPoP proof works once (RFC 9449 section 11.1): nonces, the memory of used proofs, and requests at the same moment.

import fc from 'fast-check'
import t from 'tap'
import { createNonceSource } from '../../src/auth/possession/dpop-nonce.ts'
import { createProofVerifier } from '../../src/auth/possession/dpop-proof.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { covers } from '../support/covers.ts'
import { ACCEPTED, BOUND, clientKey, dpopChallenge, jkt, proof, startBoundGateway } from '../support/dpop-gateway.ts'
import { RESOURCE } from '../support/gateway.ts'
import { createManualClock } from '../support/manual-clock.ts'

t.test('DPoP — a nonce of ours, where configuration wants one, and a new one before the old is over', async t => {
  covers('dpop.nonce')
  const { clock, withProof, send, reason, gateway } = await startBoundGateway(t, { dpop: { mode: 'accepted', nonce: 'required', maxAgeSeconds: 60 }, cors: { allowedOrigins: ['http://localhost:6274'] } })
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
  const [one, other, foreign] = [Buffer.alloc(32, 1), Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map(secret =>
    createNonceSource(secret, clock))
  t.equal(one?.judge(other?.current() ?? ''), 'good', 'gateways with the same secret understand each other')
  t.equal(one?.judge(foreign?.current() ?? ''), 'bad')
})

t.test('DPoP — only proofs of good tokens are remembered, and of a good token only those that it may have', async t => {
  covers('dpop.replay-memory-bounded', 'dpop.replay-refused')
  const { clock: time, withProof, gateway } = await startBoundGateway(t, { dpop: { mode: 'accepted', maxProofs: 100 } })
  const refused = new Set<number>()
  for (let attempt = 0; attempt < 30; attempt += 1) {
    refused.add((await withProof(proof(time, { token: 'unknown' }), { token: 'unknown' })).status)
  }
  t.strictSame([...refused], [401], 'thirty proofs for a bad token')
  const answers = await Promise.all(Array.from({ length: 12 }, () => withProof(proof(time))))
  t.equal(answers.filter(({ status }) => status === 200).length, 10)
  t.equal(gateway.decisions().filter(({ reason }) => reason === 'rate-limited:proofs').length, 2)
  const same = proof(time, { token: 'bearer' })
  t.strictSame((await Promise.all([withProof(same, { token: 'bearer' }), withProof(same, { token: 'bearer' })])).map(({ status }) =>
    status), [401, 401])
})

t.test('DPoP — of two requests with one proof at the same moment, one is a replay', async t => {
  covers('dpop.replay-refused')
  const { clock, withProof } = await startBoundGateway(t, ACCEPTED)
  const text = proof(clock)
  const statuses = (await Promise.all(Array.from({ length: 10 }, () => withProof(text)))).map(({ status }) => status)
  t.equal(statuses.filter(status => status === 200).length, 1)
})

t.test('DPoP — a used proof that grows too old while its token is asked about does not work again', async t => {
  covers('dpop.replay-refused')
  const { clock, gateway, server, withProof, reason } = await startBoundGateway(t, { ...ACCEPTED, cache: { ttlSeconds: 0 } })
  const text = proof(clock)
  t.equal((await withProof(text)).status, 200)
  clock.advance(59_999)
  server.on('/introspect', (_request, response) => {
    // The answer takes until the id of the proof is forgotten.
    clock.advance(2)
    response.writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ active: true, sub: '1004', exp: 4_102_444_800, aud: RESOURCE, scope: 'mcp:tickets:read', cnf: { jkt } }))
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
  const header = fc.record({
    typ: fc.constant('dpop+jwt'),
    alg: fc.constantFrom('ES256', 'RS256', 'EdDSA', 'none'),
    jwk: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(clientKey.jwk), fc.record({
      kty: fc.constantFrom('EC', 'RSA', 'OKP', 'oct'),
      crv: fc.constantFrom('P-256', 'Ed25519'),
      x: fc.base64String(),
      y: fc.base64String(),
      n: fc.base64String(),
      e: fc.constant('AQAB')
    }))
  })
    .map(value => Buffer.from(JSON.stringify(value)).toString('base64url'))
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.tuple(fc.oneof(header, json), json, fc.base64String()).map(parts => parts.join('.').replaceAll(/[+/=]/g, '_'))), async text => {
    const verified = await verify({ fields: [text], method: 'POST', url: RESOURCE, token })
    return !verified.ok
  }), { numRuns: 300 })
  t.strictSame(await verify({ fields: [], method: 'POST', url: RESOURCE, token }),
    { ok: false, error: { kind: 'invalid-proof', problem: 'missing' } })
  t.strictSame(await verify({ fields: ['a', 'b'], method: 'POST', url: RESOURCE, token }),
    { ok: false, error: { kind: 'invalid-proof', problem: 'repeated' } })
})
