// Tokens that are bound to a key by DPoP (RFC 9449): every claim of a proof is checked, and challenges name the scheme.

import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { ACCEPTED, athOf, BOUND, clientKey, dpopChallenge, jkt, proof, startBoundGateway } from '../support/dpop-gateway.ts'
import { RESOURCE } from '../support/gateway.ts'
import { createSigningKey, macJwt, unsignedJwt, type SigningKey } from '../support/signing-keys.ts'

const strangerKey = createSigningKey(undefined)

t.test('DPoP — a proof for this request, this token and this key opens the door, once', async t => {
  covers('dpop.proof-accepted', 'dpop.replay-refused')
  const { clock, gateway, withProof, reason, questions } = await startBoundGateway(t, ACCEPTED)
  const first = proof(clock)
  t.equal((await withProof(first)).status, 200)
  const again = await withProof(first)
  t.equal(again.status, 401)
  t.match(dpopChallenge(again), { error: 'invalid_dpop_proof', algs: 'ES256 EdDSA PS256 RS256' })
  t.equal(reason(), 'invalid-proof:replayed')
  t.equal((await withProof(proof(clock))).status, 200)
  clock.advance(1000)
  t.equal((await withProof(proof(clock), { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })).status, 200,
    'and for a live answer')
  t.equal(questions(), 2, 'the answer about the token is kept like any other')
  const rsa = createSigningKey(undefined, 'RS256')
  t.equal((await withProof(proof(clock, { signer: rsa }))).status, 401)
  t.equal(reason(), 'wrong-key', 'a proof in order, with another key')
  t.notOk(gateway.log().includes(first), 'no proof in a log')
})

t.test('DPoP — every claim of a proof is checked', async t => {
  covers('dpop.proof-checked')
  const { clock, withProof, send, reason, questions } = await startBoundGateway(t, ACCEPTED)
  const now = Math.floor(clock.now() / 1000)
  const privateJwk = clientKey.privateKey.export({ format: 'jwk' })
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
    ['alg none', unsignedJwt(good, { typ: 'dpop+jwt', jwk: clientKey.jwk }, 'AAAA'), 'algorithm'],
    ['a shared secret', macJwt('secret', good, { typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'c2VjcmV0' } }), 'algorithm'],
    ['an algorithm that is not listed', proof(clock, { header: { alg: 'ES384' } }), 'algorithm'],
    ['no key', proof(clock, { header: { jwk: undefined } }), 'key'],
    ['a key that is a text', proof(clock, { header: { jwk: JSON.stringify(clientKey.jwk) } }), 'key'],
    ['a private key', proof(clock, { header: { jwk: privateJwk } }), 'key'],
    ['a point that is on no curve', proof(clock, { header: { jwk: { ...clientKey.jwk, x: clientKey.jwk['y'] } } }), 'key'],
    ['a key of another kind than the algorithm', proof(clock, { header: { jwk: long.jwk } }), 'key'],
    ['a key that is work to verify with', proof(clock, { signer: long, header: { jwk: { ...long.jwk, e: 'AQABAQABAQABAQAB' } } }), 'key'],
    ['a key too small to sign anything', proof(clock, { signer: small }), 'key'],
    ['a key larger than any', proof(clock, { signer: long, header: { jwk: { ...long.jwk, n: 'A'.repeat(2000) } } }), 'key'],
    ['crit', proof(clock, { header: { crit: ['exp'] } }), 'form'],
    ['the key of somebody else in the header', proof(clock, { header: { jwk: strangerKey.jwk } }), 'signature'],
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
  for (const header of [{ typ: 'DPoP+JWT' }, { typ: 'application/dpop+jwt' }, {
    jwk: { ...clientKey.jwk, use: 'enc', key_ops: [], alg: 'RS256', kid: 'x' }
  }]) each.equal((await withProof(proof(clock, { header }))).status, 200, JSON.stringify(header))
  each.end()
})

