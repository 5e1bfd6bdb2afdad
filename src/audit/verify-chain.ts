// Verifies the chain of audit lines: finds the first line that is missing, changed, out of order or inserted. What was cut off at the end
// shows only against a head that was published elsewhere.

import { CHAIN_START, parseChainLine, plainHash, type ChainLine, type ChainPosition, type LineHash } from './chain-line.ts'
import { TORN } from './chained-log.ts'

/** One line, without its line break. */
export interface FileLine {
  readonly file: string
  /** From 1. */
  readonly number: number
  readonly bytes: Buffer
  /** False for the end of a file without a line break. */
  readonly ended: boolean
}

export interface ChainCheck {
  /** The lines of all files, in order. Read twice where a line is missing. */
  readonly lines: () => Iterable<FileLine>
  /** Each line must have been written with one of these keys; without any, with none. */
  readonly keyed: readonly LineHash[]
  /** Heads that were published: each line must be there. */
  readonly heads: readonly ChainPosition[]
}

export type ChainVerdict =
  | {
    readonly kind: 'unbroken'
    readonly first: number
    readonly head: ChainPosition
    readonly lines: number
    /** Lines that were written in part, and acknowledged by the line after them. */
    readonly torn: number
    /** Bytes at the end that no line acknowledges yet: the gateway is writing, or was killed. */
    readonly unfinishedBytes: number
  }
  | { readonly kind: 'empty' }
  | ChainProblem

export interface ChainProblem {
  readonly kind: 'missing' | 'changed' | 'reordered' | 'inserted' | 'unprotected' | 'begun-again'
  /** Where it shows; `undefined`: at the end. */
  readonly at: Pick<FileLine, 'file' | 'number'> | undefined
  /** The number of the first line concerned, where it has one. */
  readonly seq: number | undefined
  /** Of missing lines the last one. */
  readonly lastSeq?: number
}

export function verifyChain (check: ChainCheck): ChainVerdict {
  const { keyed } = check
  const unseen = new Map(check.heads.map(head => [head.seq, head]))
  let before: ChainLine | undefined
  let first = 0
  let [lines, torn, sinceKey] = [0, 0, 'no-key-yet' as 'no-key-yet' | 'keyed']
  /** Lines of no chain, which the next line must acknowledge. */
  let strays: FileLine[] = []

  for (const line of check.lines()) {
    const found = parseChainLine(line.bytes)
    if (found === undefined) {
      strays.push(line)
      continue
    }
    const [stray] = strays
    const gap = before === undefined ? 0 : found.seq - before.seq - 1
    if (isTornLine(found) !== (stray !== undefined) || (stray !== undefined && !acknowledges(found, strays))) {
      if (stray === undefined) return problem('missing', line, found.seq)
      return gap > 0 ? problem('changed', stray, found.seq - gap) : problem('inserted', stray, undefined)
    }
    torn += strays.length
    strays = []

    const hashed = kindOfHash(found, keyed)
    if (hashed === 'wrong') return problem('changed', line, found.seq)
    if (hashed === 'plain' && sinceKey === 'keyed') return problem('unprotected', line, found.seq)
    if (hashed === 'keyed') sinceKey = 'keyed'

    if (before === undefined) {
      first = found.seq
      if (first === 1 && found.prev !== CHAIN_START.hash) return problem('changed', line, 1)
    } else if (gap > 0) {
      const missing = before.seq + 1
      return isLater(check, missing) ? problem('reordered', line, found.seq) : problem('missing', line, missing, found.seq - 1)
    } else if (gap < 0) {
      return problem(found.seq === 1 && found.prev === CHAIN_START.hash ? 'begun-again' : 'inserted', line, found.seq)
    } else if (found.prev !== before.hash) return problem('changed', line, before.seq)

    const published = unseen.get(found.seq)
    if (published !== undefined && published.hash !== found.hash) return problem('changed', line, found.seq)
    unseen.delete(found.seq)
    before = found
    lines += 1
  }

  const [stray] = strays
  if (stray !== undefined && (strays.length > 1 || stray.ended)) return problem('inserted', stray, undefined)
  if (before === undefined) return stray === undefined ? { kind: 'empty' } : problem('inserted', stray, undefined)
  if (keyed.length > 0 && sinceKey === 'no-key-yet') return problem('unprotected', undefined, first)
  const cutOff = Math.max(...unseen.keys())
  if (cutOff > before.seq) return problem('missing', undefined, before.seq + 1, cutOff)
  return { kind: 'unbroken', first, head: { seq: before.seq, hash: before.hash }, lines, torn, unfinishedBytes: stray?.bytes.length ?? 0 }
}

function problem (kind: ChainProblem['kind'], at: FileLine | undefined, seq: number | undefined, lastSeq?: number): ChainProblem {
  const place = at === undefined ? undefined : { file: at.file, number: at.number }
  return { kind, at: place, seq, ...(lastSeq === undefined ? {} : { lastSeq }) }
}

function kindOfHash ({ text, hash }: ChainLine, keyed: readonly LineHash[]): 'keyed' | 'plain' | 'wrong' {
  if (keyed.some(hashOf => hashOf(text) === hash)) return 'keyed'
  return plainHash(text) === hash ? 'plain' : 'wrong'
}

function isLater (check: ChainCheck, seq: number): boolean {
  for (const { bytes } of check.lines()) if (parseChainLine(bytes)?.seq === seq) return true
  return false
}

interface TornMembers { readonly event?: unknown, readonly bytes?: unknown, readonly sha256?: unknown }

function isTornLine ({ text }: ChainLine): boolean {
  return membersOf(text).event === TORN
}

function acknowledges ({ text }: ChainLine, strays: readonly FileLine[]): boolean {
  const members = membersOf(text)
  const bytes = Buffer.concat(strays.flatMap(({ bytes }, index) => index === 0 ? [bytes] : [Buffer.from('\n'), bytes]))
  return members.bytes === bytes.length && members.sha256 === plainHash(bytes)
}

function membersOf (text: Buffer): TornMembers {
  // Most lines are of other events, and are not parsed.
  if (!text.includes(`"event":"${TORN}"`)) return {}
  try {
    return JSON.parse(`${text.toString()}}`) as TornMembers
  } catch {
    return {}
  }
}
