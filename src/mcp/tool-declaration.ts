// Checks of one declared tool, when it is registered. A wrong declaration is GW_TOOL_INVALID with the tool's name (or its place
// in the list) and the field; tools may be written in JavaScript, so the types of TypeScript are not relied on.

import { z } from 'zod'
import { GatewayError } from '../kernel/fault.ts'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { isScopeToken } from '../kernel/scope-syntax.ts'
import { plainJsonSchema } from './plain-json-schema.ts'
import type { Tool } from './tool.ts'
import { isStandardSchema, SchemaProblem, standardValueSchema, type ValueSchema } from './value-schema.ts'

const NAME = /^[A-Za-z0-9_.-]{1,128}$/

const A_DETAILS_TYPE = 'what defineDetailsType returns'

function expected (what: string) {
  return { error: (issue: { input?: unknown }) => issue.input === undefined ? `missing; expected ${what}` : `expected ${what}` }
}

const text = z.string(expected('a text')).min(1, 'expected a text')
const hint = z.boolean(expected('true or false')).optional()
const aFunction = (what: string) => z.custom<(...args: never) => unknown>(value => typeof value === 'function', expected(what))

const declaration = z.looseObject({
  title: text,
  description: text,
  annotations: z.looseObject({
    title: text.optional(), readOnlyHint: hint, destructiveHint: hint, idempotentHint: hint, openWorldHint: hint
  }, expected('an object of hints')).optional(),
  unknownArguments: z.enum(['refuse', 'accept'], expected('"refuse" or "accept"')).optional(),
  access: z.strictObject({
    scopes: z.array(z.string(expected('a scope')).refine(isScopeToken, 'holds characters that RFC 6749 does not allow in a scope'),
      expected('a list of scopes, [] for a tool that needs none')),
    authentication: z.strictObject({
      acrValues: z.array(text, expected('a list of acr values')).optional(),
      maxAgeSeconds: z.number(expected('a number of seconds')).min(0, 'expected a number of seconds').optional()
    }, expected('{ acrValues?, maxAgeSeconds? }')).optional(),
    freshness: z.enum(['cached', 'fresh'], expected('"cached" or "fresh"')).optional(),
    details: z.strictObject({
      type: z.looseObject({ type: text, requires: aFunction(A_DETAILS_TYPE) }, expected(A_DETAILS_TYPE)),
      call: aFunction('a function of the input'),
      left: aFunction('a function of an element').optional()
    }, expected('{ type, call, left? }')).optional()
  }, {
    error: issue => issue.code === 'unrecognized_keys'
      ? `has unknown members: ${issue.keys.join(', ')}`
      : expected('an object with scopes').error(issue)
  }),
  run: aFunction('a function (permit, input, call)')
})

export interface CheckedDeclaration {
  readonly input: ValueSchema
  readonly output: ValueSchema | undefined
}

/**
 * @param place of the tool, where its name cannot be used: `tools[2]`
 * @throws GatewayError GW_TOOL_INVALID
 */
export function checkDeclaration (tool: Tool, place: string): CheckedDeclaration {
  const unknownTool: unknown = tool
  if (!isJsonObject(unknownTool)) throw invalid(place, 'expected a tool, as defineTool returns it')
  const { name } = unknownTool
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw invalid(place, `name: ${name === undefined ? 'missing; ' : ''}expected 1 to 128 letters, digits, "_", "-" or "."`)
  }
  const checked = declaration.safeParse(tool)
  const issue = checked.error?.issues[0]
  if (issue !== undefined) throw invalid(name, `${issue.path.join('.')}: ${issue.message}`)

  const input = schemaOf(name, 'input', tool.input)
  if (input === undefined) throw invalid(name, 'input: missing; expected a schema of the arguments')
  if (tool.unknownArguments !== 'accept' && !refusesUnknown(input.jsonSchema)) {
    throw invalid(name, 'input: lets unknown arguments pass; use z.strictObject or additionalProperties: false, ' +
      'or say unknownArguments: "accept"')
  }
  return { input, output: schemaOf(name, 'output', tool.output) }
}

function schemaOf (tool: string, field: 'input' | 'output', declared: unknown): ValueSchema | undefined {
  if (declared === undefined) return undefined
  if (typeof declared !== 'object' && typeof declared !== 'function') throw invalid(tool, `${field}: expected a schema`)
  try {
    const schema = isStandardSchema(declared)
      ? standardValueSchema(declared, field, `${tool}: ${field}`)
      : plainJsonSchema(declared as object)
    if (schema.jsonSchema['type'] !== 'object') throw new SchemaProblem('is no schema of an object: MCP asks for type "object"', [])
    return schema
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error
    throw invalid(tool, `${[field, ...error.path].join('.')}: ${error.message}`, error)
  }
}

/** @see https://json-schema.org/draft/2020-12/json-schema-core#name-unevaluatedproperties */
function refusesUnknown ({ additionalProperties, unevaluatedProperties }: JsonObject): boolean {
  return additionalProperties === false || unevaluatedProperties === false
}

function invalid (tool: string, problem: string, cause?: unknown): GatewayError {
  return new GatewayError('GW_TOOL_INVALID', `${tool}: ${problem}`, cause === undefined ? {} : { cause })
}
