// Rate limits: requests of one person, and of one network address where configured, within a minute. They are not a security boundary:
// when the counter fails, the request passes.

import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { memoize } from '../../kernel/memoize.ts'
import { personKey } from '../../kernel/person.ts'
import { callState } from './call-state.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { RedisFailure } from './redis-failure.ts'
import type { RedisCountersOptions } from './redis-counters.ts'
import { createRequestCounters, type Counted, type RequestCounters } from './request-counters.ts'
import { NO_LIMITS, type LimitHooks, type RequestHook } from './request-hook.ts'
import { sendAnswer } from '../answers/send.ts'
import { tooManyRequests } from '../answers/too-many-requests.ts'

/** How many counters are kept; the least recently used are dropped first. */
const MAX_COUNTERS = 50_000
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
  /** Called for each request that Redis did not count. Must not throw. */
  readonly onFailure?: (() => void) | undefined
}

/** @see https://www.rfc-editor.org/rfc/rfc6585#section-4 */
export async function createRateLimits (instance: FastifyInstance, options: RateLimitOptions): Promise<LimitHooks> {
  const { limits, mayChange, clock } = options
  const perPerson = () => limits().requestsPerMinutePerPerson
  const perAddress = () => limits().requestsPerMinutePerAddress
  if (!mayChange && perPerson() === 0 && perAddress() === 0) return NO_LIMITS

  let opening: Promise<Counting> | undefined
  const load = () => (opening ??= openCounting(options))
  instance.addHook('onClose', async () => { (await opening?.catch(() => undefined))?.counters.close() })
  // A missing package is a fault at start; a limit that is switched on later loads it then.
  const report = createReport(options, instance)
  if (perPerson() !== 0 || perAddress() !== 0) {
    const { counters } = await load()
    // A wrong password is better found at start than when a limit is needed.
    await Promise.resolve(counters.count('start')).catch(report)
  }

  const limit = (reason: string, perMinute: () => number, keyed: 'personKey' | 'addressKey'): RequestHook[] => {
    if (!mayChange && perMinute() === 0) return []
    const count = async (request: FastifyRequest) => {
      const { counters, [keyed]: keyOf } = await load()
      return counters.count(keyOf(request))
    }
    return [createHook({ count, perMinute, reason, clock, report })]
  }
  return {
    beforeAuthentication: limit('rate-limited:address', perAddress, 'addressKey'),
    afterAuthentication: limit('rate-limited:person', perPerson, 'personKey')
  }
}

interface Counting {
  readonly counters: RequestCounters
  readonly personKey: (request: FastifyRequest) => string
  readonly addressKey: (request: FastifyRequest) => string
}

async function openCounting ({ rateLimitRedisUrl: url, resource, clock }: RateLimitOptions): Promise<Counting> {
  const { normalizeIP } = await import('@fastify/rate-limit')
  return {
    counters: url === undefined ? createRequestCounters(clock, MAX_COUNTERS) : await openRedis({ url, prefix: prefixOf(resource), clock }),
    personKey: createPersonKey(),
    addressKey: createAddressKey(normalizeIP)
  }
}

async function openRedis (options: RedisCountersOptions): Promise<RequestCounters> {
  const { connectRedisCounters } = await import('./redis-counters.ts')
  return connectRedisCounters(options)
}

function prefixOf (resource: string): string {
  return `mcp-resource-gateway:${shortHash(resource)}:`
}

/** Logs a failure once a minute, for both limits together. */
function createReport ({ clock, onFailure }: RateLimitOptions, { log }: FastifyInstance): (error: unknown) => void {
  let loggedAtMs = -Infinity
  return error => {
    onFailure?.()
    if (clock.monotonicMs() - loggedAtMs < LOG_PAUSE_MS) return
    loggedAtMs = clock.monotonicMs()
    const why = error instanceof RedisFailure ? { cause: error.cause, hint: error.hint } : { cause: (error as Error).name }
    log.warn({ event: 'rate-limit-unavailable', ...why }, 'requests cannot be counted, and pass without a limit')
  }
}

interface LimitSettings {
  readonly count: (request: FastifyRequest) => Promise<Counted>
  readonly perMinute: () => number
  readonly reason: string
  readonly clock: Clock
  readonly report: (error: unknown) => void
}

function createHook ({ count, perMinute, reason, clock, report }: LimitSettings): RequestHook {
  return function limitRate (request, reply, done) {
    const most = perMinute()
    if (most === 0) return done()
    count(request).then(({ count, leftMs }) => {
      if (count <= most) return done()
      const state = callState(request)
      const answer = tooManyRequests(Math.max(Math.ceil(leftMs / 1000), 1))
      publishRefusal(request, {
        reason,
        grant: state?.grant,
        status: answer.status,
        durationMs: state === undefined ? reply.elapsedTime : clock.monotonicMs() - state.startedMs
      })
      sendAnswer(reply, answer)
    }, (error: unknown) => {
      report(error)
      done()
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
