// One operation as a tool: its definition and the template of its request. Arguments are flat where their names are unique; otherwise they
// are in objects `path`, `query`, `header` and `body`, because an `id` of the path and one of the body must not become one.

import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { piecesOf } from '../upstream/rest/filled-request.ts'
import type { RequestTemplate, TemplateMethod, TemplateParameter } from '../upstream/rest/request-template.ts'
import { LeftOut } from './left-out.ts'
import type { OpenapiDocument } from './openapi-document.ts'
import { readBody, type OperationBody } from './operation-body.ts'
import { argumentName } from './operation-name.ts'
import { readParameters, type OperationParameter } from './operation-parameters.ts'
import { withConversion } from './schema-conversion.ts'

export interface OperationTool {
  readonly inputSchema: JsonObject
  readonly request: RequestTemplate
  /** Optional parameters that are no arguments. */
  readonly leftOut: ReadonlyArray<readonly [name: string, why: string]>
}

export interface OperationPlace {
  readonly method: TemplateMethod
  readonly path: string
  readonly pathItem: JsonObject
  readonly operation: JsonObject
  readonly document: OpenapiDocument
  readonly ownHeaders: readonly string[]
}

/** A path is sent as it stands in the document: characters that would end it, or that a URL has none of, are refused. */
const PATH_LITERAL = /^[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/

/** @throws LeftOut */
export function operationTool (place: OperationPlace): OperationTool {
  const { method, path, pathItem, operation, document, ownHeaders } = place
  for (const { servers } of [pathItem, operation]) {
    if (Array.isArray(servers) && servers.length > 0) throw new LeftOut('it has its own address (servers)')
  }
  return withConversion(document, conversion => {
    const { usable, leftOut } = readParameters(pathItem, operation, document, conversion, ownHeaders)
    const body = readBody(operation, method, document, conversion)
    checkPath(path, usable)
    const inPath = new Set(piecesOf(path).flatMap(piece => 'parameter' in piece ? [piece.parameter] : []))
    const parameters = usable.filter(parameter => parameter.in !== 'path' || inPath.has(parameter.name))
    const arranged = flat(parameters, body) ?? grouped(parameters, body)
    const definitions = conversion.definitions()
    const { schema, ...template } = arranged
    return {
      inputSchema: Object.keys(definitions).length === 0 ? schema : { ...schema, $defs: definitions },
      request: { method, path, ...template },
      leftOut
    }
  })
}

function checkPath (path: string, parameters: readonly OperationParameter[]): void {
  const known = new Set(parameters.filter(parameter => parameter.in === 'path').map(({ name }) => name))
  for (const piece of piecesOf(path)) {
    if ('parameter' in piece) {
      if (!known.has(piece.parameter)) throw new LeftOut(`its path names {${piece.parameter.slice(0, 40)}}, which is no parameter`)
    } else if (!PATH_LITERAL.test(piece.literal) || piece.literal.split('/').some(segment => segment === '.' || segment === '..')) {
      throw new LeftOut('its path has characters that a path cannot have')
    }
  }
}

interface Arranged {
  readonly schema: JsonObject
  readonly parameters: readonly TemplateParameter[]
  readonly body?: NonNullable<RequestTemplate['body']>
}

/** `undefined` where two names are alike. */
function flat (parameters: readonly OperationParameter[], body: OperationBody | undefined): Arranged | undefined {
  const properties: Array<readonly [string, JsonValue]> = []
  const required: string[] = []
  const placed: TemplateParameter[] = []
  for (const { schema, ...parameter } of parameters) {
    const name = argumentNameOf(parameter.name)
    properties.push([name, schema])
    if (parameter.required) required.push(name)
    placed.push({ ...parameter, at: [name] })
  }
  if (body?.members !== undefined) {
    properties.push(...Object.entries(body.members))
    if (body.required) required.push(...requiredOf(body.schema))
  } else if (body !== undefined) {
    properties.push(['body', body.schema])
    if (body.required) required.push('body')
  }
  if (hasAlike(properties.map(([name]) => name))) return undefined
  const schema = objectSchema(properties, required)
  if (body === undefined) return { schema, parameters: placed }
  const { contentType, members } = body
  const where = members === undefined ? { at: ['body'] } : { members: Object.keys(members) }
  return { schema, parameters: placed, body: { contentType, required: body.required, ...where } }
}

function grouped (parameters: readonly OperationParameter[], body: OperationBody | undefined): Arranged {
  const properties: Array<readonly [string, JsonValue]> = []
  const required: string[] = []
  const placed: TemplateParameter[] = []
  for (const place of ['path', 'query', 'header'] as const) {
    const own = parameters.filter(parameter => parameter.in === place)
    if (own.length === 0) continue
    const members = own.map(({ name, schema }) => [argumentNameOf(name), schema] as const)
    if (hasAlike(members.map(([name]) => name))) throw new LeftOut(`two parameters in the ${place} have names that are alike`)
    const needed = own.filter(parameter => parameter.required).map(({ name }) => argumentNameOf(name))
    properties.push([place, { ...objectSchema(members, needed), additionalProperties: false }])
    if (needed.length > 0) required.push(place)
    placed.push(...own.map(({ schema: _, ...parameter }) => ({ ...parameter, at: [place, argumentNameOf(parameter.name)] })))
  }
  if (body === undefined) return { schema: objectSchema(properties, required), parameters: placed }
  properties.push(['body', body.schema])
  if (body.required) required.push('body')
  const { contentType } = body
  return { schema: objectSchema(properties, required), parameters: placed, body: { contentType, required: body.required, at: ['body'] } }
}

function objectSchema (properties: ReadonlyArray<readonly [string, JsonValue]>, required: readonly string[]): JsonObject {
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length === 0 ? {} : { required }) }
}

function requiredOf ({ required, properties }: JsonObject): readonly string[] {
  const known = Object.keys(properties as JsonObject)
  return Array.isArray(required) ? (required as readonly string[]).filter(name => known.includes(name)) : []
}

/** Servers fold case, and so does the check of arguments that limits judge. */
function hasAlike (names: readonly string[]): boolean {
  return new Set(names.map(name => name.toLowerCase())).size < names.length
}

function argumentNameOf (name: string): string {
  const made = argumentName(name)
  if (made === undefined) throw new LeftOut(`a parameter whose name cannot be that of an argument: ${name.slice(0, 40)}`)
  return made
}
