// The memory of used DPoP proofs in Redis, for gateways that answer for one another: one sorted set for each person, with the time until
// which each proof is remembered. One round trip for each proof; a Redis that cannot be asked lets no proof through.

import type { Redis } from 'ioredis'
import {
  CLOCK_DIFFERENCE_MS, FRESH, full, REPLAYED, shareOfOnePerson, type ProofMemory, type Redemption
} from '../auth/possession/proof-memory.ts'
import { ProofMemoryUnavailable } from '../kernel/fault.ts'
import { importOptional } from '../kernel/optional-package.ts'

/** Redis has to be near: a request waits no longer for it. */
const ANSWER_TIMEOUT_MS = 1000
const CONNECT_TIMEOUT_MS = 2500
const LONGEST_PAUSE_MS = 2000
const MISSING = 'dpop.proofMemoryUrl names Redis, and the package ioredis is not installed: npm install ioredis'
/** Told to a client when Redis itself has no room left. */
const NO_ROOM_SECONDS = 5

export interface RedisMemoryOptions {
  /** `redis://user:password@host:port/number` */
  readonly url: string
  /** Keeps the proofs of different resources apart in one Redis; a few characters. */
  readonly nameSpace: string
  readonly maxProofs: number
  /** How long a proof is accepted at most, in milliseconds, the tolerance for clocks of clients included. */
  readonly longestLifeMs: number
}

/** @throws GatewayError `GW_CONFIG_INVALID` without the package (as a rejected promise) */
export async function openRedisMemory ({ url, nameSpace, maxProofs, longestLifeMs }: RedisMemoryOptions): Promise<ProofMemory> {
  const { Redis } = await importOptional(() => import('ioredis'), MISSING)
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: ANSWER_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: attempt => Math.min(attempt * 100, LONGEST_PAUSE_MS)
  })
  // Without a listener ioredis prints every failed attempt to connect, with the address.
  redis.on('error', () => {})
  // Redis may come later; until then proofs are refused.
  await redis.connect().catch(() => {})
  return createRedisMemory(redis, { nameSpace, share: shareOfOnePerson(maxProofs), keptMs: longestLifeMs + CLOCK_DIFFERENCE_MS })
}

function createRedisMemory (
  redis: Redis, { nameSpace, share, keptMs }: { readonly nameSpace: string, readonly share: number, readonly keptMs: number }
): ProofMemory {
  return {
    async redeem ({ person, id, expiresAtMs }, now): Promise<Redemption> {
      const key = `mcp-resource-gateway:${nameSpace}:proofs:${person}`
      let results: unknown[]
      try {
        const replies = await redis.multi()
          .zremrangebyscore(key, '-inf', `(${now - CLOCK_DIFFERENCE_MS}`)
          .zadd(key, 'NX', expiresAtMs, id)
          .zcard(key)
          .zrange(key, 0, '0', 'WITHSCORES')
          .pexpire(key, keptMs)
          .exec()
        results = valuesOf(replies)
      } catch (error) {
        if (isOutOfMemory(error)) return { kind: 'full', retryAfterSeconds: NO_ROOM_SECONDS }
        throw unavailable(error)
      }
      const [, added, stored, first] = results
      if (added === 0) return REPLAYED
      if (added !== 1 || typeof stored !== 'number') throw new ProofMemoryUnavailable('Redis answered something that is no count')
      if (stored <= share) return FRESH
      await redis.zrem(key, id).catch((error: unknown) => { throw unavailable(error) })
      // Flat in RESP 2, a pair in RESP 3.
      const [, oldestExpiresAtMs] = Array.isArray(first) ? first.flat() as unknown[] : []
      return full(Number(oldestExpiresAtMs ?? now) + CLOCK_DIFFERENCE_MS, now)
    },
    async check () {
      await redis.ping().catch((error: unknown) => { throw unavailable(error) })
    },
    close () {
      redis.disconnect()
      return Promise.resolve()
    }
  }
}

type Replies = ReadonlyArray<readonly [error: Error | null, value: unknown]> | null

/** @throws Error the first one of a transaction */
function valuesOf (replies: Replies): unknown[] {
  if (replies === null) throw new Error('the transaction was dropped')
  return replies.map(([error, value]) => {
    if (error !== null) throw error
    return value
  })
}

/** `maxmemory` is reached, and the policy of Redis is to refuse writes. */
function isOutOfMemory (error: unknown): boolean {
  const { message, previousErrors } = error as { readonly message?: string, readonly previousErrors?: readonly Error[] }
  return [message, ...(previousErrors ?? []).map(({ message }) => message)].some(text => text?.startsWith('OOM ') ?? false)
}

/** Messages of Redis and of the driver may hold an address or a password. */
function unavailable (error: unknown): ProofMemoryUnavailable {
  if (error instanceof ProofMemoryUnavailable) return error
  const { code, message = '' } = error as { readonly code?: unknown, readonly message?: string }
  const [, reply] = /^([A-Z]{3,20}) /.exec(message) ?? []
  const known = typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : reply
  return new ProofMemoryUnavailable(`Redis: ${known ?? (/timed out/i.test(message) ? 'no answer in time' : 'no connection')}`)
}
