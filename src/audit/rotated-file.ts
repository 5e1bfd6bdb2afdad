// A file to which lines are appended, each written before the call returns, and which is renamed when it becomes too large. Synchronous
// on purpose: a change may only happen after its line is written.

import { closeSync, fstatSync, fsyncSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import type { Clock } from '../kernel/clock.ts'
import { openPrivateFile } from '../kernel/private-file.ts'

/** How often the path is checked for a file that was moved or deleted by another program. */
const LOOK_AFTER_MS = 1000
const NEWLINE = 0x0a

export interface RotatedFileSettings {
  readonly path: string
  /** A line that would make the file larger goes into a new file. */
  readonly maxBytes: number
  /** How many renamed files are kept; `path.1` is the newest. */
  readonly keepFiles: number
  readonly clock: Clock
}

export interface RotatedFileEvents {
  /** Called before the oldest file is deleted. Must not throw. */
  readonly deleting?: (path: string) => void
  /** Called when a new file takes the place of a full one. Must not throw. */
  readonly rotated?: () => void
}

export interface RotatedFile {
  /**
   * A line that was written in part stays where it is, and the next line begins on a new line.
   * @param line without a line break
   * @param sync whether the line must be on the disk (fsync)
   * @throws what the file system throws; `landed` then has what is in the file nevertheless
   */
  readonly append: (line: string, sync: boolean) => void
  /** The bytes of the last `append` that reached the file. */
  readonly landed: () => Buffer
  /** Renames the file and begins a new one. @throws what the file system throws */
  readonly rotate: () => void
  readonly close: () => void
}

interface Opened { readonly descriptor: number, readonly inode: number, size: number, endsOpen: boolean }

/** @throws what the file system throws when the file cannot be opened */
export function openRotatedFile (
  { path, maxBytes, keepFiles, clock }: RotatedFileSettings, { deleting, rotated }: RotatedFileEvents = {}
): RotatedFile {
  let file: Opened | undefined = open()
  let landed: Buffer = Buffer.alloc(0)
  let lookAtMs = clock.monotonicMs() + LOOK_AFTER_MS

  function open (): Opened {
    const descriptor = openPrivateFile(path)
    const { ino: inode, size } = fstatSync(descriptor)
    return { descriptor, inode, size, endsOpen: size > 0 && lastByte(descriptor, size) !== NEWLINE }
  }

  function close (): void {
    if (file !== undefined) closeSync(file.descriptor)
    file = undefined
  }

  function rotate (): void {
    close()
    const oldest = `${path}.${keepFiles}`
    if (statSync(oldest, { throwIfNoEntry: false }) !== undefined) deleting?.(oldest)
    rmSync(oldest, { force: true })
    for (let age = keepFiles - 1; age >= 1; age -= 1) renameIfThere(`${path}.${age}`, `${path}.${age + 1}`)
    renameIfThere(path, `${path}.1`)
    file = open()
    rotated?.()
  }

  /** Another program may have renamed or deleted the file: later lines would be lost. */
  function noticeMove (): void {
    if (file === undefined || clock.monotonicMs() < lookAtMs) return
    lookAtMs = clock.monotonicMs() + LOOK_AFTER_MS
    if (statSync(path, { throwIfNoEntry: false })?.ino !== file.inode) close()
  }

  function current (bytes: number): Opened {
    noticeMove()
    file ??= open()
    if (file.size > 0 && file.size + bytes > maxBytes) rotate()
    return file
  }

  return {
    append (line, sync) {
      landed = Buffer.alloc(0)
      const open = current(Buffer.byteLength(line) + 1)
      const bytes = Buffer.from(`${open.endsOpen ? '\n' : ''}${line}\n`)
      for (let written = 0; written < bytes.length;) {
        const count = writeSync(open.descriptor, bytes, written)
        written += count
        open.size += count
        landed = bytes.subarray(0, written)
        open.endsOpen = bytes[written - 1] !== NEWLINE
      }
      if (sync) fsyncSync(open.descriptor)
    },
    landed: () => landed,
    rotate,
    close
  }
}

function lastByte (descriptor: number, size: number): number | undefined {
  const byte = Buffer.alloc(1)
  return readSync(descriptor, byte, 0, 1, size - 1) === 1 ? byte[0] : undefined
}

function renameIfThere (from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
