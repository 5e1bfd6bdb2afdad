// JSON in a canonical form (after RFC 8785): members sorted by name, no blanks, so that equal values give equal text. For values that
// the gateway made or has validated: depth is not limited.

import { isJsonObject, type JsonValue } from './json.ts'

/** @see https://www.rfc-editor.org/rfc/rfc8785#section-3.2 */
export function canonicalJson (value: JsonValue): string {
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value
    return `[${items.map(item => canonicalJson(item)).join(',')}]`
  }
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}
