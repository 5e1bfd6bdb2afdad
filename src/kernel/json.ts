// Is this value a JSON object? Arrays and null are not. And are two values the same text?

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject { readonly [member: string]: JsonValue }

/** `typeof value === 'object'` without its two exceptions. Does not look inside. */
export function isJsonObject (value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Would both be written as the same text: members in the same order, too. Looks as deep as `one` goes. */
export function sameJson (one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (isJsonObject(one)) return isJsonObject(other) && sameMembers(one, other)
  if (Array.isArray(one)) return Array.isArray(other) && sameEntries(one, other)
  return Object.is(one, other)
}

function sameMembers (one: JsonObject, other: JsonObject): boolean {
  const names = Object.keys(one)
  const otherNames = Object.keys(other)
  if (names.length !== otherNames.length) return false
  // by number: this runs for every answer of an authorization server, and iterators of pairs are twice as dear
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index]
    if (name === undefined || name !== otherNames[index] || !sameJson(one[name], other[name])) return false
  }
  return true
}

function sameEntries (one: readonly JsonValue[], other: readonly JsonValue[]): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index += 1) if (!sameJson(one[index], other[index])) return false
  return true
}
