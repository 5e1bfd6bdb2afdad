// Makes the directory that a command writes into, or says in one line why it cannot be one.

import { accessSync, constants, mkdirSync } from 'node:fs'

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only'
}

/**
 * @param mode of what is made; default: that of the system
 * @returns one line when it cannot be used, otherwise none
 */
export function makeDirectory (directory: string, mode?: number): readonly string[] {
  try {
    mkdirSync(directory, { recursive: true, mode })
    accessSync(directory, constants.W_OK | constants.X_OK)
    return []
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return [`--directory: cannot be used: ${REASONS[code] ?? code}`]
  }
}
