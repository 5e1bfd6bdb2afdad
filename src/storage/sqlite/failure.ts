// What kind of fault is an error of SQLite? The driver's message may quote values, so only its code goes on.

import Database from 'libsql'
import { GatewayError, StorageUnavailable } from '../../kernel/fault.ts'

/**
 * A constraint that refuses is our mistake (GW_INTERNAL); a file that is none of ours is the operator's; everything else
 * means that the storage does not answer now. The transaction was rolled back in any case.
 *
 * @param doing what was tried, for the operator's log
 */
export function storageFault (error: unknown, doing: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  if (error.code === 'SQLITE_NOTADB') {
    return new GatewayError('GW_STORAGE_SCHEMA_INCOMPATIBLE', `${doing}: the file is not an SQLite database`)
  }
  if (error.code.startsWith('SQLITE_CONSTRAINT')) {
    return new GatewayError('GW_INTERNAL', `${doing}: refused by ${error.code}`)
  }
  return new StorageUnavailable(`${doing}: ${error.code}`)
}
