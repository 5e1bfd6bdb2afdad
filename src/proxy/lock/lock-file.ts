// The lock: the definitions of another server's tools as a person reviewed them. It is the registry of those tools: what is listed,
// published and enforced is made of it, and a model reads no other text. Read strictly; an edited lock is refused.

import { z } from 'zod'
import type { Finding } from '../../config/finding.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { TEMPLATE_METHODS, TEMPLATE_STYLES, type RequestTemplate } from '../../upstream/rest/request-template.ts'
import { lockedHash } from './definition-hash.ts'

export interface LockedTool {
  readonly hash: string
  /** As the server listed it, without `_meta`. */
  readonly definition: JsonObject
  /** Of a REST API: the request that a call makes. */
  readonly request?: RequestTemplate
  /** JSON pointers of arguments that came with an accepted change: refused until the decision about the tool names them. */
  readonly heldBack?: readonly string[]
}

export interface Lock {
  readonly upstream: string
  /** The protocol revision of the server, or `openapi-3.0` or `openapi-3.1`. */
  readonly revision: string
  /** RFC 3339 date-time. */
  readonly reviewed: string
  /** As the server calls itself; told, not compared. */
  readonly server: { readonly name: string, readonly version: string }
  readonly tools: Readonly<Record<string, LockedTool>>
}

const definition = z.looseObject({
  name: z.string().min(1),
  inputSchema: z.looseObject({ type: z.literal('object') })
})

const place = z.array(z.string().min(1)).min(1).max(2)

const request = z.strictObject({
  method: z.literal(TEMPLATE_METHODS),
  path: z.string().startsWith('/'),
  parameters: z.array(z.strictObject({
    in: z.literal(['path', 'query', 'header']), name: z.string().min(1), at: place, style: z.literal(TEMPLATE_STYLES), required: z.boolean()
  })),
  body: z.strictObject({
    contentType: z.string().min(1), required: z.boolean(), at: place.exactOptional(), members: z.array(z.string()).exactOptional()
  }).exactOptional()
})

const lockSchema = z.strictObject({
  upstream: z.string(),
  revision: z.string().regex(/^(?:\d{4}-\d{2}-\d{2}|openapi-3\.[01])$/),
  reviewed: z.iso.datetime(),
  server: z.strictObject({ name: z.string(), version: z.string() }),
  tools: z.record(z.string().min(1), z.strictObject({
    hash: z.string(), definition, request: request.exactOptional(), heldBack: z.array(z.string().startsWith('/')).exactOptional()
  }))
})

const REVIEW = 'run mcp-resource-gateway upstream review'

/** Each finding has the path of what is wrong in the lock. */
export function parseLock (text: string, upstream: string): Result<Lock, readonly Finding[]> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return err([{ path: 'lock', message: `expected JSON; ${REVIEW}` }])
  }
  const parsed = lockSchema.safeParse(json)
  if (!parsed.success) {
    return err(parsed.error.issues.slice(0, 20).map(({ path }) => {
      return { path: ['lock', ...path].join('.'), message: `not as a review writes it; ${REVIEW}` }
    }))
  }
  const lock = parsed.data as unknown as Lock
  if (lock.upstream !== upstream) return err([{ path: 'lock.upstream', message: `expected ${upstream}, the name of the upstream` }])
  const edited = Object.entries(lock.tools).filter(([name, tool]) => {
    return tool.definition['name'] !== name || lockedHash(tool.definition, tool.request) !== tool.hash
  })
  if (edited.length === 0) return ok(lock)
  return err(edited.map(([name]) => ({ path: `lock.tools.${name}`, message: `was edited after the review; ${REVIEW}` })))
}

/** Sorted, one member a line: what a review changes is what a comparison of two versions shows. */
export function lockText ({ upstream, revision, reviewed, server, tools }: Lock): string {
  const sorted = Object.fromEntries(Object.entries(tools).toSorted(([a], [b]) => a < b ? -1 : 1))
  return `${JSON.stringify({ upstream, revision, reviewed, server, tools: sorted }, null, 2)}\n`
}

/** Such a tool cannot be called without tasks, which are not proxied. */
export function needsTasks (definition: JsonObject): boolean {
  const { execution } = definition
  return typeof execution === 'object' && execution !== null && 'taskSupport' in execution && execution.taskSupport === 'required'
}
