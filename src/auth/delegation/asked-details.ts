// The authorization details that an exchange asks for: of the token's list, in the form in which the authorization server wrote it. Asking
// for the one element that permits a call makes the token of the upstream as narrow as the consent (RFC 9396 section 6).

import { hash } from 'node:crypto'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { JsonValue } from '../../kernel/json.ts'
import type { DelegationTarget } from './delegation-target.ts'
import type { AskedDetails } from './exchange-reply.ts'

const NOTHING: AskedDetails = { elements: undefined, digest: 'none' }
/** The list of a cached grant is the same object for each call. */
const known = new WeakMap<object, AskedDetails>()

/**
 * @param granted `authorization_details` of the client's token, as received; `undefined`: absent
 * @returns `undefined` when the token has no such element: to ask for none in its place would be wider
 */
export function askedDetails (granted: unknown, wanted: DelegationTarget['details']): AskedDetails | undefined {
  if (wanted === 'none') return NOTHING
  const list: readonly JsonValue[] | undefined = Array.isArray(granted) ? granted : undefined
  // Of an empty list no reply could confirm anything.
  if (wanted === 'all') return list === undefined || list.length === 0 ? NOTHING : ofObject(list, list)
  const element = list?.[wanted]
  return typeof element === 'object' && element !== null ? ofObject(element, [element]) : undefined
}

function ofObject (object: object, elements: readonly JsonValue[]): AskedDetails {
  let asked = known.get(object)
  if (asked === undefined) {
    asked = { elements, digest: hash('sha256', canonicalJson([...elements]), 'base64url') }
    known.set(object, asked)
  }
  return asked
}
