// The breaker of one upstream: after failures in a short time nothing is sent for a while, then one call is let through and decides.
// It probes nothing on its own: a health check that opens sessions has killed servers.

import type { Clock } from '../kernel/clock.ts'
import type { UpstreamState } from './upstream-port.ts'

export interface BreakerSettings {
  readonly failures: number
  readonly windowMs: number
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** An answer forgets the failures before it. Not for processes, where each key has one and the others go on answering. */
  readonly answersReset: boolean
}

export const HTTP_BREAKER: BreakerSettings = {
  failures: 5, windowMs: 60_000, firstPauseMs: 5000, longestPauseMs: 60_000, answersReset: true
}
/** Three crashes within a minute: starting a process costs half a second of CPU each time. */
export const STDIO_BREAKER: BreakerSettings = {
  failures: 3, windowMs: 60_000, firstPauseMs: 30_000, longestPauseMs: 300_000, answersReset: false
}

export type Admission =
  | { readonly kind: 'pass' }
  /** The caller reports its outcome with `trialEnded`. */
  | { readonly kind: 'trial' }
  | { readonly kind: 'refuse', readonly retryAfterSeconds: number }

const PASS: Admission = { kind: 'pass' }
const TRIAL: Admission = { kind: 'trial' }
const TRYING: Admission = { kind: 'refuse', retryAfterSeconds: 1 }

export class UpstreamBreaker {
  readonly #clock: Clock
  readonly #settings: BreakerSettings
  readonly #onChange: (state: UpstreamState['breaker']) => void
  #state: UpstreamState['breaker'] = 'closed'
  /** Times of the monotonic clock. */
  #failedAtMs: number[] = []
  #pauseMs: number
  #openUntilMs = 0

  constructor (clock: Clock, settings: BreakerSettings, onChange: (state: UpstreamState['breaker']) => void) {
    this.#clock = clock
    this.#settings = settings
    this.#onChange = onChange
    this.#pauseMs = settings.firstPauseMs
  }

  get state (): UpstreamState['breaker'] {
    return this.#state
  }

  admit (): Admission {
    if (this.#state === 'closed') return PASS
    if (this.#state === 'half-open') return TRYING
    const leftMs = this.#openUntilMs - this.#clock.monotonicMs()
    if (leftMs > 0) return { kind: 'refuse', retryAfterSeconds: Math.ceil(leftMs / 1000) }
    this.#enter('half-open')
    return TRIAL
  }

  failed (): void {
    if (this.#state !== 'closed') return
    const nowMs = this.#clock.monotonicMs()
    const { failures, windowMs } = this.#settings
    this.#failedAtMs = [...this.#failedAtMs.filter(atMs => atMs > nowMs - windowMs), nowMs]
    if (this.#failedAtMs.length >= failures) this.#open()
  }

  answered (): void {
    if (this.#settings.answersReset && this.#failedAtMs.length > 0) this.#failedAtMs = []
  }

  trialEnded (well: boolean): void {
    if (well) {
      this.#pauseMs = this.#settings.firstPauseMs
      this.#failedAtMs = []
      this.#enter('closed')
    } else {
      this.#pauseMs = Math.min(this.#pauseMs * 2, this.#settings.longestPauseMs)
      this.#open()
    }
  }

  #open (): void {
    this.#openUntilMs = this.#clock.monotonicMs() + this.#pauseMs
    this.#failedAtMs = []
    this.#enter('open')
  }

  #enter (state: UpstreamState['breaker']): void {
    this.#state = state
    this.#onChange(state)
  }
}
