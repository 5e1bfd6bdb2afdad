// The input schema of a proxied tool as clients see it: the reviewed one, without the arguments that the gateway sets, and closed to
// unknown names in each object that a pointer passes through.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import type { NamedMembers } from './argument-guard.ts'
import { schemaAt, type PointerParts } from './json-pointer.ts'

/** @param set the pointers of arguments that the gateway sets; only objects lie on their way */
export function publishedSchema (reviewed: JsonObject, set: readonly PointerParts[], closed: boolean): JsonObject {
  const without = set.reduce<JsonObject>(withoutArgument, reviewed)
  return closed ? { ...without, additionalProperties: false } : without
}

/** The objects on the way of these pointers, the root included, with the names that they may have. */
export function namedMembers (schema: JsonObject, pointers: readonly PointerParts[]): readonly NamedMembers[] {
  const places = new Map<string, PointerParts>([['', []]])
  for (const parts of pointers) {
    for (let length = 1; length < parts.length; length += 1) {
      const place = parts.slice(0, length)
      places.set(place.join('/'), place)
    }
  }
  return [...places.values()].flatMap(parts => {
    const { properties } = schemaAt(schema, parts) ?? {}
    if (isJsonObject(properties)) return [{ parts, names: new Set(Object.keys(properties)) }]
    // At the top, a schema without properties names no argument; below, it is a list.
    return parts.length === 0 ? [{ parts, names: new Set<string>() }] : []
  })
}

function withoutArgument (schema: JsonObject, [name = '', ...rest]: PointerParts): JsonObject {
  const { properties, items, required } = schema
  if (name === '*') return isJsonObject(items) ? { ...schema, items: withoutArgument(items, rest) } : schema
  if (!isJsonObject(properties) || !Object.hasOwn(properties, name)) return schema
  const member = properties[name]
  if (rest.length > 0) {
    return isJsonObject(member) ? { ...schema, properties: { ...properties, [name]: withoutArgument(member, rest) } } : schema
  }
  const { [name]: _, ...others } = properties
  const needed = Array.isArray(required) ? (required as readonly JsonValue[]).filter(other => other !== name) : undefined
  return { ...schema, properties: others, ...(needed === undefined ? {} : { required: needed }) }
}
