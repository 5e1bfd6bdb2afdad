// JSON pointers (RFC 6901) into arguments and into their schema. `*` stands for each item of a list; a list is not reached by an
// index, because the other items would not be judged.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'

/** The parts of a pointer, decoded: `['paths', '*']`. */
export type PointerParts = readonly string[]

/** @see https://www.rfc-editor.org/rfc/rfc6901#section-4 */
export function pointerParts (pointer: string): PointerParts {
  return pointer.split('/').slice(1).map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

export interface FoundValues {
  /** All that are there: where one item of a list lacks a member, those of the other items are found all the same. */
  readonly values: readonly JsonValue[]
  /** Somewhere a part did not exist, or had another form than the pointer says. */
  readonly missing: 'absent' | 'other-form' | undefined
}

/** The values at a pointer, in order. */
export function valuesAt (root: JsonValue, parts: PointerParts): FoundValues {
  let values: readonly JsonValue[] = [root]
  let missing: FoundValues['missing']
  for (const part of parts) {
    const next: JsonValue[] = []
    for (const value of values) {
      if (part === '*') {
        if (Array.isArray(value)) next.push(...value as readonly JsonValue[])
        else missing = 'other-form'
      } else if (isJsonObject(value)) {
        const member = Object.hasOwn(value, part) ? value[part] : undefined
        if (member !== undefined) next.push(member)
        else missing ??= 'absent'
      } else missing = 'other-form'
    }
    values = next
  }
  return { values, missing }
}

/** The schema of what a pointer leads to; `undefined` where the schema does not say. */
export function schemaAt (root: JsonObject, parts: PointerParts): JsonObject | undefined {
  let schema: JsonObject | undefined = resolvedSchema(root, root)
  for (const part of parts) {
    if (schema === undefined) return undefined
    const options: readonly JsonObject[] = alternatives(schema, root)
    const found = options.map(option => memberSchema(option, part)).find(member => member !== undefined)
    schema = found === undefined ? undefined : resolvedSchema(found, root)
  }
  return schema
}

/** The types that a schema allows, `null` left out. */
export function typesOf (schema: JsonObject, root: JsonObject): readonly string[] {
  const types = alternatives(schema, root).flatMap(option => {
    const { type, enum: words, const: only } = option
    if (typeof type === 'string') return [type]
    if (Array.isArray(type)) return (type as readonly JsonValue[]).map(String)
    if (Array.isArray(words)) return (words as readonly JsonValue[]).map(typeOf)
    return only === undefined ? [] : [typeOf(only)]
  })
  return [...new Set(types)].filter(type => type !== 'null')
}

function typeOf (value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

/** A schema and the branches of its `anyOf` and `oneOf`. */
function alternatives (schema: JsonObject, root: JsonObject): readonly JsonObject[] {
  const branches = [schema['anyOf'], schema['oneOf']].flatMap(list => Array.isArray(list) ? list as readonly JsonValue[] : [])
  return [schema, ...branches.filter(isJsonObject).map(branch => resolvedSchema(branch, root) ?? {})]
}

function memberSchema (schema: JsonObject, part: string): JsonObject | undefined {
  const { properties, items } = schema
  if (part === '*') return isJsonObject(items) ? items : undefined
  const member = isJsonObject(properties) && Object.hasOwn(properties, part) ? properties[part] : undefined
  return isJsonObject(member) ? member : undefined
}

const MAX_REFERENCES = 8

/** Follows `$ref` within the document. */
export function resolvedSchema (schema: JsonObject, root: JsonObject): JsonObject | undefined {
  let current = schema
  for (let step = 0; step < MAX_REFERENCES; step += 1) {
    const { $ref } = current
    if (typeof $ref !== 'string') return current
    if (!$ref.startsWith('#/')) return undefined
    const [target] = valuesAt(root, pointerParts($ref.slice(1))).values
    if (!isJsonObject(target)) return undefined
    current = target
  }
  return undefined
}
