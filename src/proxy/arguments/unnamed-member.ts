// Finds a member of a request body that the schema of a REST API does not name. JSON Schema allows such members where nothing else is said;
// APIs that store what they are given do so with them (https://cwe.mitre.org/data/definitions/915.html), so they are refused here.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import { resolvedSchema } from './json-pointer.ts'

type Path = readonly string[]

/** A schema may be made of schemas that are made of schemas. */
const MAX_NESTED = 12
const MAX_BRANCHES = 200

/**
 * The path of the first one; `undefined` where there is none. An object whose schema names no members, or says which others there may
 * be, is open.
 * @param schemas all that hold for the value
 * @param root what `$ref` is resolved in
 */
export function unnamedMember (value: JsonValue, schemas: readonly JsonObject[], root: JsonObject, at: Path): Path | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const branches: JsonObject[] = []
  for (const schema of schemas) collectBranches(schema, root, branches, 0)
  if (Array.isArray(value)) return unnamedItem(value as readonly JsonValue[], branches, root, at)
  const isNamed = branches.some(({ properties }) => isJsonObject(properties) && Object.keys(properties).length > 0)
  const others = branches.flatMap(({ additionalProperties, patternProperties }) => [
    ...(additionalProperties === undefined || additionalProperties === false ? [] : [additionalProperties]),
    ...(isJsonObject(patternProperties) ? Object.values(patternProperties) : [])
  ])
  const isOpen = !isNamed || others.length > 0
  for (const [name, member] of Object.entries(value as JsonObject)) {
    const own = branches.flatMap(({ properties }) => {
      return isJsonObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : []
    })
    if (own.length === 0 && !isOpen) return [...at, name]
    const found = unnamedMember(member, (own.length > 0 ? own : others).filter(isJsonObject), root, [...at, name])
    if (found !== undefined) return found
  }
  return undefined
}

function unnamedItem (items: readonly JsonValue[], branches: readonly JsonObject[], root: JsonObject, at: Path): Path | undefined {
  const [every, first] = [branches.map(({ items: all }) => all), branches.map(({ prefixItems }) => prefixItems)]
  for (const [index, item] of items.entries()) {
    const own = first.flatMap(list => Array.isArray(list) && index < list.length ? [list[index] as JsonValue] : [])
    const found = unnamedMember(item, (own.length > 0 ? own : every).filter(isJsonObject), root, [...at, String(index)])
    if (found !== undefined) return found
  }
  return undefined
}

/** The schema itself, without `$ref`, and the branches that it is made of. */
function collectBranches (schema: JsonObject, root: JsonObject, branches: JsonObject[], nested: number): void {
  const found = resolvedSchema(schema, root)
  if (found === undefined || branches.length >= MAX_BRANCHES) return
  branches.push(found)
  if (nested >= MAX_NESTED) return
  for (const list of [found['allOf'], found['anyOf'], found['oneOf']]) {
    for (const branch of Array.isArray(list) ? list as readonly JsonValue[] : []) {
      if (isJsonObject(branch)) collectBranches(branch, root, branches, nested + 1)
    }
  }
}
