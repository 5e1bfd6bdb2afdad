// An OpenAPI document as it was read: JSON or YAML, version 3.0 or 3.1, and references within it. A reference to another file or address is
// not followed: a document must not make the machine of the reviewer fetch something (https://spec.openapis.org/oas/v3.1.1.html#reference-object).

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { importOptional } from '../kernel/optional-package.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { LeftOut } from './left-out.ts'

export interface OpenapiDocument {
  readonly version: '3.0' | '3.1'
  readonly root: JsonObject
}

const YAML_MISSING = 'The OpenAPI document is YAML, which needs the package "yaml": npm install yaml'
/** A reference may lead to a reference. */
const MAX_REFERENCES = 16

/** An error is a sentence for the operator. */
export async function parseDocument (text: string): Promise<Result<OpenapiDocument, string>> {
  const root = await rootOf(text)
  if (!isJsonObject(root)) return err('expected an OpenAPI document: JSON or YAML with an object')
  const { openapi, swagger } = root
  if (swagger !== undefined) return err('a Swagger 2.0 document: convert it to OpenAPI 3 first')
  const version = typeof openapi === 'string' ? /^3\.[01](?=\.|$)/.exec(openapi)?.[0] : undefined
  if (version === undefined) return err('expected "openapi" 3.0 or 3.1')
  return ok({ version: version === '3.0' ? '3.0' : '3.1', root })
}

async function rootOf (text: string): Promise<JsonValue | undefined> {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    if (/^\s*[{[]/.test(text)) return undefined
  }
  const { parse } = await importOptional(() => import('yaml'), YAML_MISSING)
  try {
    // YAML 1.2: no is a text, and so is a date. Aliases are bounded by the library.
    const value: unknown = parse(text, { schema: 'core', merge: false, uniqueKeys: true, logLevel: 'error' })
    return JSON.parse(JSON.stringify(value)) as JsonValue
  } catch {
    return undefined
  }
}

/** The object behind a reference, or the value itself where it is none. @throws LeftOut */
export function referred (value: JsonValue | undefined, document: OpenapiDocument): JsonObject {
  let current = value
  for (let step = 0; step < MAX_REFERENCES; step += 1) {
    if (!isJsonObject(current)) throw new LeftOut('a part of it is no object')
    const { $ref } = current
    if (typeof $ref !== 'string') return current
    current = referenceTarget($ref, document)
  }
  throw new LeftOut('a reference that leads to itself')
}

/** @throws LeftOut */
export function referenceTarget (reference: string, { root }: OpenapiDocument): JsonValue {
  if (!reference.startsWith('#/')) throw new LeftOut('a reference to another document; bundle them into one')
  let value: JsonValue | undefined = root
  for (const part of reference.slice(2).split('/')) {
    const name = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(value)) value = /^\d+$/.test(name) ? (value as readonly JsonValue[])[Number(name)] : undefined
    else value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  if (value === undefined) throw new LeftOut('a reference that leads nowhere')
  return value
}

function decoded (part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
