// How is a file written that only ever grows, and must not grow for ever? Line by line, each written before the call returns, and
// renamed when it becomes too large. It does not look into the lines.

import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../kernel/clock.ts'

/** For the owner alone: who did what is nobody else's to read. */
const MODE = 0o600
/** How soon it is noticed that somebody has moved the file away. */
const LOOK_AFTER_MS = 1000

export interface RotatedFileSettings {
  readonly path: string
  /** A line never makes a file larger than this, unless it is larger by itself. */
  readonly maxBytes: number
  /** Renamed ones, `path.1` being the newest. */
  readonly keepFiles: number
  readonly clock: Clock
}

export interface RotatedFile {
  /**
   * @param line without a line break
   * @param sync whether the disk must have it
   * @throws what the file system throws; the line may then be there in part, and the next one begins anew
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

  /** Another program may have renamed or deleted it: what is written to it afterwards would be found nowhere. */
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
