// The ticket service: tools, readiness and end in one object. Other rooms import this file only, never the tools or the
// storage (.dependency-cruiser.cjs).

import type { Clock } from '../kernel/clock.ts'
import type { Locale } from '../kernel/locale.ts'
import type { Tool } from '../mcp/tool.ts'
import type { TicketStore } from './domain/ticket-store.ts'
import { checkFolder } from '../storage/missing-database.ts'
import { openTicketStore } from './storage/open-ticket-store.ts'
import { createWatchedStore, type StoreWatch } from './storage/watched-store.ts'
import { createTicketDesk, type TicketDesk } from './ticket-desk.ts'
import { createTicketTools } from './tools/ticket-tools.ts'

export type { OwnReservation, ReserveFailure } from './domain/reservation.ts'
export type { Ticket } from './domain/ticket.ts'
export type { TicketDesk } from './ticket-desk.ts'

export interface TicketService {
  /** The service's name for people, in the configured language. */
  readonly title: string
  /** In the order of `tools/list`. */
  readonly tools: readonly Tool[]
  /** The same for another resource identifier. */
  readonly toolsAt: (resource: string) => readonly Tool[]
  /** For a person without a client. */
  readonly desk: TicketDesk
  readonly readiness: ReadonlyArray<{ readonly name: string, readonly check: () => Promise<void> }>
  /** What the service stores about people, as sentences for the gateway's policy page. */
  readonly policyStatements: readonly string[]
  /** For metrics. */
  readonly connections: TicketStore['connections']
  /** Closes the storage. A second call has no effect. */
  readonly close: () => Promise<void>
}

export interface TicketServiceSettings {
  readonly locale: Locale
  /** The configured resource identifier. */
  readonly resource: string
  readonly clock: Clock
  readonly observe?: StoreWatch['observe']
  readonly tracing?: StoreWatch['tracing']
}

export interface TicketServiceOptions extends TicketServiceSettings {
  /** Called when there was no database, and one was created. */
  readonly onCreated?: (() => void) | undefined
  readonly storage: {
    /** `sqlite:<path>`, `sqlite::memory:` or `postgres://user:password@host:port/database`. */
    readonly url: string
    /** `false`: a database that is missing is a fault. */
    readonly create?: boolean
    /** Connections to PostgreSQL, at most. */
    readonly maxConnections?: number
  }
}

/**
 * Opens the storage, and creates and fills it where there is none.
 *
 * @example
 * const service = await openTicketService({
 *   storage: { url: 'sqlite::memory:' }, locale: 'en', resource: 'https://api.example/mcp', clock: systemClock
 * })
 * @throws GatewayError GW_CONFIG_INVALID, GW_STORAGE_SCHEMA_INCOMPATIBLE; StorageUnavailable (as a rejected promise)
 */
export async function openTicketService ({ storage, onCreated, ...settings }: TicketServiceOptions): Promise<TicketService> {
  const { clock, locale } = settings
  checkFolder(storage.url)
  return createTicketService(await openTicketStore({ ...storage, clock, locale, onCreated }), settings)
}

/** The service on a store that is open already. Closing the service closes the store. */
export function createTicketService (
  opened: TicketStore, { locale, resource, clock, observe, tracing }: TicketServiceSettings
): TicketService {
  const store = observe === undefined && tracing === undefined ? opened : createWatchedStore(opened, { clock, observe, tracing })
  const toolsAt = (identifier: string) => createTicketTools({ store, clock, locale, resource: identifier })
  return {
    title: locale === 'ja' ? 'チケット予約' : 'Ticket reservations',
    tools: toolsAt(resource),
    toolsAt,
    desk: createTicketDesk(store, clock),
    readiness: [{ name: 'storage', check: store.ping }],
    policyStatements: [locale === 'ja'
      ? '予約は利用者の発行者（issuer）と sub と共に保存し、本人にのみ表示します。'
      : 'Reservations are stored with the issuer and the subject of the person, and are shown to that person alone.'],
    connections: store.connections,
    close: store.close
  }
}
