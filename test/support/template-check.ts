// Compares what a review made of an OpenAPI document with the document itself, by other code: each request is filled with texts that would
// escape if they could, and read back with the URL class. For real documents, of which nobody knows by heart what is right.

import { isJsonObject, type JsonObject, type JsonValue } from '../../src/kernel/json.ts'
import { createRequestFiller } from '../../src/upstream/rest/filled-request.ts'
import type { RequestTemplate, TemplateParameter } from '../../src/upstream/rest/request-template.ts'
import type { RestListing } from '../../src/upstream/rest/rest-listing.ts'

/** One line for each thing that is wrong. */
export function templateProblems (root: JsonObject, { tools, requests }: RestListing): readonly string[] {
  return tools.flatMap(tool => {
    const name = tool['name'] as string
    const request = requests.get(name)
    if (request === undefined) return [`${name}: no request`]
    return [
      ...requestProblems(root, request), ...schemaProblems(tool['inputSchema'] as JsonObject, request)
    ].map(problem => `${name}: ${problem}`)
  })
}

function requestProblems (root: JsonObject, request: RequestTemplate): readonly string[] {
  const item = lookedUp(member(root, 'paths', request.path), root)
  const operation = lookedUp(member(item, request.method.toLowerCase()), root)
  const stated = [...listOf(item['parameters']), ...listOf(operation['parameters'])].map(parameter => lookedUp(parameter, root))
  const inDocument = (wanted: TemplateParameter) => stated.findLast(({ in: place, name }) => place === wanted.in && name === wanted.name)
  const problems: string[] = []
  const missing = stated.filter(parameter => isNeeded(parameter, stated) && !request.parameters.some(({ in: place, name }) => {
    return place === parameter['in'] && name === parameter['name']
  }))
  problems.push(...missing.map(({ name }) => `the required parameter ${String(name as string)} is missing`))
  const values = request.parameters.map((parameter, index) => valueFor(parameter, index))
  const bodyValue = { note: 'a"b' }
  const args = argumentsFor(request, values, bodyValue)
  const filled = createRequestFiller(request, '/base').fill(args)
  if (!filled.ok) return [...problems, `cannot be filled: ${JSON.stringify(filled.error)}`]
  const { pathname, searchParams, host } = new URL(filled.value.path, 'http://api.example')
  const wantedPath = request.parameters.reduce((path, { in: place, name }, index) => {
    return place === 'path' ? path.replaceAll(`{${name}}`, encodeURIComponent(values[index] as string)) : path
  }, `/base${request.path}`)
  if (host !== 'api.example') problems.push(`another host: ${host}`)
  const segments = (path: string) => JSON.stringify(path.split('/').map(decodeURIComponent))
  if (segments(pathname) !== segments(wantedPath)) problems.push(`path ${pathname}, wanted ${wantedPath}`)
  const pairs = request.parameters.flatMap((parameter, index) => {
    const declared = inDocument(parameter)
    if (declared === undefined) problems.push(`${parameter.in} ${parameter.name} is not in the document`)
    return parameter.in === 'query' && declared !== undefined ? pairsOf(declared, values[index] ?? '') : []
  })
  if (JSON.stringify([...searchParams]) !== JSON.stringify(pairs)) {
    problems.push(
    `query ${JSON.stringify([...searchParams])}, wanted ${JSON.stringify(pairs)}`
    )
  }
  const content = lookedUp(operation['requestBody'], root)['content']
  if (request.body !== undefined && (!isJsonObject(content) || !(request.body.contentType in content || '*/*' in content))) {
    problems.push(`a body of ${request.body.contentType}, which the document does not have`)
  }
  const wantedBody = request.body === undefined ? undefined : request.body.at === undefined ? membersOf(request) : bodyValue
  if (JSON.stringify(wantedBody) !== filled.value.body) problems.push(`body ${String(filled.value.body)}`)
  return problems
}

function isNeeded (parameter: JsonObject, stated: readonly JsonObject[]): boolean {
  const last = stated.findLast(({ in: place, name }) => place === parameter['in'] && name === parameter['name'])
  const ignored = parameter['in'] === 'header' && /^(?:accept|content-type|authorization)$/i.test(parameter['name'] as string)
  return last?.['required'] === true && !ignored && parameter['in'] !== 'path'
}

/** As OpenAPI says that the value is written (style and explode), decoded. */
function pairsOf ({ name, style = 'form', explode }: JsonObject, value: JsonValue): ReadonlyArray<readonly [string, string]> {
  const key = name as string
  if (!Array.isArray(value)) return [[key, value as string]]
  const items = value as readonly string[]
  if (explode === true || (explode === undefined && style === 'form')) return items.map(item => [key, item])
  return [[key, items.join(style === 'form' ? ',' : style === 'spaceDelimited' ? ' ' : '|')]]
}

function valueFor ({ in: place, style }: TemplateParameter, index: number): JsonValue {
  if (style !== 'value') return [`a${index}&x=1`, 'b']
  return place === 'header' ? `h${index}` : `v${index}/?&=#;`
}

function argumentsFor (request: RequestTemplate, values: readonly JsonValue[], body: JsonValue): JsonObject {
  let args: JsonObject = { unknown: 'x', ...membersOf(request) }
  for (const [index, { at: [group = '', name] }] of request.parameters.entries()) {
    const value = values[index] ?? null
    args = { ...args, [group]: name === undefined ? value : { ...(args[group] as JsonObject | undefined), [name]: value } }
  }
  return request.body?.at === undefined ? args : { ...args, body }
}

function membersOf ({ body }: RequestTemplate): JsonObject {
  return Object.fromEntries((body?.members ?? []).map(name => [name, `m-${name}`]))
}

/** Each argument is in the schema, and each reference in it leads somewhere. */
function schemaProblems (schema: JsonObject, { parameters, body }: RequestTemplate): readonly string[] {
  const places = [...parameters.map(({ at }) => at), ...(body?.at === undefined ? (body?.members ?? []).map(name => [name]) : [body.at])]
  const unknown = places.filter(at => {
    const found = at.reduce<JsonObject>((inner, name) => lookedUp(member(inner, 'properties', name), schema), schema)
    return Object.keys(found).length === 0 && at.reduce<JsonValue | undefined>(
      (inner, name) => member(inner, 'properties', name), schema
    ) === undefined
  })
  const references = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]*)"/g)].map(([, name = '']) => name)
  const lost = references.filter(name => member(schema, '$defs', name) === undefined)
  return [...unknown.map(at => `the argument ${at.join('.')} is not in the schema`), ...lost.map(name => `$defs lacks ${name}`)]
}

function listOf (value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value as readonly JsonValue[] : []
}

function member (value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce((inner, name) => isJsonObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined, value)
}

function lookedUp (value: JsonValue | undefined, root: JsonObject): JsonObject {
  let current = value
  for (let step = 0; step < 20 && isJsonObject(current) && typeof current['$ref'] === 'string'; step += 1) {
    const parts = current['$ref'].slice(2).split('/').map(part => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    current = parts.reduce<JsonValue | undefined>((inner, name) => (inner as JsonObject | undefined)?.[name], root)
  }
  return isJsonObject(current) ? current : {}
}
