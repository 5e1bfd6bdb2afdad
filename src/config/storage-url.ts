// Storage URLs: their grammar, their form for a log, and whether the connection is encrypted. Nothing is opened or resolved.

import { isLoopbackHost } from './address-syntax.ts'
import { isDecodable } from './text-syntax.ts'

const SQLITE = /^sqlite:(?!\s*$)[^\0]+$/
const SQLITE_SCHEME = 'sqlite:'
/** Kept in the memory of one process. */
export const MEMORY_STORAGE = 'sqlite::memory:'

/** `sqlite:<path>`, `sqlite::memory:`, or a connection URI of PostgreSQL with a host (or a socket) and a database. */
export function isStorageUrl (text: string): boolean {
  if (SQLITE.test(text)) return true
  const url = parsePostgresUrl(text)
  return url !== undefined && hostOf(url) !== '' && url.pathname.length > 1 && url.hash === ''
}

/** `redis://` or `rediss://`. */
export function isRedisUrl (text: string): boolean {
  return /^rediss?:\/\/[^\s]+$/.test(text) && URL.canParse(text)
}

/** Where used DPoP proofs may be kept: Redis or PostgreSQL. */
export function isProofMemoryUrl (text: string): boolean {
  return isRedisUrl(text) || (text.startsWith('postgres') && isStorageUrl(text))
}

/** For a log: the URL with a placeholder for the password. */
export function describeStorageUrl (text: string, placeholder: string): string {
  if (text.startsWith(SQLITE_SCHEME)) return text
  const url = parsePostgresUrl(text)
  if (url === undefined) return placeholder
  const user = url.username === '' ? '' : url.password === '' ? `${url.username}@` : `${url.username}:${placeholder}@`
  // Parameters may contain a password too; only `sslmode` is shown.
  const mode = url.searchParams.get('sslmode')
  return `${url.protocol}//${user}${url.host}${url.pathname}${mode === null ? '' : `?sslmode=${encodeURIComponent(mode)}`}`
}

/** Whether data, and perhaps the password, cross a network unencrypted. */
export function isStorageInClear (text: string): boolean {
  if (text.startsWith('redis:')) return !isLoopbackHost(new URL(text).hostname)
  const url = parsePostgresUrl(text)
  if (url === undefined) return false
  const host = hostOf(url)
  if (host.startsWith('/') || isLoopbackHost(host)) return false
  return !['verify-full', 'verify-ca', 'require'].includes(url.searchParams.get('sslmode') ?? '')
}

/** @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS */
function parsePostgresUrl (text: string): URL | undefined {
  if (!/^postgres(?:ql)?:\/\/[^\s\0]*$/.test(text) || !isDecodable(text) || !URL.canParse(text)) return undefined
  return new URL(text)
}

function hostOf (url: URL): string {
  return url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
}
