// Converts the schemas of one operation to JSON Schema 2020-12 without references to the document. A schema that contains itself becomes an
// entry of `$defs`, and so do all where the definition would be long otherwise.

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { LeftOut } from './left-out.ts'
import { referenceTarget, type OpenapiDocument } from './openapi-document.ts'
import { isReadOnly, plainKeywords, SUBSCHEMA_LISTS, SUBSCHEMA_MAPS, SUBSCHEMAS, UNSUPPORTED } from './schema-keywords.ts'

export interface SchemaConversion {
  /** @throws LeftOut */
  readonly convert: (schema: JsonValue | undefined) => JsonObject
  /** The converted schema behind a reference into `$defs`. @throws LeftOut */
  readonly definition: (reference: string) => JsonObject | undefined
  /** `$defs` of what was converted. Call it last. @throws LeftOut */
  readonly definitions: () => JsonObject
}

/** The definition would be longer than a model should read with every reference written out. */
class TooLong extends Error {}

const MOST_WRITTEN_OUT = 1500
const MOST_IN_ALL = 20_000
const DEEPEST = 36

/** Written out where that is short; with `$defs` where it is long. @throws LeftOut */
export function withConversion<T> (document: OpenapiDocument, make: (conversion: SchemaConversion) => T): T {
  try {
    return make(createConversion(document, false, MOST_WRITTEN_OUT))
  } catch (error) {
    if (!(error instanceof TooLong)) throw error
  }
  try {
    return make(createConversion(document, true, MOST_IN_ALL))
  } catch (error) {
    throw error instanceof TooLong ? new LeftOut('its schemas are too large') : error
  }
}

function createConversion (document: OpenapiDocument, refer: boolean, most: number): SchemaConversion {
  const names = new Map<string, string>()
  const pending: string[] = []
  let left = most

  function nameOf (reference: string): string {
    const known = names.get(reference)
    if (known !== undefined) return known
    const last = (reference.split('/').at(-1) ?? '').replace(/[^A-Za-z0-9._-]/g, '_') || 'Schema'
    const taken = new Set(names.values())
    let name = last
    for (let number = 2; taken.has(name); number += 1) name = `${last}_${number}`
    names.set(reference, name)
    pending.push(reference)
    return name
  }

  function convert (schema: JsonValue | undefined, within: readonly string[], depth: number): JsonValue {
    left -= 1
    if (left < 0 || depth > DEEPEST) throw new TooLong()
    if (typeof schema === 'boolean') return schema
    if (!isJsonObject(schema)) return {}
    const { $ref, ...others } = schema
    if (typeof $ref !== 'string') return converted(schema, within, depth)
    // A schema of 3.0 has nothing beside its reference.
    const beside = document.version === '3.0' ? {} : others
    if (refer || within.includes($ref) || names.has($ref)) {
      return { $ref: `#/$defs/${nameOf($ref)}`, ...plainKeywords(beside, document.version) }
    }
    const target = referenceTarget($ref, document)
    const written = convert(target, [...within, $ref], depth + 1)
    return isJsonObject(written) && Object.keys(beside).length > 0
      ? { ...written, ...converted(beside, within, depth) }
      : written
  }

  function converted (schema: JsonObject, within: readonly string[], depth: number): JsonObject {
    const strange = UNSUPPORTED.find(keyword => Object.hasOwn(schema, keyword))
    if (strange !== undefined) throw new LeftOut(`a schema with ${strange}`)
    const inner = (value: JsonValue) => convert(value, within, depth + 1)
    const made: Record<string, JsonValue> = plainKeywords(schema, document.version)
    for (const keyword of SUBSCHEMAS) {
      const value = own(schema, keyword)
      if (value !== undefined) made[keyword] = inner(value)
    }
    for (const keyword of SUBSCHEMA_LISTS) {
      const value = own(schema, keyword)
      if (Array.isArray(value)) made[keyword] = (value as readonly JsonValue[]).map(inner)
    }
    for (const keyword of SUBSCHEMA_MAPS) {
      const value = own(schema, keyword)
      if (!isJsonObject(value)) continue
      const kept = Object.entries(value).filter(([, member]) => keyword !== 'properties' || !serverSets(member))
      made[keyword] = Object.fromEntries(kept.map(([name, member]) => [name, inner(member)]))
    }
    return nullableWithoutType(schema, withoutReadOnly(schema, made))
  }

  function serverSets (member: JsonValue): boolean {
    if (isReadOnly(member)) return true
    return isJsonObject(member) && typeof member['$ref'] === 'string' && isReadOnly(referenceTarget(member['$ref'], document))
  }

  function withoutReadOnly (schema: JsonObject, made: Record<string, JsonValue>): Record<string, JsonValue> {
    const { required, properties } = made
    const declared = schema['properties']
    if (!Array.isArray(required) || !isJsonObject(declared) || !isJsonObject(properties)) return made
    const kept = (required as readonly string[]).filter(name => Object.hasOwn(properties, name) || !Object.hasOwn(declared, name))
    const { required: _, ...others } = made
    return kept.length === 0 ? others : { ...others, required: kept }
  }

  function nullableWithoutType (schema: JsonObject, made: Record<string, JsonValue>): JsonObject {
    const says = document.version === '3.0' && schema['nullable'] === true && made['type'] === undefined
    return says && Object.keys(made).length > 0 ? { anyOf: [made, { type: 'null' }] } : made
  }

  return {
    convert (schema) {
      const made = convert(schema, [], 0)
      return isJsonObject(made) ? made : {}
    },
    definition (reference) {
      const found = [...names].find(([, name]) => reference === `#/$defs/${name}`)
      const made = found === undefined ? undefined : convert(referenceTarget(found[0], document), [found[0]], 0)
      return isJsonObject(made) ? made : undefined
    },
    definitions () {
      const made: Record<string, JsonValue> = {}
      for (let reference = pending.pop(); reference !== undefined; reference = pending.pop()) {
        made[nameOf(reference)] = convert(referenceTarget(reference, document), [reference], 0)
      }
      return made
    }
  }
}

function own (schema: JsonObject, keyword: string): JsonValue | undefined {
  return Object.hasOwn(schema, keyword) ? schema[keyword] : undefined
}
