// Mistakes in the configuration, one line each: the member, its source, and what was expected; never the value.

import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { variableFor } from './environment.ts'
import { nearestName } from './nearest-name.ts'
import { gatewayConfigSchema } from './schema.ts'

export interface ConfigMistake {
  /** The member, dotted from the root of the file; or a file, a variable or an option. */
  readonly path: string
  /** The file or the environment variable that the value came from. */
  readonly source: string | undefined
  /** What was expected. Never a value. */
  readonly expected: string
}

/** `cache.ttlSeconds (CACHE_TTL_SECONDS): expected a whole number of seconds from 0 to 300` */
export function formatMistake ({ path, source, expected }: ConfigMistake): string {
  return source === undefined ? `${path}: ${expected}` : `${path} (${source}): ${expected}`
}

/**
 * The mistakes that the schema reports.
 * @param sourceOf the file or variable that the member at a dotted path came from; absent: the configuration is an object, and no
 * message advises a file or a variable
 * @param schema of the file, for the nearest names; that of the configuration by default
 */
export function schemaMistakes (
  error: z.ZodError, sourceOf?: (path: string) => string, schema: z.ZodType = gatewayConfigSchema
): ConfigMistake[] {
  return error.issues.flatMap(issue => mistakesOf(issue, [])).flatMap(({ path: parts, issue }) => {
    const path = parts.join('.')
    const source = sourceOf?.(path)
    if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownMember(parts, key, source, schema))
    const advice = sourceOf === undefined || schema !== gatewayConfigSchema ? '' : remedy(parts, issue.message)
    return [{ path: path === '' ? 'configuration' : path, source, expected: issue.message + advice }]
  })
}

interface PlacedIssue {
  readonly path: readonly PropertyKey[]
  readonly issue: z.core.$ZodIssue
}

/** Of a member that may have several forms, the mistakes in the form that was meant: the one whose type is right. */
function mistakesOf (issue: z.core.$ZodIssue, parent: readonly PropertyKey[]): readonly PlacedIssue[] {
  const path = [...parent, ...issue.path]
  if (issue.code !== 'invalid_union') return [{ path, issue }]
  const meant = issue.errors.find(form => form.every(({ path: inner, code }) => inner.length > 0 || code === 'unrecognized_keys'))
  return meant === undefined ? [{ path, issue }] : meant.flatMap(inner => mistakesOf(inner, path))
}

function unknownMember (
  parent: readonly PropertyKey[], key: string, source: string | undefined, schema: z.ZodType
): ConfigMistake {
  const nearest = nearestName(key, memberNames(parent, schema))
  return {
    path: [...parent, key].join('.'),
    source,
    expected: nearest === undefined ? 'unknown member' : `unknown member; did you mean ${nearest}?`
  }
}

function remedy (path: readonly PropertyKey[], message: string): string {
  const variable = variableFor(path)
  return variable !== undefined && message.startsWith('missing') ? ` (in the file or in ${variable.name})` : ''
}

function memberNames (path: readonly PropertyKey[], schema: z.ZodType): string[] {
  let node: unknown = z.toJSONSchema(schema, { io: 'input' })
  for (const step of path) node = typeof step === 'number' ? itemsOf(node) : propertiesOf(node)[String(step)] ?? valuesOf(node)
  return Object.keys(propertiesOf(node))
}

/** The schema of each value of an object with free names. */
function valuesOf (node: unknown): unknown {
  return isJsonObject(node) ? node['additionalProperties'] : undefined
}

function itemsOf (node: unknown): unknown {
  return isJsonObject(node) ? node['items'] : undefined
}

function propertiesOf (node: unknown): JsonObject {
  if (!isJsonObject(node)) return {}
  const { properties, anyOf } = node
  if (Array.isArray(anyOf)) return Object.assign({}, ...anyOf.map(propertiesOf)) as JsonObject
  return isJsonObject(properties) ? properties : {}
}
