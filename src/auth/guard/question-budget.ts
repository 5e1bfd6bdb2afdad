// Slows introspections of unknown tokens down after the authorization server has answered 429 (RFC 6585 §4). Its Retry-After is
// followed for a few seconds only: what one client caused must not keep every person out for as long as a server likes to say.

import type { Clock } from '../../kernel/clock.ts'

const LONGEST_PAUSE_SECONDS = 5
const LEAST_PER_SECOND = 5
/** Without another 429 for this long the rate is unlimited again. */
const FORGET_AFTER_MS = 600_000

export interface QuestionBudget {
  /** Seconds until a request about an unknown token may be sent; 0: now, and one is counted. */
  readonly take: () => number
  /** An introspection was answered: this is how the rate that the server accepts is known. */
  readonly answered: () => void
  /** The server answered 429. */
  readonly limited: (retryAfterSeconds: number) => void
}

export function createQuestionBudget (clock: Clock): QuestionBudget {
  let limitedAtMs = -Infinity
  let pauseUntilMs = -Infinity
  /** Requests a second; grows by one each second. */
  let rate = Infinity
  let left = 0
  let refilledAtMs = 0
  let second = { endsAtMs: -Infinity, answered: 0 }

  function refill (nowMs: number): void {
    const elapsedSeconds = Math.max(0, nowMs - refilledAtMs) / 1000
    left = Math.min(rate, left + rate * elapsedSeconds)
    rate += elapsedSeconds
    refilledAtMs = nowMs
  }

  return {
    take () {
      if (rate === Infinity) return 0
      const nowMs = clock.monotonicMs()
      if (nowMs < pauseUntilMs) return Math.ceil((pauseUntilMs - nowMs) / 1000)
      if (nowMs - limitedAtMs >= FORGET_AFTER_MS) {
        rate = Infinity
        return 0
      }
      refill(nowMs)
      if (left < 1) return 1
      left -= 1
      return 0
    },
    answered () {
      const nowMs = clock.monotonicMs()
      if (nowMs >= second.endsAtMs) second = { endsAtMs: nowMs + 1000, answered: 0 }
      second.answered += 1
    },
    limited (retryAfterSeconds) {
      const nowMs = clock.monotonicMs()
      // One burst gets many 429, and they halve the rate once.
      if (nowMs >= pauseUntilMs) rate = Math.max(LEAST_PER_SECOND, Math.min(rate, second.answered) / 2)
      limitedAtMs = nowMs
      pauseUntilMs = Math.max(pauseUntilMs, nowMs + Math.min(retryAfterSeconds, LONGEST_PAUSE_SECONDS) * 1000)
      left = rate
      refilledAtMs = pauseUntilMs
    }
  }
}
