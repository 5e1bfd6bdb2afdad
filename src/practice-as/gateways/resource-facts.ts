// What this server knows about a resource that it issues tokens for: its scopes, its authorization details types, and their words. A
// gateway publishes all of it; the tickets of the tutorial are known without asking.

import type { JsonObject } from '../../kernel/json.ts'
import type { Locale } from '../../kernel/locale.ts'
import { TICKET_SCOPES, TICKET_WRITE_SCOPE } from '../endpoints.ts'
import { TICKET_RESERVATION } from '../requested-reservation.ts'
import { TICKET_RESERVATION_METADATA } from '../ticket-reservation-metadata.ts'

export interface DetailsTypeFacts {
  readonly type: string
  /** The same JSON Schema with its texts in each language; English takes the place of a language that is not published. */
  readonly schema: Readonly<Record<Locale, JsonObject>>
  /** The entry of the types metadata, which this server publishes too. */
  readonly published: JsonObject
  /** Well-formed elements. */
  readonly examples: readonly JsonObject[]
}

export interface ResourceFacts {
  readonly resource: string
  /** For people; absent: the identifier takes its place. */
  readonly name: string | undefined
  readonly scopes: readonly string[]
  /** Titles of the tools that need a scope; a scope without such tools is absent. */
  readonly toolsOf: Readonly<Record<string, readonly string[]>>
  readonly types: readonly DetailsTypeFacts[]
  /** The scopes of each tool whose calls are limited by details; `undefined`: not known. */
  readonly limitedTools: readonly (readonly string[])[] | undefined
}

const TICKETS: DetailsTypeFacts = {
  type: TICKET_RESERVATION,
  published: TICKET_RESERVATION_METADATA,
  schema: { en: TICKET_RESERVATION_METADATA.schema, ja: TICKET_RESERVATION_METADATA['schema#ja'] },
  examples: TICKET_RESERVATION_METADATA.examples
}

/** Of a resource that is not asked. */
export function ticketFacts (resource: string): ResourceFacts {
  return { resource, name: undefined, scopes: TICKET_SCOPES, toolsOf: {}, types: [TICKETS], limitedTools: [[TICKET_WRITE_SCOPE]] }
}

/** Whether a token with these scopes can call a tool that details limit. A limit is a question only then. */
export function areLimitsNeeded ({ limitedTools }: ResourceFacts, scopes: readonly string[]): boolean {
  return limitedTools === undefined || limitedTools.some(needed => needed.every(scope => scopes.includes(scope)))
}

/** Whether it has the tickets of the tutorial and nothing else to limit: those have a page of their own. */
export function isTicketsAlone (types: readonly DetailsTypeFacts[]): boolean {
  return types.length > 0 && types.every(({ type }) => type === TICKET_RESERVATION)
}
