// A whole document as a review reads it: each operation that can be called is a tool with its request, and what cannot is said with its
// reason. Nothing of this runs in a gateway: it lists and calls what the lock holds.

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { TEMPLATE_METHODS, type RequestTemplate, type TemplateMethod } from '../upstream/rest/request-template.ts'
import type { RestListing } from '../upstream/rest/rest-listing.ts'
import { LeftOut } from './left-out.ts'
import { parseDocument, referred, type OpenapiDocument } from './openapi-document.ts'
import { marked, operationName } from './operation-name.ts'
import { documentScopes } from './operation-scopes.ts'
import { operationTool, type OperationTool } from './operation-tool.ts'

const MAX_TOOLS = 2000
const LONGEST_TEXT = 200
const OTHER_METHODS = ['head', 'options', 'trace'] as const

export interface ListingOptions {
  /** The names of the headers that the upstream file sends, in lower case: they are no arguments. */
  readonly ownHeaders: readonly string[]
}

interface FoundTool {
  readonly name: string
  readonly place: string
  readonly definition: JsonObject
  readonly request: RequestTemplate
  readonly scopes: readonly string[]
}

/** An error is a sentence for the operator. */
export async function openapiListing (text: string, { ownHeaders }: ListingOptions): Promise<Result<RestListing, string>> {
  const document = await parseDocument(text)
  if (!document.ok) return document
  const { root, version } = document.value
  const found: FoundTool[] = []
  const leftOut: string[] = []
  for (const [path, item] of Object.entries(isJsonObject(root['paths']) ? root['paths'] : {})) {
    if (path.startsWith('x-')) continue
    try {
      readPathItem(path, referred(item, document.value), { document: document.value, ownHeaders, found, leftOut })
    } catch (error) {
      leftOut.push(`${path} was left out: ${reasonOf(error)}`)
    }
  }
  if (found.length > MAX_TOOLS) return err(`the document has ${found.length} operations; up to ${MAX_TOOLS} can be reviewed at a time`)
  const tools = withOwnNames(found)
  const info = isJsonObject(root['info']) ? root['info'] : {}
  return ok({
    revision: `openapi-${version}`,
    server: { name: textOf(info['title']), version: textOf(info['version']) },
    capabilities: {},
    tools: tools.map(({ definition }) => definition),
    requests: new Map(tools.map(({ name, request }) => [name, request])),
    documentScopes: new Map(tools.map(({ name, scopes }) => [name, scopes])),
    leftOut
  })
}

interface Reading {
  readonly document: OpenapiDocument
  readonly ownHeaders: readonly string[]
  readonly found: FoundTool[]
  readonly leftOut: string[]
}

function readPathItem (path: string, pathItem: JsonObject, { document, ownHeaders, found, leftOut }: Reading): void {
  for (const method of OTHER_METHODS) {
    if (pathItem[method] !== undefined) leftOut.push(`${method.toUpperCase()} ${path} was left out: a method that is no tool`)
  }
  for (const method of TEMPLATE_METHODS) {
    const operation = pathItem[method.toLowerCase()]
    if (!isJsonObject(operation)) continue
    const name = operationName(operation['operationId'], method, path)
    try {
      const tool = operationTool({ method, path, pathItem, operation, document, ownHeaders })
      for (const [parameter, why] of tool.leftOut) leftOut.push(`${name}: the argument ${parameter} was left out: ${why}`)
      found.push({
        name,
        place: `${method} ${path}`,
        definition: definitionOf(name, method, path, operation, tool),
        request: tool.request,
        scopes: documentScopes(operation, document)
      })
    } catch (error) {
      leftOut.push(`${name} (${method} ${path}) was left out: ${reasonOf(error)}`)
    }
  }
}

function reasonOf (error: unknown): string {
  if (error instanceof LeftOut) return error.message
  throw error
}

/** Its results are those that the API sends: documents describe them too loosely for clients that check `outputSchema`. */
function definitionOf (
  name: string, method: TemplateMethod, path: string, operation: JsonObject, { inputSchema }: OperationTool
): JsonObject {
  const { summary, description, deprecated } = operation
  const texts = [...new Set([summary, description])].filter(isText)
  const words = texts.length === 0 ? `${method} ${path}` : texts.join('\n\n')
  return {
    name,
    ...(isText(summary) ? { title: summary } : {}),
    description: deprecated === true ? `Deprecated. ${words}` : words,
    inputSchema,
    annotations: annotationsOf(method)
  }
}

/** RFC 9110 section 9.2: what the method promises, which a server may not keep. */
function annotationsOf (method: TemplateMethod): JsonObject {
  const reads = method === 'GET'
  return {
    readOnlyHint: reads,
    ...(reads ? {} : { destructiveHint: method !== 'POST' }),
    idempotentHint: reads || method === 'PUT' || method === 'DELETE'
  }
}

function withOwnNames (found: readonly FoundTool[]): readonly FoundTool[] {
  const times = new Map<string, number>()
  for (const { name } of found) times.set(name, (times.get(name) ?? 0) + 1)
  return found.map(tool => {
    if (times.get(tool.name) === 1) return tool
    const name = marked(tool.name, tool.place)
    return { ...tool, name, definition: { ...tool.definition, name } }
  })
}

function isText (value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function textOf (value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : ''
}
