// The lines of an audit file as a hash chain: each has a number, the hash of the line before it, and its own hash. Without a key
// every program that may write the file can compute a new chain; with a key (HMAC, RFC 2104) only its holder can.

import { createHmac, hash } from 'node:crypto'

/** The end of a chain so far. */
export interface ChainPosition {
  /** The number of the last line; the first line is 1. */
  readonly seq: number
  /** The hash of the last line: 43 characters, base64url. */
  readonly hash: string
}

export interface ChainLine extends ChainPosition {
  /** The hash of the line before, as this line states it. */
  readonly prev: string
  /** What the hash is computed over: the line up to the member `hash`. */
  readonly text: Buffer
}

export type LineHash = (text: string | Buffer) => string

/** Before the first line. */
export const CHAIN_START: ChainPosition = { seq: 0, hash: 'A'.repeat(43) }

const BEGIN = /^\{"seq":([1-9]\d{0,14}),"prev":"([\w-]{43})",/
const BEGIN_BYTES = 80
const END = /^,"hash":"([\w-]{43})"\}$/
const END_BYTES = 54

export const plainHash: LineHash = text => hash('sha256', text, 'base64url')

/** @param key at least 32 bytes */
export function keyedHash (key: Buffer): LineHash {
  return text => createHmac('sha256', key).update(text).digest('base64url')
}

export function formatChainLine (before: ChainPosition, members: object, hashOf: LineHash): ChainPosition & { readonly line: string } {
  const seq = before.seq + 1
  const text = JSON.stringify({ seq, prev: before.hash, ...members }).slice(0, -1)
  const hash = hashOf(text)
  return { seq, hash, line: `${text},"hash":"${hash}"}` }
}

/** @returns `undefined` for what is no whole line of a chain; whether its hash is right is not checked */
export function parseChainLine (line: Buffer): ChainLine | undefined {
  const [, seq, prev] = BEGIN.exec(line.toString('latin1', 0, BEGIN_BYTES)) ?? []
  const [, hash] = END.exec(line.toString('latin1', Math.max(line.length - END_BYTES, 0))) ?? []
  if (seq === undefined || prev === undefined || hash === undefined) return undefined
  return { seq: Number(seq), prev, hash, text: line.subarray(0, line.length - END_BYTES) }
}
