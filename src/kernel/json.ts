// JSON values: their types, and what can be asked of one without a schema.

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject { readonly [member: string]: JsonValue }

/** Arrays and null are not objects. The members are not checked. */
export function isJsonObject (value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether both are written as the same JSON text. The order of members counts: `{"a":1,"b":2}` differs from `{"b":2,"a":1}`. */
export function sameJsonText (one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (isJsonObject(one)) return isJsonObject(other) && sameMembers(one, other)
  if (Array.isArray(one)) return Array.isArray(other) && sameEntries(one, other)
  return Object.is(one, other)
}

function sameMembers (one: JsonObject, other: JsonObject): boolean {
  const names = Object.keys(one)
  const otherNames = Object.keys(other)
  if (names.length !== otherNames.length) return false
  // Measured: docs/performance.md#loops-over-members
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index]
    if (name === undefined || name !== otherNames[index] || !sameJsonText(one[name], other[name])) return false
  }
  return true
}

function sameEntries (one: readonly JsonValue[], other: readonly JsonValue[]): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index += 1) if (!sameJsonText(one[index], other[index])) return false
  return true
}
