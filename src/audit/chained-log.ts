// A log whose lines are a hash chain across its files, restarts and lines that were written in part. It goes on where the file ends; a
// file without a chain, of an older version, is put aside. docs/operations.md#the-chain-of-lines

import { statSync } from 'node:fs'
import { CHAIN_START, formatChainLine, parseChainLine, plainHash, type ChainPosition, type LineHash } from './chain-line.ts'
import { readBeginning, readEnd } from './file-ends.ts'
import { openRotatedFile, type RotatedFileSettings } from './rotated-file.ts'

export interface ChainedLogSettings extends RotatedFileSettings {
  /** A keyed hash; absent: SHA-256. */
  readonly hashOf?: LineHash | undefined
  /** Called before the oldest file is deleted, with the numbers of its lines where they can be read. Must not throw. */
  readonly deleting: (file: { readonly path: string, readonly first: number | undefined, readonly last: number | undefined }) => void
  /** Called when a file was filled and a new one begins. Must not throw. */
  readonly rotated: (head: ChainPosition) => void
}

export interface ChainedLog {
  /** @throws what the file system throws */
  readonly append: (event: string, members: object, sync: boolean) => void
  readonly head: () => ChainPosition
  readonly close: () => void
}

/** The event of a line that says which bytes before it are the rest of a line that was written in part. */
export const TORN = 'torn'

const NOTHING: Buffer = Buffer.alloc(0)

/** @throws what the file system throws when the file cannot be opened */
export function openChainedLog ({ hashOf = plainHash, deleting, rotated, ...settings }: ChainedLogSettings): ChainedLog {
  const { path, clock } = settings
  let head = CHAIN_START
  /** In the file behind the last whole line. */
  let torn = NOTHING
  const file = openRotatedFile(settings, {
    deleting: oldest => { deleting({ path: oldest, first: firstIn(oldest), last: lastIn(readEnd(oldest))?.seq }) },
    rotated: () => { rotated(head) }
  })
  goOn()

  /** Continues the chain of the file, or of the one before it when the file is empty. */
  function goOn (): void {
    const end = readEnd(path)
    if (end.length === 0) {
      head = lastIn(readEnd(`${path}.1`)) ?? CHAIN_START
      return
    }
    const last = lastIn(end)
    if (last === undefined) {
      if (statSync(path).isFile()) file.rotate()
      return
    }
    head = last
    const rest = end.subarray(end.lastIndexOf('\n') + 1)
    if (parseChainLine(rest) === undefined) torn = rest
  }

  function write (event: string, members: object, sync: boolean): void {
    const { line, ...next } = formatChainLine(head, { time: new Date(clock.now()).toISOString(), event, ...members }, hashOf)
    try {
      file.append(line, sync)
      head = next
    } catch (error) {
      const landed = file.landed()
      // Only its line break may be missing, which the next line brings.
      if (landed.includes(line)) {
        head = next
        torn = NOTHING
      } else torn = Buffer.concat([torn, landed])
      throw error
    }
  }

  return {
    append (event, members, sync) {
      if (torn.length > 0) {
        const acknowledged = torn
        write(TORN, { bytes: acknowledged.length, sha256: plainHash(acknowledged) }, false)
        torn = NOTHING
      }
      write(event, members, sync)
    },
    head: () => head,
    close: file.close
  }
}

function firstIn (path: string): number | undefined {
  return linesOf(readBeginning(path)).map(parseChainLine).find(line => line !== undefined)?.seq
}

function lastIn (end: Buffer): ChainPosition | undefined {
  const last = linesOf(end).map(parseChainLine).findLast(line => line !== undefined)
  return last === undefined ? undefined : { seq: last.seq, hash: last.hash }
}

function linesOf (bytes: Buffer): Buffer[] {
  return bytes.toString('latin1').split('\n').map(line => Buffer.from(line, 'latin1'))
}
