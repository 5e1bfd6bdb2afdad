// Are two JSON values the same? Equal values have equal canonical texts, whatever the order their members arrived in.
// It does not decide which members matter, and treats an absent member and a null one as different.

import type { JsonValue } from '../kernel/json.ts'

/**
 * Members sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript writes them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8785#section-3.2
 */
export function canonicalJson (value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value).sort(([left], [right]) => left < right ? -1 : 1)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

// Array.isArray does not narrow readonly arrays
function isArray (value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
