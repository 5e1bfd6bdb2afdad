// What does the other MCP server of the measurements answer? The same over HTTP and over stdio, and as little work as there can be: its
// answers are texts made once.

import { describeTicket, referenceTicket } from '../reference-ticket.ts'

export const UPSTREAM_REVISION = '2025-11-25'

export const UPSTREAM_TOOLS = [
  {
    name: 'get_ticket',
    title: 'Get a ticket',
    description: 'Gets one ticket by its id.',
    inputSchema: { type: 'object', properties: { ticket_id: { type: 'integer' } }, required: ['ticket_id'] },
    outputSchema: {
      type: 'object',
      properties: {
        id: { type: 'integer' },
        title: { type: 'string' },
        price: { type: 'integer' },
        currency: { type: 'string' },
        available_seats: { type: 'integer' }
      },
      required: ['id', 'title', 'price', 'currency', 'available_seats'],
      additionalProperties: false
    },
    annotations: { readOnlyHint: true }
  },
  {
    name: 'get_report',
    description: 'Gets so many megabytes of text.',
    inputSchema: { type: 'object', properties: { megabytes: { type: 'integer' } }, required: ['megabytes'] },
    annotations: { readOnlyHint: true }
  }
] as const

export interface AskedMessage {
  readonly id?: number | string
  readonly method: string
  readonly params?: { readonly name?: string, readonly arguments?: { readonly ticket_id?: number, readonly megabytes?: number } }
}

const INITIALIZED = JSON.stringify({
  protocolVersion: UPSTREAM_REVISION, capabilities: { tools: {} }, serverInfo: { name: 'measured', version: '1.0.0' }
})
const LIST = JSON.stringify({ tools: UPSTREAM_TOOLS })
const results = new Map<string, string>()

/** @returns undefined for a notification, which has no answer */
export function upstreamAnswer ({ id, method, params }: AskedMessage): string | undefined {
  if (id === undefined) return undefined
  const answer = (result: string) => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`
  switch (method) {
    case 'initialize': return answer(INITIALIZED)
    case 'tools/list': return answer(LIST)
    case 'tools/call': return answer(resultOf(params))
    default: return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":{"code":-32601,"message":"Method not found"}}`
  }
}

function resultOf ({ name, arguments: { ticket_id: ticketId = 0, megabytes = 0 } = {} }: NonNullable<AskedMessage['params']> = {}): string {
  const key = `${name} ${ticketId} ${megabytes}`
  const known = results.get(key)
  if (known !== undefined) return known
  const ticket = referenceTicket(ticketId)
  const made = JSON.stringify(name === 'get_report'
    ? { content: [{ type: 'text', text: reportOf(megabytes) }] }
    : { content: [{ type: 'text', text: describeTicket(ticket) }], structuredContent: ticket })
  results.set(key, made)
  return made
}

const LINE = 'A line of a report, with "quotes" and an umlaut: ö.\n'

/** So many megabytes once it is written as JSON; each line needs escapes, as the text of a program does. */
export function reportOf (megabytes: number): string {
  return LINE.repeat(Math.floor(megabytes * 1_000_000 / (Buffer.byteLength(JSON.stringify(LINE)) - 2)))
}
