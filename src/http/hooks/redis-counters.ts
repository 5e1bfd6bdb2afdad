// Counters of requests in Redis, which several gateways share. Redis has to be near: a request waits a quarter of a second at most, and
// after a failure Redis is left alone for a while, so that requests do not wait for it one after another.

import type { Redis } from 'ioredis'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { importOptional } from '../../kernel/optional-package.ts'
import { RedisFailure } from './redis-failure.ts'
import { WINDOW_MS, type Counted, type RequestCounters } from './request-counters.ts'

const COMMAND_TIMEOUT_MS = 250
const CONNECT_TIMEOUT_MS = 2_500
/** After a failure, until one request tries again. */
const PAUSE_MS = 1_000
const LONGEST_RECONNECT_MS = 5_000

/** One round trip: the first request of a window sets its end. */
const COUNT = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { count, redis.call('PTTL', KEYS[1]) }`

interface Counting {
  readonly countRequest: (key: string, windowMs: number) => Promise<readonly [count: number, leftMs: number]>
}

export interface RedisCountersOptions {
  readonly url: string
  /** The beginning of every key. */
  readonly prefix: string
  readonly clock: Clock
}

/**
 * Connects, and waits for the first connection or its failure. A server that cannot be reached is no fault: it may come back.
 * @throws GatewayError `GW_CONFIG_INVALID` without the package, or for a node of a cluster or a sentinel
 */
export async function connectRedisCounters ({ url, prefix, clock }: RedisCountersOptions): Promise<RequestCounters> {
  const { Redis } = await importOptional(() => import('ioredis'), 'limits.rateLimitRedisUrl needs the package ioredis: npm install ioredis')
  const redis = new Redis(url, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: attempt => Math.min(attempt * 100, LONGEST_RECONNECT_MS)
  })
  let connectionError: unknown
  // Without a listener ioredis prints every failed attempt to connect, with the address.
  redis.on('error', (error: unknown) => { connectionError = error })
  redis.on('ready', () => { connectionError = undefined })
  redis.defineCommand('countRequest', { numberOfKeys: 1, lua: COUNT })
  await firstConnection(redis)
  await refuseSeveralNodes(redis)
  const counting = redis as unknown as Counting
  let tryAgainAtMs = -Infinity
  let lastFailure: RedisFailure | undefined

  async function count (key: string): Promise<Counted> {
    const nowMs = clock.monotonicMs()
    if (lastFailure !== undefined) {
      if (nowMs < tryAgainAtMs) throw lastFailure
      // This request tries for all others.
      tryAgainAtMs = nowMs + PAUSE_MS
    }
    try {
      const [count, leftMs] = await counting.countRequest(`${prefix}${key}`, WINDOW_MS)
      lastFailure = undefined
      return { count, leftMs }
    } catch (error) {
      tryAgainAtMs = clock.monotonicMs() + PAUSE_MS
      lastFailure = new RedisFailure(error, connectionError)
      throw lastFailure
    }
  }

  return { count, close: () => { redis.disconnect() } }
}

function firstConnection (redis: Redis): Promise<void> {
  return new Promise(resolve => {
    redis.once('ready', resolve)
    redis.once('error', () => { resolve() })
    setTimeout(resolve, CONNECT_TIMEOUT_MS).unref()
  })
}

/** A script on one node of a cluster counts only the keys of that node: most people would have no limit. */
async function refuseSeveralNodes (redis: Redis): Promise<void> {
  const info = await redis.info('server').catch(() => '')
  const [, mode] = /^redis_mode:(\w+)/m.exec(info) ?? []
  if (mode !== 'cluster' && mode !== 'sentinel') return
  redis.disconnect()
  const what = mode === 'cluster' ? 'a node of a Redis Cluster' : 'a Redis Sentinel'
  throw new GatewayError('GW_CONFIG_INVALID', `limits.rateLimitRedisUrl names ${what}: it needs a single Redis server, or a proxy to one`)
}
