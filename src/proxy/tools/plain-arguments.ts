// Reads the arguments of a REST operation from a plain HTTP request. Strict: a parameter that the operation does not have, one that comes
// twice, or a member of the body that is none is refused, so that what is judged is all that the request says.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { PlainOperation, PlainRequest } from '../../mcp/plain-operation.ts'
import type { ValueIssue } from '../../mcp/value-schema.ts'
import type { RequestTemplate, TemplateParameter } from '../../upstream/rest/request-template.ts'
import { schemaAt, typesOf } from '../arguments/json-pointer.ts'

/** @param mount the path before that of the operation, below `<endpoint>/tools`; `/` is none */
export function plainOperation (template: RequestTemplate, schema: JsonObject, mount: string): PlainOperation {
  const { method, path, parameters, body } = template
  const converters = parameters.map(parameter => ({ parameter, convert: converterOf(parameter, schema) }))
  const queryNames = new Set(parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name))
  return {
    method,
    path: `${mount === '/' ? '' : mount}${path}`,
    argumentsOf (request) {
      const issues: ValueIssue[] = []
      let args: JsonObject = {}
      const query = new URLSearchParams(request.query)
      for (const name of new Set(query.keys())) {
        if (!queryNames.has(name)) issues.push({ path: [name.slice(0, 64)], message: 'is not a query parameter of this operation' })
      }
      for (const { parameter, convert } of converters) {
        const texts = textsOf(parameter, request, query)
        if (texts.length === 0) continue
        if (texts.length > 1 && parameter.style !== 'repeat') issues.push({ path: parameter.at, message: 'must be given once' })
        else args = withValue(args, parameter.at, convert(texts))
      }
      const given = bodyArguments(body, request.body)
      if (!given.ok) issues.push(given.error)
      if (issues.length > 0 || !given.ok) return err(issues)
      for (const [at, value] of given.value) args = withValue(args, at, value)
      return ok(args)
    }
  }
}

function textsOf ({ in: place, name }: TemplateParameter, { values, header }: PlainRequest, query: URLSearchParams): readonly string[] {
  if (place === 'query') return query.getAll(name)
  const text = place === 'path' ? values.get(name) : header(name.toLowerCase())
  return text === undefined ? [] : [text]
}

const DELIMITERS = { comma: ',', space: ' ', pipe: '|' } as const
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function converterOf ({ at, style }: TemplateParameter, schema: JsonObject): (texts: readonly string[]) => JsonValue {
  const scalar = scalarOf(typesAt(schema, style === 'value' ? at : [...at, '*']))
  switch (style) {
    case 'value': return ([text = '']) => scalar(text)
    case 'repeat': return texts => texts.map(scalar)
    case 'comma': case 'space': case 'pipe': return ([text = '']) => text.split(DELIMITERS[style]).map(scalar)
  }
}

function typesAt (schema: JsonObject, at: readonly string[]): readonly string[] {
  const found = schemaAt(schema, at)
  return found === undefined ? [] : typesOf(found, schema)
}

/** What is no number or word of its type stays a text, which the checks of arguments refuse where it is judged. */
function scalarOf (types: readonly string[]): (text: string) => JsonValue {
  if (types.includes('string') || types.length === 0) return text => text
  const isNumber = types.includes('integer') || types.includes('number')
  const isBoolean = types.includes('boolean')
  return text => {
    if (isNumber && NUMBER.test(text)) return Number(text)
    return isBoolean && (text === 'true' || text === 'false') ? text === 'true' : text
  }
}

type Given = ReadonlyArray<readonly [at: readonly string[], value: JsonValue]>

function bodyArguments (body: RequestTemplate['body'], given: unknown): Result<Given, ValueIssue> {
  if (given === undefined) return ok([])
  if (body === undefined) return err({ path: [], message: 'the operation has no body' })
  if (body.at !== undefined) return ok([[body.at, given as JsonValue]])
  if (!isJsonObject(given)) return err({ path: [], message: 'the body must be an object' })
  const unknown = Object.keys(given).find(name => body.members?.includes(name) !== true)
  if (unknown !== undefined) return err({ path: [unknown.slice(0, 64)], message: 'is not a member that the body may have' })
  return ok(Object.entries(given).map(([name, value]) => [[name], value] as const))
}

function withValue (object: JsonObject, [name = '', ...rest]: readonly string[], value: JsonValue): JsonObject {
  const inner = Object.hasOwn(object, name) ? object[name] : undefined
  return { ...object, [name]: rest.length === 0 ? value : withValue(isJsonObject(inner) ? inner : {}, rest, value) }
}
