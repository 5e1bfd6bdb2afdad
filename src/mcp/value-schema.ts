// A schema as the gateway uses it: JSON Schema to publish, and one function that checks a value. Only this file and
// plain-json-schema.ts know which library a schema comes from.

import { z } from 'zod'
import { GatewayError } from '../kernel/fault.ts'
import type { JsonObject } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { JsonSchemaConverter, StandardIssue, StandardSchema } from './standard-schema.ts'

export interface ValueSchema {
  /** Draft 2020-12 where `$schema` is absent. */
  readonly jsonSchema: JsonObject
  /** Synchronous. The value that comes back has defaults filled in, where the library does that. */
  readonly parse: (value: unknown) => Result<unknown, readonly ValueIssue[]>
}

/** `message` never holds the value. */
export interface ValueIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Why a schema cannot be used. `path` leads from the schema's root to the part in question. */
export class SchemaProblem extends Error {
  override readonly name = 'SchemaProblem'
  readonly path: readonly string[]

  constructor (message: string, path: readonly string[], options?: ErrorOptions) {
    super(message, options)
    this.path = path
  }
}

/** The dialect that MCP assumes where `$schema` is absent. */
const ASSUMED_DIALECT = 'https://json-schema.org/draft/2020-12/schema'

export function isStandardSchema (schema: unknown): schema is StandardSchema {
  return (typeof schema === 'object' || typeof schema === 'function') && schema !== null && '~standard' in schema
}

/**
 * @param io which side of the schema is published: what it takes, or what it makes of that
 * @param place for the operator: which tool's schema it is
 * @throws SchemaProblem when JSON Schema cannot say it
 */
export function standardValueSchema (schema: StandardSchema, io: 'input' | 'output', place: string): ValueSchema {
  const { validate } = schema['~standard']
  return {
    jsonSchema: jsonSchemaOf(schema, io),
    parse (value) {
      const result = validate(value)
      if (result instanceof Promise) return refusePromise(result, place)
      return result.issues === undefined ? ok(result.value) : err(result.issues.map(issueOf))
    }
  }
}

/**
 * Arguments are checked before the scope is, and a check that waits for something could tell a caller without the scope
 * what it found. What needs I/O belongs into `access.details` or `run`.
 */
function refusePromise (result: Promise<unknown>, place: string): never {
  result.catch(() => {})
  throw new GatewayError('GW_TOOL_FAILED', `${place}: the schema returned a promise: a check is asynchronous, or threw`)
}

/** A body may hold thousands of unknown arguments: so many are named. */
const MAX_NAMED = 5
const MAX_NAME_CHARACTERS = 64
const MAX_MESSAGE_CHARACTERS = 500

function issueOf (issue: StandardIssue): ValueIssue {
  const { message, path = [] } = issue
  return {
    message: unknownNames(issue) ?? message.slice(0, MAX_MESSAGE_CHARACTERS),
    path: path.map(part => typeof part === 'object' ? part.key : part)
  }
}

/** In the words of zod, whose issues list all of them; `undefined` where there are few, or where another library wrote the message. */
function unknownNames (issue: StandardIssue): string | undefined {
  const { code, keys } = issue as { readonly code?: unknown, readonly keys?: unknown }
  if (code !== 'unrecognized_keys' || !Array.isArray(keys) || keys.length <= MAX_NAMED) return undefined
  const named = keys.slice(0, MAX_NAMED).map(key => `"${String(key).slice(0, MAX_NAME_CHARACTERS)}"`).join(', ')
  return `Unrecognized keys: ${named} and ${keys.length - MAX_NAMED} more`
}

function jsonSchemaOf (schema: StandardSchema, io: 'input' | 'output'): JsonObject {
  const { $schema, ...rest } = convert(schema, io, []) as JsonObject
  return $schema === undefined || ($schema === ASSUMED_DIALECT && !declaresDialect(schema)) ? rest : { $schema, ...rest }
}

/** The converter of zod always writes `$schema`; its registry says whether the declaration has it. What others write is kept. */
function declaresDialect (schema: StandardSchema): boolean {
  return !('_zod' in schema) || z.globalRegistry.get(schema as unknown as z.ZodType)?.['$schema'] !== undefined
}

function convert (schema: StandardSchema, io: 'input' | 'output', path: readonly string[]): Record<string, unknown> {
  try {
    return converterOf(schema, path)[io]({ target: 'draft-2020-12' })
  } catch (cause) {
    if (cause instanceof SchemaProblem) throw cause
    for (const [name, member] of Object.entries(membersOf(schema))) if (isStandardSchema(member)) convert(member, io, [...path, name])
    const reason = cause instanceof Error ? cause.message : 'its library fails'
    throw new SchemaProblem(`cannot be said in JSON Schema: ${reason}`, path, { cause })
  }
}

/** zod has a converter since 4.2; the same zod describes schemas of 4.0 and 4.1. */
function converterOf (schema: StandardSchema, path: readonly string[]): JsonSchemaConverter {
  const { jsonSchema, vendor } = schema['~standard']
  if (jsonSchema !== undefined) return jsonSchema
  if (vendor !== 'zod') throw new SchemaProblem(`of ${vendor} has no JSON Schema; use withJsonSchema(schema, jsonSchema)`, path)
  const ofZod = (io: 'input' | 'output') => () => z.toJSONSchema(schema as unknown as z.ZodType, { io }) as Record<string, unknown>
  return { input: ofZod('input'), output: ofZod('output') }
}

/** Members of an object schema, where its library shows them (zod does): to name the one that is wrong. */
function membersOf (schema: StandardSchema): object {
  const { shape } = schema as { readonly shape?: unknown }
  return typeof shape === 'object' && shape !== null ? shape : {}
}

/**
 * A schema of a library without Standard JSON Schema, with the JSON Schema that is published for it.
 * @example input: withJsonSchema(schema, { type: 'object', properties: { … }, additionalProperties: false })
 */
export function withJsonSchema<Schema extends StandardSchema<unknown, object>> (schema: Schema, jsonSchema: object): Schema {
  const published = () => ({ ...jsonSchema })
  return { '~standard': { ...schema['~standard'], jsonSchema: { input: published, output: published } } } as unknown as Schema
}
