// The keywords of a schema that a tool definition keeps, and how those of OpenAPI 3.0 are said in JSON Schema 2020-12. Everything else,
// examples and extensions such as x-mcp-header included, is left out (https://spec.openapis.org/oas/v3.0.4.html#schema-object).

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'

const TEXTS = ['title', 'description', 'format', 'pattern', 'contentEncoding', 'contentMediaType'] as const
const NUMBERS = [
  'multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'minItems', 'maxItems',
  'minProperties', 'maxProperties', 'minContains', 'maxContains'
] as const
const ANY = ['default', 'const'] as const
export const SUBSCHEMAS = ['additionalProperties', 'items', 'not', 'contains', 'propertyNames', 'if', 'then', 'else'] as const
export const SUBSCHEMA_LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const
export const SUBSCHEMA_MAPS = ['properties', 'patternProperties', 'dependentSchemas'] as const
/** A schema with one of these means something that a converted one would not. */
export const UNSUPPORTED = [
  '$id', '$anchor', '$dynamicRef', '$dynamicAnchor', '$recursiveRef', 'unevaluatedProperties', 'unevaluatedItems'
] as const

/** The keywords without schemas in them. */
export function plainKeywords (schema: JsonObject, version: '3.0' | '3.1'): Record<string, JsonValue> {
  const kept: Record<string, JsonValue> = {}
  const keep = (names: readonly string[], isRight: (value: JsonValue) => boolean) => {
    for (const name of names) {
      const value = Object.hasOwn(schema, name) ? schema[name] : undefined
      if (value !== undefined && isRight(value)) kept[name] = value
    }
  }
  keep(['type'], value => typeof value === 'string' || isTexts(value))
  keep(TEXTS, value => typeof value === 'string')
  keep(['enum'], value => Array.isArray(value))
  keep(NUMBERS, value => typeof value === 'number')
  keep(['uniqueItems', 'deprecated'], value => value === true)
  keep(['required'], isTexts)
  keep(ANY, () => true)
  return version === '3.0' ? in202012(schema, kept) : kept
}

function in202012 (schema: JsonObject, { const: _, ...kept }: Record<string, JsonValue>): Record<string, JsonValue> {
  for (const [flag, bound] of [['exclusiveMinimum', 'minimum'], ['exclusiveMaximum', 'maximum']] as const) {
    const limit = kept[bound]
    if (schema[flag] !== true || limit === undefined) continue
    kept[flag] = limit
    Reflect.deleteProperty(kept, bound)
  }
  if (schema['nullable'] !== true) return kept
  const { type, enum: words } = kept
  if (typeof type === 'string') kept['type'] = [type, 'null']
  if (Array.isArray(words) && !words.includes(null)) kept['enum'] = [...words as readonly JsonValue[], null]
  return kept
}

function isTexts (value: JsonValue): boolean {
  return Array.isArray(value) && (value as readonly JsonValue[]).every(item => typeof item === 'string')
}

/** What the server alone may set; a request should not have it. */
export function isReadOnly (schema: JsonValue | undefined): boolean {
  return isJsonObject(schema) && schema['readOnly'] === true
}
