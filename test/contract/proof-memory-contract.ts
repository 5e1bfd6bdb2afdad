// What every memory of used DPoP proofs must do, whatever keeps it: one suite for the process, Redis and PostgreSQL.

import type { Test } from 'tap'
import type { ProofMemory, UsedProof } from '../../src/auth/possession/proof-memory.ts'
import { epochMilliseconds } from '../../src/kernel/units.ts'

export interface MemoryUnderTest {
  /** Opens a memory with room for so many proofs; what it remembers is kept apart from that of other names. */
  readonly open: (maxProofs: number, name: string) => Promise<ProofMemory>
  /** Memories of two processes, which share what they remember; absent: one process. */
  readonly isShared: boolean
}

const START = 1_800_000_000_000
const CLOCKS_DIFFER_MS = 10_000
const digest = (text: string) => text.padEnd(43, '_')
const used = (person: string, id: string, expiresAtMs = START + 60_000): UsedProof =>
  ({ person: digest(person), id: digest(id), expiresAtMs })
const at = (ms: number) => epochMilliseconds(START + ms)

export function proofMemoryContract (t: Test, { open, isShared }: MemoryUnderTest): void {
  t.test('a proof works once, to the last moment at which it is accepted', async t => {
    const memory = await open(100, 'once')
    t.match(await memory.redeem(used('a', '1'), at(0)), { kind: 'fresh' })
    t.match(await memory.redeem(used('a', '1'), at(0)), { kind: 'replayed' })
    t.match(await memory.redeem(used('a', '2'), at(1)), { kind: 'fresh' })
    t.match(await memory.redeem(used('a', '1'), at(60_000)), { kind: 'replayed' })
    await memory.check()
    await memory.close()
  })

  t.test('of fifty uses at the same time, one is the first', async t => {
    const memories = [await open(1000, 'race'), await open(1000, 'race')]
    const [one, other] = isShared ? memories : [memories[0], memories[0]]
    const tries = Array.from({ length: 50 }, async (_, index) => (index % 2 === 0 ? one : other)?.redeem(used('a', '1'), at(0)))
    const uses = await Promise.all(tries)
    t.strictSame(uses.map(use => use?.kind).sort(), ['fresh', ...Array.from({ length: 49 }, () => 'replayed')])
    await Promise.all(memories.map(memory => memory.close()))
  })

  t.test('one person has a tenth of the room, whatever the number of keys; the others have theirs', async t => {
    const memory = await open(100, 'share')
    for (let id = 0; id < 10; id += 1) {
      t.match(await memory.redeem(used('a', `${id}`, START + 60_000 + id * 20_000), at(id)), { kind: 'fresh' })
    }
    const refused = await memory.redeem(used('a', 'one-more'), at(1_000))
    t.equal(refused.kind, 'full')
    const seconds = refused.kind === 'full' ? refused.retryAfterSeconds : 0
    t.ok(seconds >= 59 && seconds <= 70, 'when the oldest one is forgotten')
    t.match(await memory.redeem(used('a', '3'), at(1_000)), { kind: 'replayed' }, 'a replay is one, room or not')
    t.match(await memory.redeem(used('b', 'of-b'), at(1_000)), { kind: 'fresh' })
    t.match(await memory.redeem(used('a', '0'), at(60_000)), { kind: 'replayed' }, 'nothing is forgotten to make room')
    const later = 60_000 + CLOCKS_DIFFER_MS + 1
    t.match(await memory.redeem(used('a', 'one-more', START + 120_000), at(later)), { kind: 'fresh' }, 'what was refused was not stored')
    t.equal((await memory.redeem(used('a', 'yet-another', START + 120_000), at(later))).kind, 'full')
    await memory.close()
  })

  const skip = isShared ? false : 'one process'
  t.test('a proof outlives the gateway that used it, and a gateway whose clock is ahead', { skip }, async t => {
    const first = await open(100, 'outlives')
    t.match(await first.redeem(used('a', '1'), at(0)), { kind: 'fresh' })
    await first.close()
    const ahead = await open(100, 'outlives')
    t.match(await ahead.redeem(used('a', '2', START + 130_000), at(60_000 + CLOCKS_DIFFER_MS)), { kind: 'fresh' })
    const behind = await open(100, 'outlives')
    t.match(await behind.redeem(used('a', '1'), at(60_000)), { kind: 'replayed' })
    await Promise.all([ahead.close(), behind.close()])
  })
}
