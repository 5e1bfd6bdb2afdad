// Values that many tokens have in common (issuer, audience, scopes, details) are stored once and frozen. Long values are not shared,
// so that no token fills the memory. Measured: docs/performance.md#shared-claims

import { frozenJson } from '../../kernel/frozen.ts'
import { isJsonObject, sameJsonText, type JsonValue } from '../../kernel/json.ts'
import { memoize, setWithLimit } from '../../kernel/memoize.ts'

/** Values of each kind; when it is reached, all are dropped. */
const MAX_SHARED = 1000
const MAX_TEXT_LENGTH = 256
const MAX_DETAILS_LENGTH = 2048
const MAX_ELEMENTS = 100

/** The last value with each hash. A key of JSON text would cost as much as parsing did. */
const knownDetails = new Map<number, JsonValue>()

const audienceOfOne = shared((audience): readonly string[] => Object.freeze([audience]))

/** @param read a pure function; its result is reused for a text that was read before */
export function shared<Made extends object | string | null> (read: (text: string) => Made): (text: string) => Made {
  const known = memoize(MAX_SHARED, read)
  return text => text.length > MAX_TEXT_LENGTH ? read(text) : known(text)
}

export function sharedAudience (audience: readonly string[]): readonly string[] {
  const [only, second] = audience
  return only === undefined || second !== undefined ? audience : audienceOfOne(only)
}

/** This value, or an equal one that was received before; frozen in both cases. */
export function sharedDetails (received: JsonValue): JsonValue {
  if (!isList(received) || received.length > MAX_ELEMENTS) return frozenJson(received)
  const hash = hashOf(received)
  const known = knownDetails.get(hash)
  // Stored values are short, so the comparison is short for any received value.
  if (known !== undefined && sameJsonText(known, received)) return known
  if (isShort(received)) setWithLimit(knownDetails, MAX_SHARED, hash, received)
  return frozenJson(received)
}

function isList (value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function isShort (received: JsonValue): boolean {
  try {
    return JSON.stringify(received).length <= MAX_DETAILS_LENGTH
  } catch {
    // Nested too deeply for JSON.stringify, though not for JSON.parse.
    return false
  }
}

/** Equal values have equal hashes; unequal values mostly differ. */
function hashOf (details: readonly JsonValue[]): number {
  let hash = details.length
  for (const element of details) {
    if (isJsonObject(element)) for (const name in element) hash = Math.imul(hash, 31) + hashOfMember(element[name]) | 0
  }
  return hash
}

function hashOfMember (value: JsonValue | undefined): number {
  if (typeof value === 'number') return value | 0
  if (typeof value === 'string') return Math.imul(value.length, 31) + value.charCodeAt(value.length - 1) | 0
  return Array.isArray(value) ? value.length : 1
}
