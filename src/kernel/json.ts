// Is this value a JSON object? Arrays and null are not.

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject { readonly [member: string]: JsonValue }

/** `typeof value === 'object'` without its two exceptions. Does not look inside. */
export function isJsonObject (value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
