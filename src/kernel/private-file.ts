// Opens files that no other user of the machine may read: a mode that is too wide is narrowed. A symbolic link in place of a log is not
// followed, because a user who may write its folder would choose what the gateway writes to.

import { chmodSync, closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync, statSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'

const FILE_MODE = 0o600
const FOLDER_MODE = 0o700
const OF_OTHERS = 0o077

/**
 * Opens a file for appending and reading, and makes it and its folder where they are missing.
 * @returns its descriptor
 * @throws what the file system throws; `ELOOP` for a symbolic link
 */
export function openPrivateFile (path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE })
  const descriptor = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | noFollow(), FILE_MODE)
  try {
    narrow(fstatSync(descriptor), mode => { fchmodSync(descriptor, mode) })
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  return descriptor
}

/**
 * For a file that a library opens by its path: makes it, or narrows its mode. An existing file is not opened, because closing it would
 * release the locks that SQLite has on it in this process: https://www.sqlite.org/howtocorrupt.html section 2.2
 * @param companions endings of the names of files beside it, which are narrowed where they exist
 * @throws what the file system throws
 */
export function makePrivate (path: string, companions: readonly string[] = []): void {
  for (const ending of companions) narrowPath(`${path}${ending}`)
  if (narrowPath(path)) return
  mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE })
  try {
    closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, FILE_MODE))
  } catch (error) {
    // Workers that start together make it at the same moment.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    narrowPath(path)
  }
}

/** @returns whether the file is there */
function narrowPath (path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat !== undefined) narrow(stat, mode => { chmodSync(path, mode) })
  return stat !== undefined
}

function narrow (stat: Stats, change: (mode: number) => void): void {
  if (!stat.isFile() || (stat.mode & OF_OTHERS) === 0) return
  try {
    change(stat.mode & ~OF_OTHERS & 0o7777)
  } catch (error) {
    // A file of another user, which that user lets us write.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  }
}

/** Windows has no such flag. */
function noFollow (): number {
  return (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0
}
