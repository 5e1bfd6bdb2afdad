// The connections to one HTTP upstream, and the numbers of this transport. undici follows no redirect, and its time-outs are off: they
// limit pauses, and a reply that trickles has none. One deadline covers each question.

import type { Pool } from 'undici'
import type { HttpTransport } from '../upstream-port.ts'

/** For sessions that begin or end and for cancellations, which must not wait for calls. */
const RESERVED_CONNECTIONS = 4

/** @param concurrent calls at a time */
export async function openHttpPool ({ url, tls }: Pick<HttpTransport, 'url' | 'tls'>, concurrent: number): Promise<Pool> {
  // Loaded late for a faster start: docs/performance.md#late-loading
  const { Pool } = await import('undici')
  return new Pool(new URL(url).origin, {
    connections: concurrent + RESERVED_CONNECTIONS,
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(tls && { connect: { ...tls } })
  })
}
