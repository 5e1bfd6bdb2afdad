// Reads the beginning or the end of a file, without the rest of it.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const BYTES = 65_536

/** @returns at most 64 KiB; empty for what is missing or no regular file */
export function readBeginning (path: string): Buffer {
  return readPart(path, () => 0)
}

/** @returns at most 64 KiB; empty for what is missing or no regular file */
export function readEnd (path: string): Buffer {
  return readPart(path, size => Math.max(size - BYTES, 0))
}

function readPart (path: string, from: (size: number) => number): Buffer {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch {
    return Buffer.alloc(0)
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) return Buffer.alloc(0)
    const bytes = Buffer.alloc(Math.min(stat.size, BYTES))
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from(stat.size)))
  } finally {
    closeSync(descriptor)
  }
}