t.test('DPoP — the address of a proof is the configured one, whatever the request says', async t => {
  covers('dpop.address-configured')
  const { clock, send, reason } = await startBoundGateway(t, ACCEPTED)
  const spoofed = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }
  t.equal((await send({ ...spoofed, authorization: `DPoP ${BOUND}`, dpop: proof(clock) })).status, 200)
  t.equal((await send({ ...spoofed, authorization: `DPoP ${BOUND}`, dpop: proof(clock, { payload: { htu: 'https://evil.example/mcp' } }) })).status, 401)
  t.equal(reason(), 'invalid-proof:address')
})

t.test('DPoP — a bound token is no bearer token, on a cache hit too; a token that is not bound is no DPoP token', async t => {
  covers('dpop.bound-token-not-bearer', 'dpop.unbound-token-refused')
  const { clock, withProof, send, reason } = await startBoundGateway(t, ACCEPTED, {
    'bound-to-another': { cnf: { jkt: 'x'.repeat(43) } },
    'bound-strangely': { cnf: { jkt: [jkt] } },
    'bound-twice': { cnf: { jkt, 'x5t#S256': 'y'.repeat(43) } }
  })
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
    ['bearer', 'not-sender-constrained'], ['bound-to-another', 'wrong-key'], ['bound-strangely', 'wrong-key'],
    ['bound-twice', 'sender-constrained'],
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
  const { clock, gateway, withProof, send } = await startBoundGateway(t, ACCEPTED, { narrow: { cnf: { jkt }, scope: 'openid' } })
  const denied = await withProof(proof(clock, { token: 'narrow' }), { token: 'narrow' })
  t.equal(denied.status, 403)
  t.match(dpopChallenge(denied), { error: 'insufficient_scope', scope: 'mcp:tickets:read', algs: /ES256/ })
  t.match((await send({})).headers['www-authenticate'], /^Bearer realm="[^"]+", error="invalid_request".*, DPoP realm=/)
  t.match(await gateway.metadata(), {
    dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256', 'RS256'],
    dpop_bound_access_tokens_required: false,
    bearer_methods_supported: ['header']
  })
  for (const [authorization, status] of [['DPoP', 400], ['DPoP  ', 400], ['DPoP a b', 400], [`DPoP ${BOUND}, DPoP x`, 400], [`DPoP ${BOUND}, Bearer x`, 400], [`DPoP\t${BOUND}`, 400], [`DPoPx ${BOUND}`, 401], ['Basic YQ==, DPoP x', 400]] as const) {
    t.equal((await send({ authorization, dpop: proof(clock) })).status, status, authorization)
  }
  t.equal((await send({ authorization: `dPoP ${BOUND}`, dpop: proof(clock) })).status, 200)
})

t.test('DPoP — required: nothing else is taken, offered or published', async t => {
  covers('dpop.required')
  const { clock, gateway, withProof, send, reason } = await startBoundGateway(t, { dpop: { mode: 'required', algorithms: ['ES256'] } },
    { certificate: { cnf: { 'x5t#S256': 'y'.repeat(43) } } })
  t.equal((await withProof(proof(clock))).status, 200)
  for (const token of ['bearer', 'certificate']) {
    const answer = await send({ authorization: `Bearer ${token}` })
    t.equal(answer.status, 401)
    t.equal(reason(), 'not-sender-constrained')
    t.match(dpopChallenge(answer), { error: 'invalid_token', algs: 'ES256' })
  }
  t.match(dpopChallenge(await send({})), { error: 'invalid_request', algs: 'ES256' })
  t.match(await gateway.metadata(), { dpop_signing_alg_values_supported: ['ES256'], dpop_bound_access_tokens_required: true })
  const off = await startBoundGateway(t, {})
  t.equal((await off.withProof(proof(off.clock))).status, 401)
  t.equal(off.reason(), 'missing-token')
  t.notMatch(JSON.stringify(await off.gateway.metadata()), /dpop/i)
})
