// The example tickets as `mcp-resource-gateway/tickets`: tools for the plugin, on a storage that they open. For trying the plugin out
// before there are tools of your own.

import { systemClock } from '../kernel/clock.ts'
import type { Locale } from '../kernel/locale.ts'
import type { Tool } from '../mcp/tool.ts'
import { openTicketService } from './ticket-service.ts'

export interface TicketsOptions {
  /** The `resource.identifier` of the plugin's configuration. */
  readonly resource: string
  /** Of titles and descriptions; `en` by default. */
  readonly locale?: Locale
  readonly storage: {
    /** `sqlite:<path>`, `sqlite::memory:` (both need the package libsql), or `postgres://user:password@host:port/database` (pg). */
    readonly url: string
    /** `false`: a database that is missing is a fault. */
    readonly create?: boolean
    /** Connections to PostgreSQL, at most; 10 by default. */
    readonly maxConnections?: number
  }
}

/** The members are options of the plugin by the same names, but for `close`. */
export interface Tickets {
  readonly tools: readonly Tool[]
  readonly readiness: ReadonlyArray<{ readonly name: string, readonly check: () => Promise<void> }>
  /** What is stored about people, for the policy page. */
  readonly policyStatements: readonly string[]
  /** Closes the storage, after the application is closed. */
  readonly close: () => Promise<void>
}

/**
 * Opens the storage, and fills it with example tickets where there is none.
 * @throws GatewayError GW_CONFIG_INVALID where the package of the database is missing; StorageUnavailable (as a rejected promise)
 */
export async function openTickets ({ locale = 'en', ...options }: TicketsOptions): Promise<Tickets> {
  const { tools, readiness, policyStatements, close } = await openTicketService({ ...options, locale, clock: systemClock })
  return { tools, readiness, policyStatements, close }
}
