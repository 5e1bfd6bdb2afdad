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
 */
export function schemaMistakes (error: z.ZodError, sourceOf?: (path: string) => string): ConfigMistake[] {
  return error.issues.flatMap(issue => {
    const path = issue.path.join('.')
    const source = sourceOf?.(path)
    if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownMember(issue.path, key, source))
    const advice = sourceOf === undefined ? '' : remedy(issue.path, issue.message)
    return [{ path: path === '' ? 'configuration' : path, source, expected: issue.message + advice }]
  })
}

function unknownMember (parent: readonly PropertyKey[], key: string, source: string | undefined): ConfigMistake {
  const nearest = nearestName(key, memberNames(parent))
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

function memberNames (path: readonly PropertyKey[]): string[] {
  let node: unknown = z.toJSONSchema(gatewayConfigSchema, { io: 'input' })
  for (const step of path) node = typeof step === 'number' ? itemsOf(node) : propertiesOf(node)[String(step)]
  return Object.keys(propertiesOf(node))
}

function itemsOf (node: unknown): unknown {
  return isJsonObject(node) ? node['items'] : undefined
}

function propertiesOf (node: unknown): JsonObject {
  const properties = isJsonObject(node) ? node['properties'] : undefined
  return isJsonObject(properties) ? properties : {}
}
