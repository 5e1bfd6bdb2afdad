// The mark of a transaction, `txn`: says for which call it was made, in a form that only this gateway can make or check. So no state is
// kept for a challenge. Section 6.2 of the draft wants the token compared with "the challenge" and does not say how that is remembered.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { JsonValue } from '../kernel/json.ts'
import { personKey, type Person } from '../kernel/person.ts'

/** What must be the same when the token comes back. */
export interface MarkedCall {
  readonly tool: string
  /** As the client sent them: an edited amount is another call. */
  readonly args: unknown
  /** At the authorization server that is to issue the token. */
  readonly person: Person
  readonly clientId: string | undefined
}

const NONCE_BYTES = 12
const EXPIRY_BYTES = 6
const PREFIX_BYTES = NONCE_BYTES + EXPIRY_BYTES
const MAC_BYTES = 32
const MARK = new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((PREFIX_BYTES + MAC_BYTES) * 4 / 3)}}$`)

/** @param expiresAtSeconds since 1970; afterwards the mark is worth nothing */
export function createMark (key: Uint8Array, call: MarkedCall, expiresAtSeconds: number): string {
  const prefix = Buffer.alloc(PREFIX_BYTES)
  randomBytes(NONCE_BYTES).copy(prefix)
  prefix.writeUIntBE(expiresAtSeconds, NONCE_BYTES, EXPIRY_BYTES)
  return Buffer.concat([prefix, macOf(key, prefix, call)]).toString('base64url')
}

export type MarkVerdict =
  | { readonly kind: 'this-call', readonly expiresAtSeconds: number }
  /** Of another call, person or client, of another gateway, or no mark at all. */
  | { readonly kind: 'other' }
  | { readonly kind: 'expired' }

const OTHER: MarkVerdict = { kind: 'other' }

export function judgeMark (mark: string, key: Uint8Array, call: MarkedCall, nowSeconds: number): MarkVerdict {
  if (!MARK.test(mark)) return OTHER
  const bytes = Buffer.from(mark, 'base64url')
  const prefix = bytes.subarray(0, PREFIX_BYTES)
  const mac = bytes.subarray(PREFIX_BYTES)
  // A text whose last character has unused bits is another text for the same bytes: it would be used a second time.
  if (bytes.toString('base64url') !== mark || mac.length !== MAC_BYTES || !timingSafeEqual(mac, macOf(key, prefix, call))) return OTHER
  const expiresAtSeconds = prefix.readUIntBE(NONCE_BYTES, EXPIRY_BYTES)
  return expiresAtSeconds > nowSeconds ? { kind: 'this-call', expiresAtSeconds } : { kind: 'expired' }
}

function macOf (key: Uint8Array, prefix: Uint8Array, { tool, args, person, clientId }: MarkedCall): Buffer {
  const [issuer, subject] = personKey(person)
  const text = canonicalJson([tool, (args ?? {}) as JsonValue, issuer, subject, clientId ?? null])
  return createHmac('sha256', key).update(prefix).update(text).digest()
}
