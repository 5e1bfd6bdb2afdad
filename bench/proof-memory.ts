// How long does it take to redeem a DPoP proof? In the memory of the process, and in each Redis or PostgreSQL that is named; the process is
// the base. Prints redemptions a second and latencies. Usage: node .build/bench/proof-memory.js [redis://… postgres://…]

import { hash } from 'node:crypto'
import { systemClock } from '../src/kernel/clock.ts'
import { openProofMemory } from '../src/operations/proof-memories.ts'

const PROOFS = 20_000
const WARM_UP = 2_000
const AT_ONCE = 16
const PEOPLE = 100

async function measure (proofMemoryUrl: string | undefined): Promise<void> {
  const resource = `http://localhost/bench-${systemClock.now()}`
  const memory = await openProofMemory({
    maxProofs: 1_000_000, maxAgeSeconds: 60, ...(proofMemoryUrl === undefined ? {} : { proofMemoryUrl })
  }, resource)
  const latencies: number[] = []
  let number = 0
  const redeem = async (): Promise<void> => {
    number += 1
    const now = systemClock.now()
    const person = hash('sha256', `person ${number % PEOPLE}`, 'base64url')
    const id = hash('sha256', `proof ${number}`, 'base64url')
    const startedMs = performance.now()
    const { kind } = await memory.redeem({ person, id, expiresAtMs: now + 60_000 }, now)
    latencies.push(performance.now() - startedMs)
    if (kind !== 'fresh') throw new Error(kind)
  }
  const run = async (count: number): Promise<number> => {
    const startedMs = performance.now()
    let left = count
    await Promise.all(Array.from({ length: AT_ONCE }, async () => { while (left-- > 0) await redeem() }))
    return performance.now() - startedMs
  }
  await run(WARM_UP)
  latencies.length = 0
  const tookMs = await run(PROOFS)
  await memory.close()
  latencies.sort((one, other) => one - other)
  const at = (share: number) => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(3)
  const name = proofMemoryUrl === undefined ? 'process' : new URL(proofMemoryUrl).protocol.slice(0, -1)
  process.stdout.write(`${name}: ${Math.round(PROOFS / tookMs * 1000)}/s, median ${at(0.5)} ms, p99 ${at(0.99)} ms\n`)
}

for (const url of [undefined, ...process.argv.slice(2)]) await measure(url)
