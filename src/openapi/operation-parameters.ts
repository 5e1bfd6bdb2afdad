// The parameters of an operation: which of them can be arguments, and how each is written. The styles are a closed list; a parameter
// with another one is left out, and with a required one the whole operation (https://spec.openapis.org/oas/v3.1.1.html#parameter-object).

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import type { TemplateParameter, TemplateStyle } from '../upstream/rest/request-template.ts'
import { LeftOut } from './left-out.ts'
import { referred, type OpenapiDocument } from './openapi-document.ts'
import type { SchemaConversion } from './schema-conversion.ts'
import { schemaTypes } from './schema-types.ts'

export interface OperationParameter {
  readonly in: TemplateParameter['in']
  /** At the server. */
  readonly name: string
  readonly style: TemplateStyle
  readonly required: boolean
  readonly schema: JsonObject
}

export interface ReadParameters {
  readonly usable: readonly OperationParameter[]
  /** Optional ones that cannot be arguments, with the reason. */
  readonly leftOut: ReadonlyArray<readonly [name: string, why: string]>
}

/** Written by the gateway, or never: a client must not choose them (RFC 9110 section 7.6.1). */
const NO_ARGUMENT_HEADERS = new RegExp(`^(?:${[
  'host', 'connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect', 'content-.*', 'accept.*',
  'authorization', 'cookie', 'proxy-.*', 'forwarded', 'x-forwarded-.*', 'via', 'user-agent', 'mcp-.*', 'dpop', 'traceparent',
  'tracestate', 'x-http-method.*', 'x-method-override', 'origin', 'referer'
].join('|')})$`, 'i')
/** How a list in a query is written that is not exploded. */
const LIST_STYLES: ReadonlyMap<string, TemplateStyle> = new Map([
  ['form', 'comma'], ['spaceDelimited', 'space'], ['pipeDelimited', 'pipe']
])
/** OpenAPI says itself that parameters with these names mean nothing. */
const IGNORED_HEADERS = /^(?:accept|content-type|authorization)$/i
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/

/** @param ownHeaders those that the upstream file sends, in lower case. @throws LeftOut */
export function readParameters (
  pathItem: JsonObject, operation: JsonObject, document: OpenapiDocument, conversion: SchemaConversion, ownHeaders: readonly string[]
): ReadParameters {
  const stated = new Map<string, JsonObject>()
  for (const list of [pathItem['parameters'], operation['parameters']]) {
    for (const item of Array.isArray(list) ? list as readonly JsonValue[] : []) {
      const parameter = referred(item, document)
      stated.set(JSON.stringify([parameter['in'], parameter['name']]), parameter)
    }
  }
  const usable: OperationParameter[] = []
  const leftOut: Array<readonly [string, string]> = []
  for (const parameter of stated.values()) {
    const { name, in: place } = parameter
    if (typeof name !== 'string' || name === '' || typeof place !== 'string') throw new LeftOut('a parameter without a name or a place')
    if (place === 'header' && (IGNORED_HEADERS.test(name) || ownHeaders.includes(name.toLowerCase()))) continue
    const required = parameter['required'] === true || place === 'path'
    const read = parameterOf(parameter, name, place, conversion)
    if (typeof read !== 'string') usable.push({ ...read, required })
    else if (required) throw new LeftOut(`the parameter ${name}: ${read}`)
    else leftOut.push([name, read])
  }
  return { usable, leftOut }
}

/** A text says why it cannot be an argument. */
function parameterOf (
  parameter: JsonObject, name: string, place: string, conversion: SchemaConversion
): Omit<OperationParameter, 'required'> | string {
  if (place !== 'path' && place !== 'query' && place !== 'header') return `in ${place}`
  if (place === 'header' && (!HEADER_NAME.test(name) || NO_ARGUMENT_HEADERS.test(name))) return 'a header that is no argument'
  if (parameter['schema'] === undefined) return 'without a schema'
  const schema = conversion.convert(parameter['schema'])
  const types = schemaTypes(schema, conversion)
  if (types.includes('object')) return 'an object'
  const isList = types.includes('array')
  if (isList && types.length > 1) return 'a list or something else'
  if (isList && itemsAreNested(schema, conversion)) return 'a list of lists or of objects'
  const style = styleOf(place, parameter['style'], parameter['explode'], isList)
  if (style === undefined) {
    const named = typeof parameter['style'] === 'string' ? parameter['style'].slice(0, 40) : 'unknown'
    return isList ? `a list in the ${place}` : `style ${named}`
  }
  const { description } = parameter
  return { in: place, name, style, schema: typeof description === 'string' ? { ...schema, description } : schema }
}

function itemsAreNested (schema: JsonObject, conversion: SchemaConversion): boolean {
  const { items } = schema
  return isJsonObject(items) && schemaTypes(items, conversion).some(type => type === 'object' || type === 'array')
}

function styleOf (
  place: TemplateParameter['in'], style: JsonValue | undefined, explode: JsonValue | undefined, isList: boolean
): TemplateStyle | undefined {
  if (place !== 'query') return !isList && (style ?? 'simple') === 'simple' ? 'value' : undefined
  const named = style ?? 'form'
  if (!isList) return named === 'form' ? 'value' : undefined
  if (typeof named !== 'string') return undefined
  const joined = LIST_STYLES.get(named)
  return joined !== undefined && (explode ?? named === 'form') === true ? 'repeat' : joined
}
