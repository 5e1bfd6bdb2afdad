// The HTTP client of `check` and `doctor`: sends requests four at a time, all within one deadline, and never follows a redirect.
// It can send what other clients do not: two Authorization fields, a foreign Host.

import http from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../kernel/clock.ts'
import { exchange, none, reasonOf, type Probe } from './probe-exchange.ts'
import { headerOf, statusOf, type Outcome } from './outcome.ts'
import type { Route } from './route.ts'
import { within } from './probe-time-limit.ts'

export interface Prober {
  /** Never rejects. */
  readonly send: (probe: Probe) => Promise<Outcome>
  /** Whether a request was not sent, or cut short, because of the deadline. */
  readonly ranOut: () => boolean
  readonly close: () => void
}

export interface ProberSettings {
  /** For each request. */
  readonly timeoutMs: number
  /** For all requests together, from now on. */
  readonly deadlineMs: number
  /** Accept any certificate, for requests whose answer is not trusted. Default: no. */
  readonly anyCertificate?: boolean
  /** Which addresses may be connected. Default: all, for hosts that the operator has configured. */
  readonly route?: Route
  readonly clock: Clock
}

const MAX_IN_FLIGHT = 4
/** The longest pause for a Retry-After of the server. */
const MAX_PAUSE_MS = 10_000
/** Of one request. A server that limits every request is reported with HTTP 429. */
const MAX_PAUSES = 5

export function createProber ({ timeoutMs, deadlineMs, anyCertificate = false, route, clock }: ProberSettings): Prober {
  const endAtMs = clock.monotonicMs() + deadlineMs
  const agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true, rejectUnauthorized: !anyCertificate })
  }
  const waiting: Array<() => void> = []
  let running = 0
  let late = false

  async function send (probe: Probe): Promise<Outcome> {
    if (running >= MAX_IN_FLIGHT) await new Promise<void>(resolve => { waiting.push(resolve) })
    else running += 1
    try {
      let answer = await attempt(probe)
      // The server may have closed a kept-alive connection, and every request here can be repeated safely.
      if (answer.kind === 'none') return answer.reason === 'dropped' ? await attempt(probe) : answer
      // A rate limit says nothing about the rule in question.
      for (let pauses = 0; pauses < MAX_PAUSES && statusOf(answer) === 429; pauses += 1) {
        await sleep(Math.max(0, Math.min(pauseMs(headerOf(answer, 'retry-after')), endAtMs - clock.monotonicMs())))
        answer = await attempt(probe)
      }
      return answer
    } finally {
      // The place is passed to the next request directly, so that no other request can take it in between.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  async function attempt (probe: Probe): Promise<Outcome> {
    const leftMs = Math.min(timeoutMs, endAtMs - clock.monotonicMs())
    if (leftMs <= 0) {
      late = true
      return none('no-time')
    }
    const agent = probe.url.protocol === 'https:' ? agents['https:'] : agents['http:']
    if (route === undefined) return await exchange(probe, { timeoutMs: leftMs, agent })
    const startedAtMs = clock.monotonicMs()
    const addresses = await within(leftMs, route(probe.url.hostname)).catch(reasonOf)
    if (typeof addresses === 'string') return none(addresses)
    if (addresses.length === 0) return none('inward')
    return await exchange(probe, { timeoutMs: Math.max(1, leftMs - (clock.monotonicMs() - startedAtMs)), agent, addresses })
  }

  return {
    send,
    ranOut: () => late || clock.monotonicMs() >= endAtMs,
    close () {
      agents['http:'].destroy()
      agents['https:'].destroy()
    }
  }
}

function pauseMs (retryAfter: string | undefined): number {
  return Math.min(/^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1000 : 1000, MAX_PAUSE_MS)
}
