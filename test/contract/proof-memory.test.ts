// The memories of used DPoP proofs: one contract for the process, Redis and PostgreSQL, and what each does when it fails.

import { hash } from 'node:crypto'
import t from 'tap'
import { createProcessMemory } from '../../src/auth/possession/process-memory.ts'
import type { ProofMemory } from '../../src/auth/possession/proof-memory.ts'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { openPostgresMemory } from '../../src/operations/postgres-memory.ts'
import { openRedisMemory } from '../../src/operations/redis-memory.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startPostgresServer, whyNoPostgres } from '../support/postgres-server.ts'
import { startProofRedis, startRealRedis, whyNoRedis } from '../support/proof-redis.ts'
import { proofMemoryContract } from './proof-memory-contract.ts'

const NOW = epochMilliseconds(1_800_000_000_000)
const USED = { person: hash('sha256', 'person', 'base64url'), id: hash('sha256', 'proof', 'base64url'), expiresAtMs: NOW + 60_000 }
const UNAVAILABLE = { code: 'GW_PROOF_MEMORY_UNAVAILABLE', retryAfterSeconds: 5 }
const redisMemory = (url: string, maxProofs = 100, nameSpace = 'test') =>
  openRedisMemory({ url, nameSpace, maxProofs, longestLifeMs: 65_000 })

t.test('proof memory — of one process', t => {
  covers('dpop.replay-refused', 'dpop.replay-memory-bounded')
  proofMemoryContract(t, { isShared: false, open: maxProofs => Promise.resolve(createProcessMemory(maxProofs)) })

  t.test('a full memory refuses every further proof until one is forgotten', async t => {
    const memory = createProcessMemory(100)
    const redeem = (person: number, id: string, ms: number) =>
      memory.redeem({ person: `p${person}`, id, expiresAtMs: NOW + ms + 60_000 }, epochMilliseconds(NOW + ms))
    for (let proof = 0; proof < 100; proof += 1) t.match(redeem(proof % 20, `${proof}`, proof), { kind: 'fresh' })
    t.match(redeem(99, 'other', 1000), { kind: 'full', retryAfterSeconds: 60 })
    t.match(redeem(99, 'other', 60_001), { kind: 'fresh' }, 'the oldest is forgotten after its last moment')
    t.match(redeem(99, 'another', 60_001), { kind: 'full', retryAfterSeconds: 1 })
  })

  t.test('a wall clock that is set back makes no used proof new', async t => {
    const memory = createProcessMemory(100)
    t.match(memory.redeem(USED, NOW), { kind: 'fresh' })
    t.match(memory.redeem({ ...USED, id: 'later', expiresAtMs: NOW + 200_000 }, epochMilliseconds(NOW + 60_001)), { kind: 'fresh' })
    t.match(memory.redeem(USED, NOW), { kind: 'too-old' })
  })
  t.end()
})

t.test('proof memory — in Redis', async t => {
  covers('dpop.replay-refused', 'dpop.replay-memory-bounded', 'dpop.memory-shared')
  const redis = await startProofRedis()
  t.teardown(redis.close)
  proofMemoryContract(t, { isShared: true, open: (maxProofs, name) => redisMemory(redis.url, maxProofs, name) })
})

t.test('proof memory — in a real Redis', { skip: whyNoRedis() }, async t => {
  covers('dpop.memory-shared')
  const { url } = await startRealRedis(t)
  proofMemoryContract(t, { isShared: true, open: (maxProofs, name) => redisMemory(url, maxProofs, name) })
})

t.test('proof memory — in PostgreSQL', { skip: whyNoPostgres() }, async t => {
  covers('dpop.replay-refused', 'dpop.replay-memory-bounded', 'dpop.memory-shared', 'dpop.memory-fails-closed')
  const server = await startPostgresServer(t)
  const url = await server.createDatabase()
  const open = (maxProofs: number, nameSpace: string): Promise<ProofMemory> => openPostgresMemory({ url, nameSpace, maxProofs })
  proofMemoryContract(t, { isShared: true, open })

  t.test('what nobody accepts any more is removed; what is stored tells neither person nor jti', async t => {
    const memory = await open(1000, 'pruned')
    for (let id = 0; id < 20; id += 1) await memory.redeem({ ...USED, id: `${id}` }, NOW)
    const rows = () => server.query(url, "SELECT * FROM dpop_proofs WHERE id LIKE 'pruned.%'")
    t.equal((await rows()).length, 20)
    for (let id = 20; id < 23; id += 1) {
      await memory.redeem({ ...USED, id: `${id}`, expiresAtMs: NOW + 200_000 }, epochMilliseconds(NOW + 70_001))
    }
    t.equal((await rows()).length, 3)
    await memory.close()
  })

  t.test('a database that is away lets no proof through, and is used again when it is back', async t => {
    const memory = await open(1000, 'away')
    await memory.check()
    await server.stop('fast')
    await t.rejects(async () => memory.redeem(USED, NOW), UNAVAILABLE)
    await t.rejects(memory.check(), UNAVAILABLE)
    await server.start()
    await eventually('it answers', () => memory.check().then(() => true, () => false))
    t.match(await memory.redeem(USED, NOW), { kind: 'fresh' })
    t.match(await memory.redeem(USED, NOW), { kind: 'replayed' })
    await memory.close()
  })
})

t.test('proof memory — a Redis that is away, silent or full lets no proof through', async t => {
  covers('dpop.memory-fails-closed', 'dpop.replay-memory-bounded')
  const redis = await startProofRedis()
  t.teardown(redis.close)
  const memory = await redisMemory(redis.url)
  t.match(await memory.redeem(USED, NOW), { kind: 'fresh' })
  redis.state = 'full'
  t.match(await memory.redeem({ ...USED, id: 'x' }, NOW), { kind: 'full', retryAfterSeconds: 5 })
  redis.state = 'silent'
  await t.rejects(async () => memory.redeem({ ...USED, id: 'y' }, NOW), { ...UNAVAILABLE, detail: 'Redis: no answer in time' })
  await redis.close()
  await t.rejects(async () => memory.redeem({ ...USED, id: 'z' }, NOW), UNAVAILABLE)
  await t.rejects(memory.check(), UNAVAILABLE)
  await memory.close()
  const never = await redisMemory(redis.url)
  await t.rejects(async () => never.redeem(USED, NOW), UNAVAILABLE, 'a Redis that was never there')
  await never.close()
})
