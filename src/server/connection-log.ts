// Tells the operator about connections that were closed because there was no room, or because they sent too much: one line a minute at
// most, with the numbers since the last one. No address of a client is written down; `ss -tn` shows who is connected.

import type { ClosedFor, ConnectionTable } from '../listener/connection-table.ts'
import { readOpenFilesLimit, roomForConnections } from '../listener/open-files.ts'
import type { Clock } from '../kernel/clock.ts'

const LOG_PAUSE_MS = 60_000

interface Log {
  readonly info: (line: object, text: string) => void
  readonly warn: (line: object, text: string) => void
}

export function createConnectionLog (log: Log, clock: Clock): (why: ClosedFor, table: ConnectionTable) => void {
  let since: Record<ClosedFor, number> = { displaced: 0, refused: 0, unanswered: 0 }
  let loggedAtMs = -Infinity
  return (why, table) => {
    since[why] += 1
    if (clock.monotonicMs() - loggedAtMs < LOG_PAUSE_MS) return
    loggedAtMs = clock.monotonicMs()
    log.warn({ event: 'connections-closed', ...since, open: table.open(), mostOfOneAddress: table.mostOfOne() }, CLOSED)
    since = { displaced: 0, refused: 0, unanswered: 0 }
  }
}

const CLOSED = 'connections were closed: displaced by another one at limits.maxConnections or limits.connectionsPerAddress, refused ' +
  'because all were at work, or ended because requests were sent without waiting for answers'

/**
 * The limit of connections that the process can keep.
 * @returns what `limits.maxConnections` comes to; read it again after a reload
 */
export function connectionsWithinOpenFiles (log: Log, openFiles = readOpenFilesLimit()): (maxConnections: number) => number {
  if (openFiles === undefined) {
    log.info({ event: 'open-files', limit: 'unknown' }, 'how many files the process may open is not known on this system')
    return maxConnections => maxConnections
  }
  const room = roomForConnections(openFiles)
  let told: number | undefined
  return maxConnections => {
    if (maxConnections > room && told !== maxConnections) {
      told = maxConnections
      const line = { event: 'connections-lowered', maxConnections, openFiles, used: room }
      log.warn(line, 'limits.maxConnections is more than the process may open: raise ulimit -n (LimitNOFILE), or lower the limit')
    }
    return Math.min(maxConnections, room)
  }
}
