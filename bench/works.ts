// What is asked of every server, and what is a right answer? One definition for all: what differs between servers is
// how they come to it.

import { describeTicket, referenceTicket } from './reference-ticket.ts'
import type { Work, WorkAnswer } from './load.ts'

/** Every server accepts any token of 43 characters; the stub authorization server knows all of them. */
const TOKEN = 'bench-token-of-forty-three-characters-00000'

type Json = Readonly<Record<string, unknown>>

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' } as const
const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {}
}

export type Era = 'legacy' | 'modern' | 'unversioned'

/** @param token one for all, or another for each request */
function call (method: string, params: (number: number) => Json, era: Era, token: (number: number) => string, check: Work['check']): Work {
  return {
    request (number) {
      const { name } = params(number)
      return {
        headers: { ...JSON_HEADERS, authorization: `Bearer ${token(number)}`, ...eraHeaders(era, method, name) },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: number,
          method,
          params: { ...params(number), ...(era === 'modern' ? { _meta: MODERN_META } : {}) }
        })
      }
    },
    check
  }
}

function eraHeaders (era: Era, method: string, name: unknown): Readonly<Record<string, string>> {
  switch (era) {
    case 'unversioned': return {}
    case 'legacy': return { 'mcp-protocol-version': '2025-11-25' }
    case 'modern': return {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {})
    }
  }
}

const known = () => TOKEN
const withTotal = () => 'bench-total-'.padEnd(43, 'x')
const newToken = (number: number) => `bench-cold-token-${process.pid}-${number}-`.padEnd(43, '0')
const knownToken = (index: number) => `bench-token-${index}-`.padEnd(43, '0')
const ticketId = (number: number) => number % 3 + 1

function toolCall (
  tool: string,
  args: (number: number) => Json,
  era: Era,
  token: (number: number) => string,
  checkResult: (result: Json, number: number) => string | undefined
): Work {
  return call('tools/call', number => ({
    name: tool,
    arguments: args(number)
  }), era, token, (answer, number) => withResult(answer, number, result => checkResult(result, number)))
}

function checkTicket (result: Json, number: number): string | undefined {
  const wanted = referenceTicket(ticketId(number))
  const [content] = result['content'] as [{ text?: unknown }?]
  const told = JSON.stringify(result['structuredContent']) === JSON.stringify(wanted) || content?.text === describeTicket(wanted)
  return told ? undefined : 'another ticket'
}

export const getTicket = (era: Era = 'legacy'): Work => toolCall(
  'get_ticket', number => ({ ticket_id: ticketId(number) }), era, known, checkTicket
)

/** The text is not read: looking for a wrong letter would cost the load more than the text costs the server. */
export const getReport = (megabytes: number): Work => ({
  ...toolCall('get_report', () => ({ megabytes }), 'legacy', known, () => undefined),
  check: ({ status, text }) => status === 200 && text.length > megabytes * 900_000 && text.endsWith('}]}}') ? undefined : 'no report'
})

/** Of a tool of another server, under the name that the gateway gives it. */
export const getTicketFrom = (tool: string): Work =>
  toolCall(tool, number => ({ ticket_id: ticketId(number) }), 'legacy', known, checkTicket)

/** With one of so many tokens, all seen before. */
export const getTicketWithOneOf = (tokens: number): Work =>
  toolCall('get_ticket', number => ({ ticket_id: ticketId(number) }), 'legacy', number => knownToken(number * 7919 % tokens), checkTicket)

/** Every one of so many tokens once, as the numbers of requests go on. */
export const getTicketWithEachOf = (tokens: number): Work =>
  toolCall('get_ticket', number => ({ ticket_id: ticketId(number) }), 'legacy', number => knownToken(number % tokens), checkTicket)

/** Each of so many persons in turn, so many calls one after another. */
export const getTicketInSeries = (persons: number, calls: number): Work =>
  toolCall('get_ticket', number => ({ ticket_id: ticketId(number) }), 'legacy', number => {
    return knownToken(Math.floor(number / calls) % persons)
  }, checkTicket)

/** With a token that carries so many authorization details, of which the last is enough. */
export const getTicketWithElements = (elements: number): Work =>
  toolCall(
    'get_ticket', number => ({ ticket_id: ticketId(number) }), 'legacy', () => `bench-elements-${elements}-`.padEnd(43, '0'), checkTicket
  )

