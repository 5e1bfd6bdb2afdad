// Rate limits: requests of one person, and of one network address where configured, within a minute. They are not a security boundary:
// when the counter fails, the request passes.

import { hash } from 'node:crypto'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { importOptional } from '../../kernel/optional-package.ts'
import { memoize } from '../../kernel/memoize.ts'
import { personKey } from '../../kernel/person.ts'
import { errorBody } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import { callState } from './call-state.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { NO_STORE, type HttpAnswer } from '../answers/http-answer.ts'
import { NO_SCHEMAS } from './no-schemas.ts'
import { NO_LIMITS, type LimitHooks, type RequestHook } from './request-hook.ts'
import { sendAnswer } from '../answers/send.ts'

const WINDOW_MS = 60_000
/** How many counters are kept; the least recently used are dropped first. */
const MAX_COUNTERS = 50_000
/** Redis has to be near: a request waits no longer for a count. */
const REDIS_TIMEOUT_MS = 250
const LOG_PAUSE_MS = 60_000
const IPV6_NETWORK_BITS = 64

/** 0: no limit. */
interface RateLimits {
  readonly requestsPerMinutePerPerson: number
  readonly requestsPerMinutePerAddress: number
}

export interface RateLimitOptions {
  /** Read at each request. */
  readonly limits: () => RateLimits
  /** Whether a reload may switch on a limit that is off. */
  readonly mayChange: boolean
  /** Absent: counted in this process only. */
  readonly rateLimitRedisUrl?: string | undefined
  /** Keeps the counters of different resources apart in one Redis. */
  readonly resource: string
  readonly clock: Clock
}

/** Counts a request: whether it exceeds the limit, and when the minute is over. */
type Count = (request: FastifyRequest) => Promise<{
  readonly isAllowed: boolean
  readonly isExceeded?: boolean
  readonly ttlInSeconds?: number
}>

/** @see https://www.rfc-editor.org/rfc/rfc6585#section-4 */
export async function createRateLimits (instance: FastifyInstance, options: RateLimitOptions): Promise<LimitHooks> {
  const { limits, mayChange, rateLimitRedisUrl, resource, clock } = options
  const perPerson = () => limits().requestsPerMinutePerPerson
  const perAddress = () => limits().requestsPerMinutePerAddress
  if (!mayChange && perPerson() === 0 && perAddress() === 0) return NO_LIMITS

  let counting: Promise<Counting> | undefined
  const load = () => (counting ??= createCounting({ perPerson, perAddress, rateLimitRedisUrl, resource }))
  instance.addHook('onClose', async () => { await (await counting?.catch(() => undefined))?.close() })
  // A missing package is a fault at start; a limit that is switched on later loads it then.
  if (perPerson() !== 0 || perAddress() !== 0) await load()

  const limit = (reason: string, perMinute: () => number, counted: 'perPerson' | 'perAddress'): RequestHook[] => {
    if (!mayChange && perMinute() === 0) return []
    return [createHook(async request => (await load())[counted](request), perMinute, reason, clock)]
  }
  return {
    beforeAuthentication: limit('rate-limited:address', perAddress, 'perAddress'),
    afterAuthentication: limit('rate-limited:person', perPerson, 'perPerson')
  }
}

interface Counting {
  readonly perPerson: Count
  readonly perAddress: Count
  readonly close: () => Promise<void>
}

interface CountingOptions extends Pick<RateLimitOptions, 'rateLimitRedisUrl' | 'resource'> {
  readonly perPerson: () => number
  readonly perAddress: () => number
}

async function createCounting ({ perPerson, perAddress, rateLimitRedisUrl, resource }: CountingOptions): Promise<Counting> {
  const { default: rateLimit, normalizeIP } = await import('@fastify/rate-limit')
  const redis = rateLimitRedisUrl === undefined ? undefined : await connectToRedis(rateLimitRedisUrl)
  // A Fastify that serves nothing: registered in the host, the plugin would share the host's own counters, exceptions and bans.
  const counting = Fastify({ schemaController: NO_SCHEMAS })
  await counting.register(rateLimit, {
    global: false,
    cache: MAX_COUNTERS,
    ...(redis === undefined ? {} : { redis, nameSpace: `mcp-resource-gateway:${shortHash(resource)}:` })
  })
  return {
    perPerson: counting.createRateLimit({ max: perPerson, timeWindow: WINDOW_MS, keyGenerator: createPersonKey() }),
    perAddress: counting.createRateLimit({ max: perAddress, timeWindow: WINDOW_MS, keyGenerator: createAddressKey(normalizeIP) }),
    async close () {
      redis?.disconnect()
      await counting.close()
    }
  }
}

function createHook (count: Count, perMinute: () => number, reason: string, clock: Clock): RequestHook {
  let loggedAtMs = -Infinity
  return function limitRate (request, reply, done) {
    if (perMinute() === 0) return done()
    count(request).then(({ isExceeded = false, ttlInSeconds = 1 }) => {
      if (!isExceeded) return done()
      const state = callState(request)
      const answer = tooManyRequests(Math.max(ttlInSeconds, 1))
      publishRefusal(request, {
        reason,
        grant: state?.grant,
        status: answer.status,
        durationMs: state === undefined ? reply.elapsedTime : clock.monotonicMs() - state.startedMs
      })
      sendAnswer(reply, answer)
    }, (error: unknown) => {
      if (clock.monotonicMs() - loggedAtMs >= LOG_PAUSE_MS) {
        loggedAtMs = clock.monotonicMs()
        const { name } = error as Error
        request.log.warn({ event: 'rate-limit-unavailable', name }, 'requests cannot be counted, and pass without a limit')
      }
      done()
    })
  }
}

function tooManyRequests (retryAfterSeconds: number): HttpAnswer {
  return {
    status: 429,
    headers: { ...NO_STORE, 'retry-after': String(retryAfterSeconds) },
    body: errorBody({
      code: RPC.tooManyRequests,
      message: `Too many requests. Try again in ${retryAfterSeconds} seconds.`,
      data: { retryAfterSeconds },
      id: undefined
    })
  }
}

/** Issuer and subject, hashed: a counter, and a shared one above all, does not need to know who they are. */
function createPersonKey (): (request: FastifyRequest) => string {
  const keyOf = memoize(MAX_COUNTERS, (person: string) => `person:${hash('sha256', person, 'base64url')}`)
  return request => {
    const state = callState(request)
    if (state === undefined) throw new GatewayError('GW_INTERNAL', 'a request was counted before it was authenticated')
    const [issuer, subject] = personKey(state.grant.person)
    return keyOf(`${issuer} ${subject}`)
  }
}

/** A client with one IPv6 address has the 2^64 of its network: they count as one. */
function createAddressKey (normalize: (address: string, networkBits: number) => string): (request: FastifyRequest) => string {
  const keyOf = memoize(MAX_COUNTERS, (ip: string) => `address:${normalize(ip, IPV6_NETWORK_BITS)}`)
  return ({ ip }) => keyOf(ip)
}

function shortHash (text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 12)
}

async function connectToRedis (url: string) {
  const { Redis } = await importOptional(() => import('ioredis'), 'limits.rateLimitRedisUrl needs the package ioredis: npm install ioredis')
  const redis = new Redis(url, {
    connectTimeout: REDIS_TIMEOUT_MS * 10,
    commandTimeout: REDIS_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: attempt => Math.min(attempt * 100, 5000)
  })
  // Without a listener ioredis prints every failed attempt to connect, with the address.
  redis.on('error', () => {})
  return redis
}
