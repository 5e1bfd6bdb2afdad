// Opens the ledger of holds in the database that a storage URL names. Only the adapter of its scheme is loaded.

import { importOptional } from '../kernel/optional-package.ts'
import type { HoldLedger } from '../ledger/hold-ledger.ts'
import { databaseAddress, SQLITE_MISSING } from './database-address.ts'
import { checkFolder } from './missing-database.ts'

export interface LedgerOptions {
  /** `sqlite:<path>` or `postgres://user:password@host:port/database`. */
  readonly url: string
  /** Default `true`; `false`: a database that is missing is a fault. */
  readonly create?: boolean | undefined
  /** Connections to PostgreSQL, at most; default 10. SQLite has one. */
  readonly maxConnections?: number | undefined
}

/** @throws GatewayError GW_CONFIG_INVALID, GW_STORAGE_SCHEMA_INCOMPATIBLE; StorageUnavailable (as a rejected promise) */
export async function openLedger ({ url, create = true, maxConnections }: LedgerOptions): Promise<HoldLedger> {
  checkFolder(url)
  const address = databaseAddress(url)
  switch (address.kind) {
    case 'sqlite': {
      const { openSqliteLedger } = await importOptional(() => import('./sqlite/sqlite-ledger.ts'), SQLITE_MISSING)
      return openSqliteLedger({ path: address.path, create })
    }
    case 'postgres': {
      const { openPostgresLedger } = await import('./postgres/postgres-ledger.ts')
      return openPostgresLedger({ url: address.url, create, ...(maxConnections === undefined ? {} : { maxConnections }) })
    }
  }
}
