// Reads the lines of files one after the other, as bytes: a file may be larger than memory.

import { closeSync, openSync, readSync } from 'node:fs'
import type { FileLine } from './verify-chain.ts'

const CHUNK_BYTES = 1_048_576
const NEWLINE = 0x0a

/** @throws what the file system throws, while it is iterated over */
export function * linesOfFiles (files: readonly string[]): Generator<FileLine> {
  for (const file of files) yield * linesOfFile(file)
}

function * linesOfFile (file: string): Generator<FileLine> {
  const descriptor = openSync(file, 'r')
  try {
    let rest: Buffer = Buffer.alloc(0)
    let number = 1
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES)
      const count = readSync(descriptor, chunk)
      if (count === 0) break
      const bytes = Buffer.concat([rest, chunk.subarray(0, count)])
      let start = 0
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        yield { file, number: number++, bytes: bytes.subarray(start, end), ended: true }
        start = end + 1
      }
      rest = bytes.subarray(start)
    }
    if (rest.length > 0) yield { file, number, bytes: rest, ended: false }
  } finally {
    closeSync(descriptor)
  }
}
