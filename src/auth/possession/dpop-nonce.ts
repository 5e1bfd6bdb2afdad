// Server-issued DPoP nonces (RFC 9449 §9). A nonce is an HMAC of a period of five minutes, so that no nonce is stored, and every
// gateway with the same key accepts it.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'

/** A nonce is accepted in its own period and the next one. */
const PERIOD_MS = 300_000

export interface NonceSource {
  readonly current: () => string
  /** `ageing`: accepted, and the client should use the current one from now on. */
  readonly judge: (nonce: string) => 'good' | 'ageing' | 'bad'
}

/** @see https://www.rfc-editor.org/rfc/rfc9449#section-9 */
export function createNonceSource (key: Uint8Array, clock: Clock): NonceSource {
  const currentPeriod = () => Math.floor(clock.now() / PERIOD_MS)
  const nonceOf = (period: number) => createHmac('sha256', key).update(`dpop-nonce/1 ${period}`).digest('base64url')
  const made = new Map<number, string>()

  function nonceFor (period: number): string {
    let nonce = made.get(period)
    if (nonce === undefined) {
      nonce = nonceOf(period)
      for (const old of made.keys()) if (old < period - 1) made.delete(old)
      made.set(period, nonce)
    }
    return nonce
  }

  return {
    current: () => nonceFor(currentPeriod()),
    judge (nonce) {
      const period = currentPeriod()
      if (isEqual(nonce, nonceFor(period))) return 'good'
      return isEqual(nonce, nonceFor(period - 1)) ? 'ageing' : 'bad'
    }
  }
}

function isEqual (given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)]
  return one.length === other.length && timingSafeEqual(one, other)
}
