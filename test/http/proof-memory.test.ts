// The memory of used DPoP proofs at the gateway: who has how much room, what is remembered at all, and what happens when the memory that
// several gateways share is away.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { BOUND_TOKEN, buildDpopGateway, createBoundKey, proofOf, type BoundKey, type DpopGateway } from '../support/bound-token-gateway.ts'
import { eventually } from '../support/eventually.ts'
import { call, type CallAnswer } from '../support/gateway.ts'
import { configuration, found, startServer, visit } from '../support/doctor-visit.ts'
import { startProofRedis } from '../support/proof-redis.ts'

const send = ({ gateway }: DpopGateway, dpop: string, token = BOUND_TOKEN): Promise<CallAnswer> =>
  call(gateway, { tool: 'list_tickets', headers: { authorization: `DPoP ${token}`, dpop } })

const statusesOf = (answers: readonly CallAnswer[]): Record<string, number> =>
  answers.reduce<Record<string, number>>((counts, { status }) => ({ ...counts, [status]: (counts[status] ?? 0) + 1 }), {})

t.test('proof memory — room is counted for each person, whatever the number of keys; another person notices nothing', async t => {
  covers('dpop.memory-per-person')
  const target = await buildDpopGateway(t, { dpop: { maxProofs: 100 } })
  const { gateway, bind } = target
  const keys: { readonly token: string, readonly key: BoundKey }[] = []
  for (let index = 0; index < 5; index += 1) {
    const key = await createBoundKey()
    bind(`token-of-key-${index}`, key)
    keys.push({ token: `token-of-key-${index}`, key })
  }
  const answers: CallAnswer[] = []
  for (let round = 0; round < 4; round += 1) {
    for (const { token, key } of keys) answers.push(await send(target, proofOf(key, token, gateway.clock), token))
  }
  t.strictSame(statusesOf(answers), { 200: 10, 429: 10 })
  const refused = answers.at(-1)
  t.equal(refused?.headers['retry-after'], '61', 'when the first proof is forgotten')
  t.equal(refused?.headers['www-authenticate'], undefined, 'neither the token nor the proof is blamed')
  t.match(refused?.body, { error: { code: 429, data: { retryAfterSeconds: 61 } } })
  t.match(gateway.decisions().at(-1), { granted: false, reason: 'rate-limited:proofs', status: 429 })
  const other = await createBoundKey()
  bind('token-of-another', other, { sub: '2001' })
  t.equal((await send(target, proofOf(other, 'token-of-another', gateway.clock), 'token-of-another')).status, 200)
  gateway.clock.advance(61_000)
  t.equal((await send(target, proofOf(target.key, BOUND_TOKEN, gateway.clock))).status, 200)
})

t.test('proof memory — a client that acts for itself has room of its own', async t => {
  covers('dpop.memory-per-person')
  const config = { authorizationServer: { issuer: 'http://localhost:9000', subjectless: 'client' } } as const
  const target = await buildDpopGateway(t, { dpop: { maxProofs: 100 }, config })
  const { gateway, bind } = target
  for (const client of ['machine-a', 'machine-b']) {
    const key = await createBoundKey()
    bind(client, key, { sub: undefined, client_id: client })
    const answers: CallAnswer[] = []
    for (let proof = 0; proof < 12; proof += 1) answers.push(await send(target, proofOf(key, client, gateway.clock), client))
    t.strictSame(statusesOf(answers), { 200: 10, 429: 2 }, client)
  }
})

t.test('proof memory — a request that a limit refuses leaves nothing in it', async t => {
  covers('dpop.memory-after-limits')
  const redis = await startProofRedis()
  t.teardown(redis.close)
  const target = await buildDpopGateway(t, { dpop: { proofMemoryUrl: redis.url }, config: { limits: { requestsPerMinutePerPerson: 3 } } })
  const answers: CallAnswer[] = []
  for (let proof = 0; proof < 8; proof += 1) answers.push(await send(target, proofOf(target.key, BOUND_TOKEN, target.gateway.clock)))
  t.strictSame(statusesOf(answers), { 200: 3, 429: 5 })
  const stored = JSON.parse(redis.dump()) as [person: string, proofs: unknown[]][]
  t.strictSame(stored.map(([, proofs]) => proofs.length), [3])
})

t.test('proof memory — two gateways that share one accept a proof once, of fifty tries at the same time', async t => {
  covers('dpop.memory-shared')
  const redis = await startProofRedis()
  t.teardown(redis.close)
  const dpop = { proofMemoryUrl: redis.url }
  const [one, other] = [await buildDpopGateway(t, { dpop }), await buildDpopGateway(t, { dpop })]
  other.bind(BOUND_TOKEN, one.key)
  const proof = proofOf(one.key, BOUND_TOKEN, one.gateway.clock, { jti: 'a-jti-that-can-be-found' })
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => send(index % 2 === 0 ? one : other, proof)))
  t.strictSame(statusesOf(answers), { 200: 1, 401: 49 })
  t.match(answers.find(({ status }) => status === 401)?.headers['www-authenticate'], /error="invalid_dpop_proof"/)
  t.equal((await send(other, proofOf(one.key, BOUND_TOKEN, one.gateway.clock))).status, 200, 'another proof works')
  for (const secret of ['a-jti-that-can-be-found', BOUND_TOKEN, '1004', one.key.cnf.jkt]) t.notMatch(redis.dump(), secret)
})

t.test('proof memory — one that is away lets no proof through: 503, and not ready', async t => {
  covers('dpop.memory-fails-closed')
  const redis = await startProofRedis()
  t.teardown(redis.close)
  const target = await buildDpopGateway(t, { dpop: { proofMemoryUrl: redis.url } })
  const { gateway, key } = target
  t.equal((await gateway.app.inject('/ready')).statusCode, 200)
  await redis.close()
  await eventually('it is noticed', async () => (await gateway.app.inject('/ready')).statusCode === 503)
  const answer = await send(target, proofOf(key, BOUND_TOKEN, gateway.clock))
  t.equal(answer.status, 503)
  t.equal(answer.headers['retry-after'], '5')
  t.equal(answer.headers['www-authenticate'], undefined)
  t.match(answer.body, { error: { code: 503, data: { code: 'GW_PROOF_MEMORY_UNAVAILABLE' } } })
  t.match(gateway.decisions().at(-1), { granted: false, reason: 'fault', remark: 'GW_PROOF_MEMORY_UNAVAILABLE' })
  t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200, 'bearer tokens need no memory')
  t.notMatch(gateway.log(), redis.url)
})

t.test('doctor — asks the memory of used proofs, where there is one', async t => {
  covers('doctor.says-whether-it-would-work')
  const server = await startServer(t)
  const redis = await startProofRedis()
  t.teardown(redis.close)
  const withMemory = configuration(server.origin, { dpop: { mode: 'accepted', proofMemoryUrl: redis.url } })
  t.match(found(await visit(withMemory), 'proof-memory'), { state: 'good' })
  await redis.close()
  const away = await visit(withMemory)
  t.match(found(away, 'proof-memory'), { state: 'problem', found: /GW_PROOF_MEMORY_UNAVAILABLE/, remedy: /DPOP_PROOF_MEMORY_URL/ })
  t.notMatch(away.text, redis.url)
  t.match(found(await visit(configuration(server.origin)), 'proof-memory'), { state: 'absent' })
})
