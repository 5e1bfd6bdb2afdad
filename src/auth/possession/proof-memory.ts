// The port of the memory of used DPoP proofs (RFC 9449 §11.1): each proof works once. Room is counted for each person and not for each
// key, since keys cost nothing: https://www.rfc-editor.org/rfc/rfc9449#section-11.1

import { hash } from 'node:crypto'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import { personKey, type Person } from '../../kernel/person.ts'
import type { VerifiedProof } from './possession.ts'

/** The part of `maxProofs` that one person may use. */
const SHARE_OF_ONE_PERSON = 0.1
/** Gateways that share a memory may differ by this much: a proof is remembered that much longer than one of them accepts it. */
export const CLOCK_DIFFERENCE_MS = 10_000

/** Digests, so that a memory that others can read tells nothing. */
export interface UsedProof {
  /** Who used it: a person, or a client that acts for itself. base64url, 43 characters. */
  readonly person: string
  /** The key and the `jti` of the proof. base64url, 43 characters. */
  readonly id: string
  /** Epoch milliseconds until which the proof is accepted, this one included. */
  readonly expiresAtMs: number
}

export type Redemption =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'replayed' }
  /** Too old by now, so that an earlier use may be forgotten. */
  | { readonly kind: 'too-old' }
  /** No room for this person, or none at all. Nothing was stored, and nothing is forgotten to make room. */
  | { readonly kind: 'full', readonly retryAfterSeconds: number }

export interface ProofMemory {
  /**
   * Checks and stores in one step: of two uses at the same time, wherever they arrive, one is a replay.
   * @throws ProofMemoryUnavailable (as a rejected promise): the proof must not be accepted
   */
  readonly redeem: (used: UsedProof, now: EpochMilliseconds) => Redemption | Promise<Redemption>
  /**
   * Resolves when it can be asked.
   * @throws ProofMemoryUnavailable (as a rejected promise)
   */
  readonly check: () => Promise<void>
  readonly close: () => Promise<void>
}

export const FRESH: Redemption = { kind: 'fresh' }
export const REPLAYED: Redemption = { kind: 'replayed' }
const TOO_OLD: Redemption = { kind: 'too-old' }

/** @param forgottenAtMs when the proof that is forgotten next is forgotten */
export function full (forgottenAtMs: number, now: number): Redemption {
  return { kind: 'full', retryAfterSeconds: Math.max(1, Math.ceil((forgottenAtMs + 1 - now) / 1000)) }
}

/** How many proofs of one person are remembered at a time. */
export function shareOfOnePerson (maxProofs: number): number {
  return Math.max(1, Math.floor(maxProofs * SHARE_OF_ONE_PERSON))
}

/** Redeems a proof that came with a good token of this person. */
export function redeemProof (
  memory: ProofMemory, { keyThumbprint, id, expiresAtMs }: VerifiedProof, person: Person, now: EpochMilliseconds
): Redemption | Promise<Redemption> {
  // The token may have taken seconds since the proof was verified.
  if (expiresAtMs < now) return TOO_OLD
  // The client chooses the jti: it has any length, and another client may choose the same.
  return memory.redeem({ person: digest(personKey(person).join(' ')), id: digest(`${keyThumbprint}.${id}`), expiresAtMs }, now)
}

function digest (text: string): string {
  return hash('sha256', text, 'base64url')
}
