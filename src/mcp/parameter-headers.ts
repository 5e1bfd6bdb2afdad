// Parameters that a client mirrors in `Mcp-Param-*` headers. Annotations are read once from the input schema, headers are compared
// with the arguments for each call of a modern client. The arguments themselves are checked by their schema.

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { decodeHeaderValue } from './mirrored-headers.ts'

export interface MirroredParameter {
  /** As declared; the header is `Mcp-Param-` followed by this name. */
  readonly name: string
  readonly type: 'string' | 'integer' | 'boolean'
  /** The chain of property names from the arguments to the value. */
  readonly path: readonly string[]
}

const ANNOTATION = 'x-mcp-header'
/** RFC 9110 §5.6.2 */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Keywords whose content is data, not a schema. */
const DATA: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples', 'x-mcp-header'])
/** Keywords that hold schemas by name. */
const NAMED: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])

/**
 * The annotated parameters of an input schema.
 * @returns the problem when an annotation breaks a rule of the specification: clients would drop such a tool
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#schema-extension
 */
export function parseMirroredParameters (schema: JsonObject): Result<readonly MirroredParameter[], string> {
  const found: MirroredParameter[] = []
  const problem = visit(schema, [])
  if (problem !== undefined) return err(problem)
  const names = new Set(found.map(({ name }) => name.toLowerCase()))
  return names.size === found.length ? ok(found) : err(`two ${ANNOTATION} values differ in case alone, or not at all`)

  /** @param path undefined where `properties` keys alone do not lead */
  function visit (schema: JsonValue, path: readonly string[] | undefined): string | undefined {
    if (Array.isArray(schema)) return firstProblem((schema as readonly JsonValue[]).map(item => visit(item, undefined)))
    if (!isJsonObject(schema)) return undefined
    return (ANNOTATION in schema ? read(schema, path) : undefined) ??
      firstProblem(Object.entries(schema).map(([keyword, value]) => descend(keyword, value, path)))
  }

  function descend (keyword: string, value: JsonValue, path: readonly string[] | undefined): string | undefined {
    if (DATA.has(keyword)) return undefined
    if (!NAMED.has(keyword) || !isJsonObject(value)) return visit(value, undefined)
    const reachable = keyword === 'properties' ? path : undefined
    const pathOf = (name: string) => reachable === undefined ? undefined : [...reachable, name]
    return firstProblem(Object.entries(value).map(([name, child]) => visit(child, pathOf(name))))
  }

  function read ({ [ANNOTATION]: name, type }: JsonObject, path: readonly string[] | undefined): string | undefined {
    if (typeof name !== 'string' || !TOKEN.test(name)) return `an ${ANNOTATION} value is not a header name`
    if (path === undefined || path.length === 0) return `${ANNOTATION} ${name} is not reached by properties alone`
    if (type !== 'string' && type !== 'integer' && type !== 'boolean') return `${ANNOTATION} ${name} is on no string, integer or boolean`
    found.push({ name, type, path })
    return undefined
  }
}

function firstProblem (problems: ReadonlyArray<string | undefined>): string | undefined {
  return problems.find(problem => problem !== undefined)
}

/**
 * @param header the value of a header by its name in lower case
 * @returns the problem, or undefined
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#server-behavior-for-custom-headers
 */
export function checkParameterHeaders (
  parameters: readonly MirroredParameter[], args: JsonValue | undefined, header: (name: string) => string | undefined
): string | undefined {
  for (const { name, type, path } of parameters) {
    const received = header(`mcp-param-${name.toLowerCase()}`)
    const value = valueAt(args, path)
    if (received === undefined) {
      if (isMirrored(value)) return `Mcp-Param-${name} is missing`
      continue
    }
    const decoded = decodeHeaderValue(received)
    if (decoded === undefined) return `Mcp-Param-${name} is not encoded correctly`
    if (!isMirrored(value)) return `Mcp-Param-${name} has no value in the body`
    if (!isEqual(decoded, value, type)) return `Mcp-Param-${name} and the body differ`
  }
  return undefined
}

/** The headers that mirror these arguments, for a request to another server. The values are not encoded for a header yet. */
export function mirroredParameterHeaders (
  parameters: readonly MirroredParameter[], args: JsonObject
): Readonly<Record<string, string>> {
  return Object.fromEntries(parameters.flatMap(({ name, path }) => {
    const value = valueAt(args, path)
    return isMirrored(value) ? [[`Mcp-Param-${name}`, String(value)]] : []
  }))
}

function valueAt (args: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let value = args
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/** Null has no header, and neither has a value that no header can hold. */
function isMirrored (value: JsonValue | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

const DECIMAL = /^-?\d{1,16}(?:\.0+)?$/

function isEqual (decoded: string, value: string | number | boolean, type: MirroredParameter['type']): boolean {
  if (type === 'integer' && typeof value === 'number') return DECIMAL.test(decoded) && Number(decoded) === value
  return decoded === String(value)
}
