// Maps errors of SQLite to faults. The driver's message may quote values, so the fault carries only its code.

import Database from 'libsql'
import { GatewayError, StorageUnavailable } from '../../kernel/fault.ts'

// result codes; the driver does not know the names of all the extended ones
const BUSY = 5
const CONSTRAINT = 19
const NOT_A_DATABASE = 26

/**
 * A violated constraint is our mistake, and so is an error that is not SQLite's (GW_INTERNAL); a file that is not a database
 * is the operator's (GW_STORAGE_SCHEMA_INCOMPATIBLE); everything else is StorageUnavailable. The transaction was rolled back.
 *
 * @param doing what failed, for the operator's log
 * @see https://www.sqlite.org/rescode.html#primary_result_codes_versus_extended_result_codes
 */
export function storageFault (error: unknown, doing: string): GatewayError {
  if (error instanceof GatewayError) return error
  if (!(error instanceof Database.SqliteError)) {
    return new GatewayError('GW_INTERNAL', `${doing}: an error that is not SQLite's`, { cause: error })
  }
  const primary = primaryCode(error)
  if (primary === NOT_A_DATABASE) {
    return new GatewayError('GW_STORAGE_SCHEMA_INCOMPATIBLE', `${doing}: the file is not an SQLite database`)
  }
  if (primary === CONSTRAINT) {
    return new GatewayError('GW_INTERNAL', `${doing}: refused by ${error.code}`)
  }
  return new StorageUnavailable(`${doing}: ${error.code}`)
}

const OPENING: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  ENOTDIR: 'a folder of its path is a file',
  EEXIST: 'a folder of its path is a file'
}

/**
 * @param error what was thrown when the file was opened: a code of the file system becomes words, and no message is shown. The driver
 * gives no code when it cannot open a file.
 */
export function openingFault (error: unknown, path: string): StorageUnavailable {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const why = OPENING[code] ?? (code || 'it is no file, or this user may not read and write it')
  return new StorageUnavailable(`cannot open the database file ${path}: ${why}`, { cause: error })
}

/** Another process holds a lock, and nothing was changed. */
export function isBusy (error: unknown): boolean {
  return error instanceof Database.SqliteError && primaryCode(error) === BUSY
}

// the lowest byte of an extended result code
export function primaryCode (error: InstanceType<typeof Database.SqliteError>): number {
  return (error.rawCode ?? 0) & 0xff
}
