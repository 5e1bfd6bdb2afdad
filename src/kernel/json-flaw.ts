// What is wrong with a JSON text that JSON.parse takes. Parsers differ about which of two members with one name counts (RFC 8259
// section 4, https://www.rfc-editor.org/rfc/rfc8259#section-4), so that a check and the program behind it could read two different values.

import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { endOfString } from './json-excess.ts'

const QUOTE = 0x22
const COLON = 0x3A

/**
 * `prototype`: a member `__proto__`, or a `constructor` with a `prototype`, which becomes the prototype of what an object is copied into
 * without care; Fastify's own parser refuses both: https://fastify.dev/docs/latest/Guides/Prototype-Poisoning/
 */
export type JsonFlaw = 'repeated-member' | 'prototype'

/**
 * Compares the number of names in the text with the number of members that were parsed: names that are one after decoding, such as `"a"`
 * and `"\u0061"`, are found too. Linear. docs/performance.md#reading-a-body
 * @param value what `JSON.parse` made of the text, not nested more deeply than the stack allows
 * @example findFlaw('{"a":1,"a":2}', { a: 2 }) // 'repeated-member'
 */
export function findFlaw (text: string, value: JsonValue): JsonFlaw | undefined {
  const members = membersIn(value)
  if (members === FORBIDDEN) return 'prototype'
  return namesIn(text) === members ? undefined : 'repeated-member'
}

/** Outside strings each colon stands behind one name; the text is valid JSON. */
function namesIn (text: string): number {
  let names = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index)
    if (character === QUOTE) index = endOfString(text, index)
    else if (character === COLON) names += 1
  }
  return names
}

/** Stays what it is whatever is added to it. */
const FORBIDDEN = -Infinity

/** Goes as deep as the value, which findExcess has bounded: a list of pending values costs twice the time. */
function membersIn (value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) members += membersIn(item)
    return members
  }
  const object = value as JsonObject
  for (const name in object) {
    const member = object[name] ?? null
    if (name === '__proto__' || (name === 'constructor' && isJsonObject(member) && Object.hasOwn(member, 'prototype'))) return FORBIDDEN
    members += 1
    if (typeof member === 'object') members += membersIn(member)
  }
  return members
}
