// Maps errors of PostgreSQL and of the connection to faults. The server's messages quote values and the driver's may name
// hosts, so the fault carries only an SQLSTATE, a system error code or a sentence from this file.

import { GatewayError, StorageUnavailable } from '../../kernel/fault.ts'

const CONSTRAINT_CLASS = '23'
const LIMIT_EXCEEDED = '54000'
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'

/** For errors that an operator can repair. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  '28P01': 'the user or its password is refused',
  28000: 'the server refuses this user from here',
  '3D000': 'there is no such database',
  '3F000': 'the search path names no schema',
  42501: 'the user lacks a privilege; the first start creates tables',
  53300: 'the server has no connection left',
  '57P03': 'the server is starting or stopping',
  '57P01': 'the server is stopping',
  57014: 'the statement took too long',
  '55P03': 'a lock was held too long',
  25006: 'the server is a read-only replica'
}

/** The SQLSTATE of an error that the server sent. */
export function sqlStateOf (error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined
}

/** The server rolled the transaction back because of another one: trying again is likely to succeed. */
export function isConflict (error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === SERIALIZATION_FAILURE || state === DEADLOCK
}

/**
 * A violated constraint is our mistake (GW_INTERNAL); a text too long for its index cannot be stored
 * (GW_STORAGE_BIND_INVALID); everything else is StorageUnavailable.
 *
 * @param doing what failed, for the operator's log
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function storageFault (error: unknown, doing: string): GatewayError {
  if (error instanceof GatewayError) return error
  const state = sqlStateOf(error)
  if (state?.startsWith(CONSTRAINT_CLASS) === true) return new GatewayError('GW_INTERNAL', `${doing}: refused by SQLSTATE ${state}`)
  if (state === LIMIT_EXCEEDED) return new GatewayError('GW_STORAGE_BIND_INVALID', `${doing}: a text is too long for its index`)
  if (isUnreadableFile(error)) {
    return new GatewayError('GW_CONFIG_INVALID', 'storage.url names a certificate or key file that cannot be read')
  }
  return new StorageUnavailable(`${doing}: ${state === undefined ? explainTransport(error) : explainState(state)}`)
}

function explainState (state: string): string {
  const explanation = EXPLANATIONS[state]
  return explanation === undefined ? `SQLSTATE ${state}` : `${explanation} (SQLSTATE ${state})`
}

function explainTransport (error: unknown): string {
  if (!(error instanceof Error)) return 'no connection'
  const code = 'code' in error ? error.code : undefined
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return `no connection (${code})`
  // The words of pg-pool for a caller that waited for a connection of a full pool, and not for the server.
  if (error.message === 'timeout exceeded when trying to connect') return 'every connection of storage.maxConnections stayed in use'
  if (/timeout/i.test(error.message)) return 'no answer in time'
  return /SSL/.test(error.message) ? 'the server does not speak TLS, or refused it' : 'the connection was lost'
}

function isUnreadableFile (error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && (error.syscall === 'open' || error.syscall === 'read') && 'path' in error
}
