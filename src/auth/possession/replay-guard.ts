// Detects the replay of a DPoP proof (RFC 9449 §11.1). The id of a proof with a valid token is stored for as long as the proof would
// be accepted. Memory is bounded by refusing further proofs, never by dropping an id early; one key gets a tenth of it.

import { hash } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import type { VerifiedProof } from './possession.ts'

/** The part of the memory that one key may use. */
const SHARE_OF_ONE_KEY = 0.1

export interface ReplayGuard {
  /**
   * Checks and stores in one step: of two uses at the same time, one is a replay.
   * `time`: too old by now, so that an earlier use may no longer be stored.
   */
  readonly redeem: (proof: VerifiedProof) => 'fresh' | 'replayed' | 'too-many' | 'time'
}

interface UsedProof { readonly keyThumbprint: string, readonly expiresAtMs: number }

/**
 * @param maxProofs about 200 bytes each
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-11.1
 */
export function createReplayGuard (maxProofs: number, clock: Clock): ReplayGuard {
  const maxOfOneKey = Math.max(1, Math.floor(maxProofs * SHARE_OF_ONE_KEY))
  const proofs = new Map<string, UsedProof>()
  const countOfKey = new Map<string, number>()

  function forgetExpired (nowMs: number): void {
    // In order of arrival, which is nearly the order of expiry: an id is stored a little longer at worst.
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
      // The token may have taken seconds since the proof was verified: by now its id may have been deleted.
      if (expiresAtMs < nowMs) return 'time'
      forgetExpired(nowMs)
      // The client chooses the id: it has any length, and another client may choose the same.
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
