// A permit: proof that decide() allowed a call, and what of the grant allowed it. The brand is not exported, so no other code can make
// one, and no tool can run without a decision (docs/architecture.md#the-way-of-a-request).

import type { JsonObject } from '../kernel/json.ts'
import type { Person } from '../kernel/person.ts'

declare const permitted: unique symbol

/** One element of `authorization_details` that allows the call. */
export interface SufficientElement {
  /** Its place in the token's array, from 0. */
  readonly index: number
  /** In the flat form of RFC 9396, whichever form it arrived in. */
  readonly element: JsonObject
}

export interface Permit {
  readonly [permitted]: true
  readonly tool: string
  readonly person: Person
  readonly clientId: string | undefined
  /**
   * The elements that allow this call, in the token's order; the first whose totals suffice is used and debited.
   * `unrestricted`: the call needs no details, or the token carries none and configuration allows that.
   */
  readonly details: 'unrestricted' | readonly SufficientElement[]
}

/** For policy/decide.ts alone; a boundary rule refuses every other import. */
export function permit (granted: Omit<Permit, typeof permitted>): Permit {
  return granted as Permit
}
