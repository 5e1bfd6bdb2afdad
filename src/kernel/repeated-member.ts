// Whether a JSON text names a member twice in one object. Parsers differ about which of the two counts (RFC 8259 section 4,
// https://www.rfc-editor.org/rfc/rfc8259#section-4), so that a check and the program behind it could read two different values.

import { isJsonObject, type JsonValue } from './json.ts'
import { endOfString } from './json-excess.ts'

const QUOTE = 0x22
const COLON = 0x3A

/**
 * Compares the number of names in the text with the number of members that were parsed: names that are one after decoding, such as `"a"`
 * and `"\u0061"`, are found too. Linear.
 * @param value what `JSON.parse` made of the text, not nested more deeply than the stack allows
 */
export function hasRepeatedMember (text: string, value: JsonValue): boolean {
  const names = namesIn(text)
  return names > 1 && names !== membersIn(value)
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

/** Goes as deep as the value, which findExcess has bounded: a list of pending values costs twice the time. */
function membersIn (value: JsonValue): number {
  let members = 0
  if (isJsonObject(value)) for (const name in value) members += 1 + membersIn(value[name] ?? null)
  else if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) members += membersIn(item)
  return members
}
