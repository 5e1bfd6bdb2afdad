// What do many tokens say alike? An issuer, an audience, a few scopes, the same limits: each is kept once, however many grants
// are in the cache, and what is made of it later is made once. It reads no claim and judges none; what is long is not shared,
// so that nobody's token fills the memory.

import { frozenJson } from '../../kernel/frozen.ts'
import { isJsonObject, sameJsonText, type JsonValue } from '../../kernel/json.ts'
import { memoize, setWithLimit } from '../../kernel/memoize.ts'

/** Of each kind; beyond that all are forgotten, and shared anew from then on. */
const MAX_SHARED = 1000
const MAX_TEXT_LENGTH = 256
const MAX_DETAILS_LENGTH = 2048
const MAX_ELEMENTS = 100

/** The last one with each mark: writing each value as text, to find it by that, would cost as much as reading it did. */
const knownDetails = new Map<number, JsonValue>()

const audienceOfOne = shared((audience): readonly string[] => Object.freeze([audience]))

/** @param read gives the same for the same text: what it says of one that was read before is not found out again */
export function shared<Made extends object | string | null> (read: (text: string) => Made): (text: string) => Made {
  const known = memoize(MAX_SHARED, read)
  return text => text.length > MAX_TEXT_LENGTH ? read(text) : known(text)
}

export function sharedAudience (audience: readonly string[]): readonly string[] {
  const [only, second] = audience
  return only === undefined || second !== undefined ? audience : audienceOfOne(only)
}

/** The same value, or one that was received before and is equal to it; frozen, whichever it is. */
export function sharedDetails (received: JsonValue): JsonValue {
  if (!isList(received) || received.length > MAX_ELEMENTS) return frozenJson(received)
  const mark = markOf(received)
  const known = knownDetails.get(mark)
  // What is known is short, and so the comparison is, whatever was received.
  if (known !== undefined && sameJsonText(known, received)) return known
  if (isShort(received)) setWithLimit(knownDetails, MAX_SHARED, mark, received)
  return frozenJson(received)
}

function isList (value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function isShort (received: JsonValue): boolean {
  try {
    return JSON.stringify(received).length <= MAX_DETAILS_LENGTH
  } catch {
    // Nested too deeply to be written, though not to be read.
    return false
  }
}

/** The same for what is equal, and mostly another one for what is not. */
function markOf (details: readonly JsonValue[]): number {
  let mark = details.length
  for (const element of details) {
    if (isJsonObject(element)) for (const name in element) mark = Math.imul(mark, 31) + markOfMember(element[name]) | 0
  }
  return mark
}

function markOfMember (value: JsonValue | undefined): number {
  if (typeof value === 'number') return value | 0
  if (typeof value === 'string') return Math.imul(value.length, 31) + value.charCodeAt(value.length - 1) | 0
  return Array.isArray(value) ? value.length : 1
}
