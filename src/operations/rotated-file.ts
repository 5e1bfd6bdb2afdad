// A file to which lines are appended, each written before the call returns, and which is renamed when it becomes too large. Synchronous
// on purpose: a change may only happen after its line is written.

import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../kernel/clock.ts'

/** Readable by the owner only. */
const MODE = 0o600
/** How often the path is checked for a file that was moved or deleted by another program. */
const LOOK_AFTER_MS = 1000

export interface RotatedFileSettings {
  readonly path: string
  /** A line that would make the file larger goes into a new file. */
  readonly maxBytes: number
  /** How many renamed files are kept; `path.1` is the newest. */
  readonly keepFiles: number
  readonly clock: Clock
}

export interface RotatedFile {
  /**
   * @param line without a line break
   * @param sync whether the line must be on the disk (fsync)
   * @throws what the file system throws; the line may then be there in part, and the next line begins on a new line
   */
  readonly append: (line: string, sync: boolean) => void
  readonly close: () => void
}

interface Opened { readonly descriptor: number, readonly inode: number, size: number }

/** @throws what the file system throws when the file cannot be opened */
export function openRotatedFile ({ path, maxBytes, keepFiles, clock }: RotatedFileSettings): RotatedFile {
  mkdirSync(dirname(path), { recursive: true })
  let file: Opened | undefined = open()
  let torn = false
  let lookAtMs = clock.monotonicMs() + LOOK_AFTER_MS

  function open (): Opened {
    const descriptor = openSync(path, 'a', MODE)
    const { ino: inode, size } = fstatSync(descriptor)
    return { descriptor, inode, size }
  }

  function close (): void {
    if (file !== undefined) closeSync(file.descriptor)
    file = undefined
  }

  function rotate (): void {
    close()
    rmSync(`${path}.${keepFiles}`, { force: true })
    for (let age = keepFiles - 1; age >= 1; age -= 1) renameIfThere(`${path}.${age}`, `${path}.${age + 1}`)
    renameIfThere(path, `${path}.1`)
  }

  /** Another program may have renamed or deleted the file: later lines would be lost. */
  function noticeMove (): void {
    if (file === undefined || clock.monotonicMs() < lookAtMs) return
    lookAtMs = clock.monotonicMs() + LOOK_AFTER_MS
    if (statSync(path, { throwIfNoEntry: false })?.ino !== file.inode) close()
  }

  return {
    append (line, sync) {
      noticeMove()
      const bytes = Buffer.from(`${torn ? '\n' : ''}${line}\n`)
      file ??= open()
      if (file.size > 0 && file.size + bytes.length > maxBytes) {
        rotate()
        file = open()
      }
      torn = true
      for (let written = 0; written < bytes.length;) {
        const count = writeSync(file.descriptor, bytes, written)
        written += count
        file.size += count
      }
      torn = false
      if (sync) fsyncSync(file.descriptor)
    },
    close
  }
}

function renameIfThere (from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
