// Opens the ticket store that a storage URL names. Only the adapter of its scheme is loaded.

import type { Clock } from '../../kernel/clock.ts'
import { DEFAULT_LOCALE, type Locale } from '../../kernel/locale.ts'
import { importOptional } from '../../kernel/optional-package.ts'
import { databaseAddress, SQLITE_MISSING } from '../../storage/database-address.ts'
import type { TicketStore } from '../domain/ticket-store.ts'

export interface TicketStoreOptions {
  /**
   * `sqlite:<path>` (relative to the working directory), `sqlite::memory:` for tickets that end with the process, or
   * `postgres://user:password@host:port/database`, which processes on several machines may share.
   */
  readonly url: string
  readonly clock: Clock
  /** The language of the tickets in a new catalogue; default `en`. */
  readonly locale?: Locale
  /** Default `true`; `false`: a database that is missing is a fault. */
  readonly create?: boolean
  /** Called when there was no database, and one was created. */
  readonly onCreated?: (() => void) | undefined
  /** Connections to PostgreSQL, at most; default 10. SQLite has one. */
  readonly maxConnections?: number
}

/**
 * Opens the store, and creates and fills it where there is none, unless `create` forbids it.
 *
 * @throws GatewayError GW_CONFIG_INVALID, GW_STORAGE_SCHEMA_INCOMPATIBLE; StorageUnavailable
 */
export async function openTicketStore (options: TicketStoreOptions): Promise<TicketStore> {
  const { clock, locale = DEFAULT_LOCALE, create = true, onCreated = () => {}, maxConnections } = options
  const address = databaseAddress(options.url)
  switch (address.kind) {
    case 'sqlite': {
      const { openSqliteStore } = await importOptional(() => import('./sqlite/store.ts'), SQLITE_MISSING)
      return openSqliteStore({ path: address.path, clock, locale, create, onCreated })
    }
    case 'postgres': {
      const { openPostgresStore } = await import('./postgres/store.ts')
      const { url } = address
      return openPostgresStore({ url, clock, locale, create, onCreated, ...(maxConnections === undefined ? {} : { maxConnections }) })
    }
  }
}