export const getTicketWithNewToken: Work = toolCall(
  'get_ticket', number => ({ ticket_id: ticketId(number) }), 'legacy', newToken, checkTicket
)

export const listTickets: Work = toolCall('list_tickets', () => ({}), 'legacy', known, result => {
  const { tickets } = structureOf(result) as { tickets?: ReadonlyArray<{ readonly id: number }> }
  return tickets?.map(({ id }) => id).join() === '1,2,3' ? undefined : 'other tickets'
})

export const getCountedTicket: Work = toolCall(
  'get_ticket', number => ({ ticket_id: ticketId(number) }), 'legacy', withTotal, checkTicket
)

export const reserveTicket = reserving(known)
/** Each debits a total. */
export const reserveWithinTotal = reserving(withTotal)

function reserving (token: () => string): Work {
  return toolCall('reserve_ticket', () => ({ ticket_id: 1, seats: 1 }), 'legacy', token, checkReservation)
}

function checkReservation (result: Json): string | undefined {
  const { reservation } = structureOf(result) as { reservation?: { readonly seats_reserved: number, readonly amount: number } }
  return reservation?.seats_reserved === 1 && reservation.amount === 5000 ? undefined : 'another reservation'
}

export const searchTickets = (search: Json, found: number): Work => toolCall('search_tickets', () => search, 'legacy', known, result => {
  const { tickets } = structureOf(result) as { tickets?: readonly unknown[] }
  return tickets?.length === found ? undefined : 'other tickets'
})

export const reservationsOfMine: Work = toolCall('get_user_reservations', () => ({}), 'legacy', known, result => {
  const { reservations } = structureOf(result) as { reservations?: readonly unknown[] }
  return reservations === undefined ? 'no reservations' : undefined
})

const hasGetTicket = alikeOrChecked((answer, number) => withResult(answer, number, ({ tools }) =>
  Array.isArray(tools) && tools.some(({ name }: Json) => name === 'get_ticket') ? undefined : 'other tools'))

export const toolsList = (era: Era = 'legacy'): Work => call('tools/list', () => ({}), era, known, hasGetTicket)

/**
 * An answer that differs from a checked one by its id alone is right as well. Parsing each long list would make the load slower
 * than the server, and a server that waits between requests is woken for each of them.
 */
function alikeOrChecked (check: Work['check']): Work['check'] {
  const right: string[] = []
  return (answer, number) => {
    const withoutId = `${answer.status} ${answer.text.replace(`"id":${number}`, '"id":')}`
    if (right.includes(withoutId)) return undefined
    const problem = check(answer, number)
    if (problem === undefined) right.push(withoutId)
    return problem
  }
}

/** With more headers: those of a session. */
export function withHeaders (work: Work, more: Readonly<Record<string, string>>): Work {
  return {
    ...work,
    request (number) {
      const { headers, body } = work.request(number)
      return { headers: { ...headers, ...more }, body }
    }
  }
}

export const withoutToken: Work = {
  request: number => ({ headers: JSON_HEADERS, body: JSON.stringify({ jsonrpc: '2.0', id: number, method: 'tools/list', params: {} }) }),
  check: ({ status, headers }) =>
    status === 401 && /^Bearer .*resource_metadata="http/.test(String(headers['www-authenticate'])) ? undefined : 'no challenge'
}

/** Some peers have no structure beside the text. */
function structureOf (result: Json): Json {
  const [content] = result['content'] as [{ text?: string }?]
  return (result['structuredContent'] ?? JSON.parse(content?.text ?? '{}')) as Json
}

/** The answer may come as a stream of one message. */
function withResult (
  { status, headers, text }: WorkAnswer, number: number, check: (result: Json) => string | undefined
): string | undefined {
  if (status !== 200) return 'refused'
  const streamed = String(headers['content-type']).startsWith('text/event-stream')
  const json = streamed ? text.split('\n').filter(line => line.startsWith('data: {')).at(-1)?.slice(6) ?? '{}' : text
  const { id, result } = JSON.parse(json) as { id?: unknown, result?: Json }
  if (id !== number) return 'an answer to another request'
  return result === undefined ? 'no result' : check(result)
}
