// Lists the tools of another server, page by page, within bounds: a server whose cursor never advanced made 160 tools of 8
// (https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/pagination).

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Connection, ServerDescription } from './upstream-connection.ts'
import type { Answer, Question } from './question.ts'
import { outcomeOfResponse } from './response-outcome.ts'
import type { ListingProblem, UpstreamListing } from './upstream-port.ts'

const MAX_PAGES = 100
const MAX_TOOLS = 2000
export const MAX_LISTING_BYTES = 4 * 1024 * 1024
const LONGEST_INSTRUCTIONS = 16_384
const LONGEST_NAME = 200
const UNREADABLE: ListingProblem = { kind: 'unknown', reason: 'unreadable' }

type Lost = { readonly kind: 'lost' }
type Asked<T> = Result<T, ListingProblem | Lost>

/** @param revision used where the connection was opened without `initialize` */
export async function listTools (connection: Connection, revision: string, endsAtMs: number): Promise<Asked<UpstreamListing>> {
  const described = connection.description === undefined ? await discover(connection, revision, endsAtMs) : ok(connection.description)
  if (!described.ok) return described
  const tools = await pagesOf(connection, described.value.revision, endsAtMs)
  return tools.ok ? ok({ ...identityOf(described.value), tools: tools.value }) : tools
}

async function discover (connection: Connection, revision: string, endsAtMs: number): Promise<Asked<ServerDescription>> {
  const question: Question = {
    method: 'server/discover', params: {}, endsAtMs, cancellable: true, maxBytes: MAX_LISTING_BYTES
  }
  const result = resultOf(await connection.ask(question), revision)
  return result.ok ? ok({ revision, result: result.value }) : result
}

async function pagesOf (connection: Connection, revision: string, endsAtMs: number): Promise<Asked<readonly JsonObject[]>> {
  const tools: JsonObject[] = []
  const cursors = new Set<string>()
  let bytes = 0
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const question: Question = {
      method: 'tools/list', params: cursor === undefined ? {} : { cursor }, endsAtMs, cancellable: true, maxBytes: MAX_LISTING_BYTES
    }
    const answer = await connection.ask(question)
    const result = resultOf(answer, revision)
    if (!result.ok) return result
    if (answer.kind === 'response') bytes += answer.bytes
    if (bytes > MAX_LISTING_BYTES) return err({ kind: 'endless', what: 'bytes' })
    const { tools: listed, nextCursor } = result.value
    if (!Array.isArray(listed) || !listed.every(isNamedTool)) return err(UNREADABLE)
    tools.push(...listed)
    if (tools.length > MAX_TOOLS) return err({ kind: 'endless', what: 'tools' })
    if (typeof nextCursor !== 'string') return ok(tools)
    if (cursors.has(nextCursor)) return err({ kind: 'endless', what: 'cursor' })
    cursors.add(nextCursor)
    cursor = nextCursor
  }
  return err({ kind: 'endless', what: 'pages' })
}

function isNamedTool (value: unknown): value is JsonObject {
  return isJsonObject(value) && typeof value['name'] === 'string'
}

function resultOf (answer: Answer, revision: string): Asked<JsonObject> {
  if (answer.kind === 'answered') return err(UNREADABLE)
  if (answer.kind !== 'response') return err(answer.kind === 'too-large' ? { kind: 'endless', what: 'bytes' } : answer)
  const outcome = outcomeOfResponse(answer.body, revision)
  if (outcome.kind !== 'answered') return err(outcome)
  // `_meta` of discovery names the server, so the result is taken as it came.
  const { result } = answer.body
  return isJsonObject(result) ? ok(result) : err(UNREADABLE)
}

function identityOf ({ revision, result }: ServerDescription): Omit<UpstreamListing, 'tools'> {
  const meta = result['_meta']
  const stated = result['serverInfo'] ?? (isJsonObject(meta) ? meta['io.modelcontextprotocol/serverInfo'] : undefined)
  const { capabilities, instructions } = result
  return {
    revision,
    server: { name: textOf(stated, 'name'), version: textOf(stated, 'version') },
    capabilities: isJsonObject(capabilities) ? capabilities : {},
    ...(typeof instructions === 'string' && { instructions: instructions.slice(0, LONGEST_INSTRUCTIONS) })
  }
}

function textOf (stated: unknown, member: string): string {
  const value = isJsonObject(stated) ? stated[member] : undefined
  return typeof value === 'string' ? value.slice(0, LONGEST_NAME) : ''
}
