// Did this proof come about lately, and with our help? A nonce is a keyed statement of a stretch of time: nothing is kept of it,
// and every gateway with the same key understands it.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'

/** A nonce is good for its own stretch and the next one. */
const STRETCH_MS = 300_000

export interface NonceSource {
  readonly current: () => string
  /** `ageing`: good, and the client should use a new one from now on. */
  readonly judge: (nonce: string) => 'good' | 'ageing' | 'bad'
}

/** @see https://www.rfc-editor.org/rfc/rfc9449#section-9 */
export function createNonceSource (key: Uint8Array, clock: Clock): NonceSource {
  const stretchNow = () => Math.floor(clock.now() / STRETCH_MS)
  const nonceOf = (stretch: number) => createHmac('sha256', key).update(`dpop-nonce/1 ${stretch}`).digest('base64url')
  const made = new Map<number, string>()

  function nonceFor (stretch: number): string {
    let nonce = made.get(stretch)
    if (nonce === undefined) {
      nonce = nonceOf(stretch)
      for (const old of made.keys()) if (old < stretch - 1) made.delete(old)
      made.set(stretch, nonce)
    }
    return nonce
  }

  return {
    current: () => nonceFor(stretchNow()),
    judge (nonce) {
      const stretch = stretchNow()
      if (isEqual(nonce, nonceFor(stretch))) return 'good'
      return isEqual(nonce, nonceFor(stretch - 1)) ? 'ageing' : 'bad'
    }
  }
}

function isEqual (given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)]
  return one.length === other.length && timingSafeEqual(one, other)
}
