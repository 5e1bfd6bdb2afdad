// Parses authorization_details as received: absent, unreadable, or a list of elements. Nothing is enforced here, and the members of an
// element are checked only by its own type.

import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import type { Result } from '../../kernel/result.ts'
import { flattenElement, type UnreadableMember } from './element.ts'

const MAX_ELEMENTS = 256

export interface ReadElement {
  /** Its place in the array, from 0. */
  readonly index: number
  readonly type: string
  /** The flat form, or the member because of which there is none. */
  readonly content: Result<JsonObject, UnreadableMember>
}

export type ReadDetails =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'elements', readonly elements: readonly ReadElement[] }

const ABSENT: ReadDetails = { kind: 'absent' }
const UNREADABLE: ReadDetails = { kind: 'unreadable' }

/** A cached grant has the same value on every request: it is parsed once and forgotten with the grant. */
const parsed = new WeakMap<object, ReadDetails>()

/**
 * Anything but an array of objects with a `type` is unreadable as a whole, null included. An empty array is not absence: details were
 * requested and none was granted. Never throws for any JSON. The value must not be changed afterwards.
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2
 */
export function readAuthorizationDetails (received: unknown): ReadDetails {
  if (received === undefined) return ABSENT
  if (typeof received !== 'object' || received === null) return UNREADABLE
  const known = parsed.get(received)
  if (known !== undefined) return known
  const read = Array.isArray(received) ? readElements(received) : UNREADABLE
  parsed.set(received, read)
  return read
}

function readElements (received: readonly unknown[]): ReadDetails {
  if (received.length > MAX_ELEMENTS) return UNREADABLE
  const elements: ReadElement[] = []
  for (const [index, element] of received.entries()) {
    if (!isJsonObject(element) || !Object.hasOwn(element, 'type')) return UNREADABLE
    const type = element['type']
    if (typeof type !== 'string' || type === '') return UNREADABLE
    elements.push({ index, type, content: flattenElement(element) })
  }
  return { kind: 'elements', elements }
}
