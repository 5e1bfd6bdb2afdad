// The types that a converted schema allows, `null` left out: one value, a list or an object is what decides how a parameter is written.

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import type { SchemaConversion } from './schema-conversion.ts'

const DEEPEST = 8

/** Empty where the schema does not say. A schema that contains itself counts as an object: no parameter is written like that. */
export function schemaTypes (schema: JsonObject, conversion: SchemaConversion, depth = 0): readonly string[] {
  if (depth > DEEPEST) return ['object']
  const { type, enum: words, const: only, $ref } = schema
  if (typeof $ref === 'string') {
    const target = conversion.definition($ref)
    return target === undefined ? ['object'] : schemaTypes(target, conversion, depth + 1)
  }
  const own = typeof type === 'string'
    ? [type]
    : Array.isArray(type)
      ? (type as readonly JsonValue[]).map(String)
      : Array.isArray(words) ? (words as readonly JsonValue[]).map(typeOf) : only === undefined ? [] : [typeOf(only)]
  const branches = ['allOf', 'anyOf', 'oneOf'].flatMap(keyword => {
    return Array.isArray(schema[keyword]) ? schema[keyword] as readonly JsonValue[] : []
  })
  const inner = branches.flatMap(branch => isJsonObject(branch) ? schemaTypes(branch, conversion, depth + 1) : [])
  const named = own.length === 0 && inner.length === 0 && schema['properties'] !== undefined ? ['object'] : []
  return [...new Set([...own, ...inner, ...named])].filter(name => name !== 'null')
}

function typeOf (value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}
