// Checks a requested element against the JSON Schema that the gateway publishes, as far as this server knows the words of JSON Schema.
// It is here to tell a client about mistakes before a person is asked; the gateway is the judge of what an element allows.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'

const MAX_DEPTH = 8
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i

/** The name of the first member that is missing, unknown or not as its schema says; `undefined` when there is none. */
export function wrongMember (schema: JsonObject, element: JsonObject, depth = 0): string | undefined {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  if (schema['additionalProperties'] === false) {
    const unknown = Object.keys(element).find(name => !Object.hasOwn(properties, name))
    if (unknown !== undefined) return unknown
  }
  const missing = textsIn(schema['required']).find(name => !Object.hasOwn(element, name))
  if (missing !== undefined) return missing
  return Object.entries(element).find(([name, value]) => Object.hasOwn(properties, name) && !fits(properties[name], value, depth + 1))?.[0]
}

function fits (schema: JsonValue | undefined, value: JsonValue, depth: number): boolean {
  if (schema === false || depth > MAX_DEPTH) return false
  if (!isJsonObject(schema)) return true
  const { const: constant, enum: choices, type } = schema
  if (constant !== undefined && JSON.stringify(constant) !== JSON.stringify(value)) return false
  if (isList(choices) && !choices.some(choice => JSON.stringify(choice) === JSON.stringify(value))) return false
  if (type !== undefined && ![type].flat().some(one => isOfType(one, value))) return false
  if (typeof value === 'number') return within(value, schema['minimum'], schema['maximum'])
  if (typeof value === 'string') return isText(schema, value)
  if (isList(value)) {
    return within(value.length, schema['minItems'], schema['maxItems']) && value.every(item => fits(schema['items'], item, depth + 1))
  }
  return !isJsonObject(value) || wrongMember(schema, value, depth) === undefined
}

function isText ({ minLength, maxLength, pattern, format }: JsonObject, text: string): boolean {
  if (!within([...text].length, minLength, maxLength)) return false
  if (format === 'date-time' && !(DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)))) return false
  return typeof pattern !== 'string' || !isCheapPattern(pattern) || matches(pattern, text)
}

/** A pattern of another program may take time without end: only those that cannot are used. */
function isCheapPattern (pattern: string): boolean {
  return pattern.length <= 200 && !/[()|]/.test(pattern) && (pattern.match(/[*+{?]/g) ?? []).length <= 1
}

function matches (pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return true
  }
}

function isOfType (type: unknown, value: JsonValue): boolean {
  switch (type) {
    case 'integer': return Number.isSafeInteger(value)
    case 'number': return typeof value === 'number'
    case 'object': return isJsonObject(value)
    case 'array': return Array.isArray(value)
    case 'null': return value === null
    case 'string': return typeof value === 'string'
    case 'boolean': return typeof value === 'boolean'
    default: return false
  }
}

function within (number: number, least: unknown, most: unknown): boolean {
  return !(typeof least === 'number' && number < least) && !(typeof most === 'number' && number > most)
}

function textsIn (list: JsonValue | undefined): readonly string[] {
  return isList(list) ? list.filter(item => typeof item === 'string') : []
}

function isList (value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
