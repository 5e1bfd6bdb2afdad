// Was this proof used before? Remembers the ids of proofs for as long as they would be accepted, of those only that came with
// a good token. Memory is bounded, and never by forgetting too early: what there is no room for is refused, and no single key
// can take the room of the others.

import { hash } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import type { VerifiedProof } from './possession.ts'

/** Of all room, for one key. */
const SHARE_OF_ONE_KEY = 0.1

export interface ReplayGuard {
  /**
   * Asks and remembers in one step: of two that come at once, one is a replay.
   * `time`: too old by now, and so not remembered any more if it was used before.
   */
  readonly redeem: (proof: VerifiedProof) => 'fresh' | 'replayed' | 'too-many' | 'time'
}

interface Kept { readonly keyThumbprint: string, readonly expiresAtMs: number }

/**
 * @param maxProofs about 200 bytes each
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-11.1
 */
export function createReplayGuard (maxProofs: number, clock: Clock): ReplayGuard {
  const maxOfOneKey = Math.max(1, Math.floor(maxProofs * SHARE_OF_ONE_KEY))
  const proofs = new Map<string, Kept>()
  const countOfKey = new Map<string, number>()

  function forgetExpired (nowMs: number): void {
    // In the order in which they came, which is nearly the order in which they expire: an id is kept a little longer at worst.
    for (const [id, { keyThumbprint, expiresAtMs }] of proofs) {
      if (expiresAtMs >= nowMs) return
      proofs.delete(id)
      const left = (countOfKey.get(keyThumbprint) ?? 1) - 1
      if (left === 0) countOfKey.delete(keyThumbprint)
      else countOfKey.set(keyThumbprint, left)
    }
  }

  return {
    redeem ({ keyThumbprint, id, expiresAtMs }) {
      const nowMs = clock.now()
      // It was in time when it was verified, and its token may have taken seconds since: by now its id may be forgotten.
      if (expiresAtMs < nowMs) return 'time'
      forgetExpired(nowMs)
      // An id is the client's choice: of any length, and another client may choose the same.
      const key = hash('sha256', `${keyThumbprint}.${id}`, 'base64url')
      if (proofs.has(key)) return 'replayed'
      const ofThisKey = countOfKey.get(keyThumbprint) ?? 0
      if (proofs.size >= maxProofs || ofThisKey >= maxOfOneKey) return 'too-many'
      proofs.set(key, { keyThumbprint, expiresAtMs })
      countOfKey.set(keyThumbprint, ofThisKey + 1)
      return 'fresh'
    }
  }
}
