// How many files and connections this process may have open at once, and what that leaves for clients. Beyond it even reading the use
// of memory fails (EMFILE), so some descriptors stay free: for the authorization server, the storage, the logs and the metrics.

import { readFileSync } from 'node:fs'

/** A gateway at work has 35 open (docs/reliability.md), up to 64 questions to an authorization server, and the database's connections. */
const RESERVED = 128

/** @returns `undefined` where the system does not say so: everywhere but on Linux */
export function readOpenFilesLimit (path = '/proc/self/limits'): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync(path, 'utf8'))?.[1]
    if (soft === undefined) return undefined
    return soft === 'unlimited' ? Infinity : Number(soft)
  } catch {
    return undefined
  }
}

/** @returns how many connections of clients fit under the limit of open files */
export function roomForConnections (openFiles: number): number {
  return openFiles - Math.min(RESERVED, Math.floor(openFiles / 2))
}
