// The address of a database: which of the two kinds it names, and where it is.

import { resolve } from 'node:path'
import { GatewayError } from '../kernel/fault.ts'

export type DatabaseAddress =
  /** An absolute path, or `:memory:`. */
  | { readonly kind: 'sqlite', readonly path: string }
  | { readonly kind: 'postgres', readonly url: string }

export const SQLITE_MISSING = 'storage.url names SQLite, which needs the package libsql: npm install libsql'

/**
 * @param url `sqlite:<path>` (relative to the working directory), `sqlite::memory:`, or `postgres://user:password@host:port/database`
 * @throws GatewayError GW_CONFIG_INVALID
 */
export function databaseAddress (url: string): DatabaseAddress {
  const colon = url.indexOf(':')
  switch (url.slice(0, Math.max(colon, 0))) {
    case 'sqlite': return { kind: 'sqlite', path: sqlitePath(url.slice(colon + 1)) }
    case 'postgres':
    case 'postgresql': return { kind: 'postgres', url }
    // the URL may hold a password, so the message does not repeat it
    default: throw new GatewayError('GW_CONFIG_INVALID', 'the storage URL must begin with sqlite: or postgres:')
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
