// Opens the ticket store that a storage URL names. Only the adapter of its scheme is loaded.

import { resolve } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { DEFAULT_LOCALE, type Locale } from '../../kernel/locale.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { importOptional } from '../../kernel/optional-package.ts'
import type { TicketStore } from '../domain/ticket-store.ts'

const SQLITE_MISSING = 'storage.url names SQLite, which needs the package libsql: npm install libsql'

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
  const { clock, locale = DEFAULT_LOCALE, create = true, onCreated = () => {} } = options
  const colon = options.url.indexOf(':')
  const scheme = options.url.slice(0, Math.max(colon, 0))
  const rest = options.url.slice(colon + 1)
  switch (scheme) {
    case 'sqlite': {
      const path = sqlitePath(rest)
      const { openSqliteStore } = await importOptional(() => import('./sqlite/store.ts'), SQLITE_MISSING)
      return openSqliteStore({ path, clock, locale, create, onCreated })
    }
    case 'postgres':
    case 'postgresql': {
      const { openPostgresStore } = await import('./postgres/store.ts')
      const { url, maxConnections } = options
      return openPostgresStore({ url, clock, locale, create, onCreated, ...(maxConnections === undefined ? {} : { maxConnections }) })
    }
    default:
      // the URL may hold a password, so the message does not repeat it
      throw new GatewayError('GW_CONFIG_INVALID', 'the storage URL must begin with sqlite: or postgres:')
  }
}

// absolute, because the driver takes http: and libsql: for servers and file: for URIs
function sqlitePath (rest: string): string {
  if (rest === ':memory:') return rest
  if (rest === '' || rest.includes('\0')) {
    throw new GatewayError('GW_CONFIG_INVALID', 'the storage URL must be sqlite:<path> or sqlite::memory:')
  }
  return resolve(rest)
}
