// What does one element of authorization_details say, whichever form it came in? The flat form of RFC 9396, or
// Authlete's, which puts a type's own members into `otherFields` (a JSON string, sometimes an object) and writes the
// common members it has no value for as null or empty. It does not know any type: see details-type.ts.

import { frozenJson } from '../../kernel/frozen.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'

const MAX_MEMBERS = 64
const MAX_OTHER_FIELDS_LENGTH = 16_384
const MAX_COMPARED_DEPTH = 8

/** @see https://www.rfc-editor.org/rfc/rfc9396#section-2.2 */
const COMMON_MEMBERS: ReadonlySet<string> = new Set(['locations', 'actions', 'datatypes', 'identifier', 'privileges'])

/** The member because of which nothing in the element can be relied on. */
export type UnreadableMember = string

/**
 * The element in the flat form, null and empty common members left out. Two statements of one member must be equal:
 * picking one of them would be guessing what the person agreed to. Never throws.
 */
export function flattenElement (element: JsonObject): Result<JsonObject, UnreadableMember> {
  const names = Object.keys(element)
  if (names.length > MAX_MEMBERS) return err('(too many members)')
  if (names.every(name => isPlainMember(name, element[name]))) return ok(element)

  const flat: Record<string, JsonValue> = {}
  for (const name of names) {
    if (name === 'otherFields') continue
    const problem = addMember(flat, name, element[name])
    if (problem !== undefined) return err(problem)
  }
  const others = readOtherFields(Object.hasOwn(element, 'otherFields') ? element['otherFields'] : undefined)
  if (others === undefined) return err('otherFields')
  for (const name of Object.keys(others)) {
    // a contradiction is reported as otherFields: the member's name is the authorization server's text
    if (addMember(flat, name, others[name]) !== undefined) return err('otherFields')
  }
  return ok(frozenJson(flat))
}

function isPlainMember (name: string, value: JsonValue | undefined): boolean {
  return name !== 'otherFields' && name !== 'dataTypes' && name !== '__proto__' && !(COMMON_MEMBERS.has(name) && isEmpty(value))
}

function isEmpty (value: JsonValue | undefined): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function addMember (flat: Record<string, JsonValue>, received: string, value: JsonValue | undefined): UnreadableMember | undefined {
  if (received === '__proto__') return '__proto__'
  const name = received === 'dataTypes' ? 'datatypes' : received
  if (value === undefined || (COMMON_MEMBERS.has(name) && isEmpty(value))) return undefined
  const stated = Object.hasOwn(flat, name) ? flat[name] : undefined
  if (stated !== undefined && !sameJson(stated, value, MAX_COMPARED_DEPTH)) return name
  flat[name] = value
  return undefined
}

/** `undefined` when it is there and cannot be read. */
function readOtherFields (value: JsonValue | undefined): JsonObject | undefined {
  if (value === undefined || value === null || value === '') return {}
  if (isJsonObject(value)) return boundedObject(value)
  if (typeof value !== 'string' || value.length > MAX_OTHER_FIELDS_LENGTH) return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return isJsonObject(parsed) ? boundedObject(parsed) : undefined
  } catch {
    return undefined
  }
}

function boundedObject (value: JsonObject): JsonObject | undefined {
  return Object.keys(value).length <= MAX_MEMBERS ? value : undefined
}

/** Equal as JSON values, whatever the order of members; deeper than `depth` counts as different. */
function sameJson (a: JsonValue | undefined, b: JsonValue | undefined, depth: number): boolean {
  if (a === b) return true
  if (depth === 0) return false
  if (Array.isArray(a)) {
    const [left, right]: [readonly JsonValue[], unknown] = [a, b]
    return Array.isArray(right) && left.length === right.length && left.every((item, index) => sameJson(item, right[index] as JsonValue, depth - 1))
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every(name => Object.hasOwn(b, name) && sameJson(a[name], b[name], depth - 1))
}
