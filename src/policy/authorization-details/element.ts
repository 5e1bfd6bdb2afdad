// Normalizes one element of authorization_details to the flat form of RFC 9396. Authlete writes another form: the members of a type are
// in `otherFields` (a JSON string, sometimes an object), and common members without a value are null or empty.

import { frozenJson } from '../../kernel/frozen.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'

const MAX_MEMBERS = 64
const MAX_OTHER_FIELDS_LENGTH = 16_384
const MAX_COMPARED_DEPTH = 8

/** @see https://www.rfc-editor.org/rfc/rfc9396#section-2.2 */
const COMMON_MEMBERS: ReadonlySet<string> = new Set(['locations', 'actions', 'datatypes', 'identifier', 'privileges'])

/** The member that makes the whole element unusable. */
export type UnreadableMember = string

/**
 * The element in the flat form, without null and empty common members. A member that is stated twice must have equal values: choosing
 * one of two would be guessing what the person agreed to. Never throws.
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
    // Reported as otherFields: the name of the member is text of the authorization server, which no log may quote.
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
  if (stated !== undefined && !equalInAnyOrder(stated, value, MAX_COMPARED_DEPTH)) return name
  flat[name] = value
  return undefined
}

/** `undefined` when it is present and cannot be read. */
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

/** Equal as JSON values, where the order of members does not count; values nested deeper than `depth` count as different. */
function equalInAnyOrder (a: JsonValue | undefined, b: JsonValue | undefined, depth: number): boolean {
  if (a === b) return true
  if (depth === 0) return false
  if (Array.isArray(a)) {
    const [left, right]: [readonly JsonValue[], unknown] = [a, b]
    return Array.isArray(right) && left.length === right.length &&
      left.every((item, index) => equalInAnyOrder(item, right[index] as JsonValue, depth - 1))
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length &&
    names.every(name => Object.hasOwn(b, name) && equalInAnyOrder(a[name], b[name], depth - 1))
}
