// What kind of fault is an error of SQLite? The driver's message may quote values, so only its code goes on.

import Database from 'libsql'
import { GatewayError, StorageUnavailable } from '../../../kernel/fault.ts'

// result codes; the driver does not know the names of all the extended ones
const BUSY = 5
const CONSTRAINT = 19
const NOT_A_DATABASE = 26

/**
 * A constraint that refuses is our mistake (GW_INTERNAL); a file that is none of ours is the operator's; everything else
 * means that the storage does not answer now. The transaction was rolled back in any case.
 *
 * @param doing what was tried, for the operator's log
 * @see https://www.sqlite.org/rescode.html#primary_result_codes_versus_extended_result_codes
 */
export function storageFault (error: unknown, doing: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  const primary = primaryCode(error)
  if (primary === NOT_A_DATABASE) {
    return new GatewayError('GW_STORAGE_SCHEMA_INCOMPATIBLE', `${doing}: the file is not an SQLite database`)
  }
  if (primary === CONSTRAINT) {
    return new GatewayError('GW_INTERNAL', `${doing}: refused by ${error.code}`)
  }
  return new StorageUnavailable(`${doing}: ${error.code}`)
}

/** Another process holds a lock, and nothing was done. */
export function isBusy (error: unknown): boolean {
  return error instanceof Database.SqliteError && primaryCode(error) === BUSY
}

// the lowest byte of an extended result code
function primaryCode (error: InstanceType<typeof Database.SqliteError>): number {
  return (error.rawCode ?? 0) & 0xff
}
