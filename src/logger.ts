// How are log lines written? As JSON to standard output, many at a time: one write for each line, and a line built member
// by member, would cost as much as the decision it tells of.

import { writeSync } from 'node:fs'
import { pino, type DestinationStream, type Logger } from 'pino'
import type { GatewayConfig } from './config/schema.ts'

/** Lines wait until this is full … */
const BATCH_BYTES = 32_768
/** … or the oldest has waited this long. */
const LONGEST_WAIT_MS = 100
/** At the end, for a reader that is slow: a second together. */
const MOST_TRIES = 100
const TRY_AGAIN_MS = 10
/** UTF-8 needs no more for one unit of a string. */
const MAX_BYTES_PER_UNIT = 3

/** Lines that are pending when the process ends are written then; a process that is killed outright loses them. */
export function createLogger (level: GatewayConfig['log']['level']): Logger {
  // The type knows text only; a SonicBoom that was told so takes bytes.
  const destination = pino.destination({ sync: false, contentMode: 'buffer' })
  const logger = pino({ level, base: null }, inBatches(destination as unknown as ByteDestination))
  writeDecisionsAtOnce(logger)
  return logger
}

interface ByteDestination {
  readonly fd: number
  readonly write: (bytes: Buffer) => unknown
  readonly flushSync: () => void
}

/** Each line is encoded when it comes: joined as text, many short pieces would have to be gathered once more. */
function inBatches (destination: ByteDestination): DestinationStream {
  let batch = Buffer.allocUnsafeSlow(BATCH_BYTES)
  let used = 0
  let timer: NodeJS.Timeout | undefined

  function flush (): void {
    clearTimeout(timer)
    timer = undefined
    if (used === 0) return
    destination.write(batch.subarray(0, used))
    // The other one is on its way out.
    batch = Buffer.allocUnsafeSlow(BATCH_BYTES)
    used = 0
  }

  process.on('exit', () => {
    destination.flushSync()
    // Handed to the destination, it would be on its way to another thread when the process is gone.
    writeNow(destination.fd, batch.subarray(0, used))
  })
  return {
    write (line) {
      const mostBytes = line.length * MAX_BYTES_PER_UNIT
      if (mostBytes > BATCH_BYTES - used) {
        flush()
        if (mostBytes > BATCH_BYTES) {
          destination.write(Buffer.from(line))
          return
        }
      }
      used += batch.write(line, used)
      timer ??= setTimeout(flush, LONGEST_WAIT_MS).unref()
    }
  }
}

/** Whoever reads the other end of a pipe may be slow. */
function writeNow (fd: number, bytes: Buffer): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let tries = 0, written = 0; written < bytes.length && tries < MOST_TRIES; tries += 1) {
    try {
      written += writeSync(fd, bytes, written)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
      Atomics.wait(pause, 0, 0, TRY_AGAIN_MS)
    }
  }
}

const toLine: typeof pino.symbols.asJsonSym = pino.symbols.asJsonSym
const memberText: typeof pino.symbols.chindingsSym = pino.symbols.chindingsSym
const levelText: typeof pino.symbols.lsCacheSym = pino.symbols.lsCacheSym

type ToLine = (this: LineWriter, members: Readonly<Record<string, unknown>>, message: string | undefined, level: number, time: string) => string

/** What of pino makes a line of an object. Child loggers inherit it. */
interface LineWriter {
  [toLine]: ToLine
  /** The members of a child, each after a comma. */
  readonly [memberText]: string
  /** The beginning of a line, by level. */
  readonly [levelText]: Readonly<Record<number, string>>
}

/** A decision has no member that pino would treat in a way of its own: no error, request or function. */
function writeDecisionsAtOnce (logger: Logger): void {
  const writer = logger as unknown as LineWriter
  const byMember = writer[toLine]
  writer[toLine] = function (members, message, level, time) {
    if (members['event'] !== 'decision' || message !== 'decision') return byMember.call(this, members, message, level, time)
    return `${this[levelText][level] ?? ''}${time}${this[memberText]}${membersText(members)},"msg":"${message}"}\n`
  }
}

/** Text that JSON writes as it is. */
const PLAIN = /^[\w\-:./ ]*$/

/** Each member after a comma. A record is flat but for few members, and JSON.stringify takes twice as long for it. */
function membersText (members: Readonly<Record<string, unknown>>): string {
  let text = ''
  for (const name in members) {
    const value = members[name]
    if (value === undefined) continue
    if (typeof value === 'string') text += PLAIN.test(value) ? `,"${name}":"${value}"` : `,"${name}":${JSON.stringify(value)}`
    else if (typeof value === 'boolean') text += `,"${name}":${value}`
    // JSON has no text for a function: nothing is written then, as JSON.stringify does.
    else text += textOf(name, JSON.stringify(value))
  }
  return text
}

function textOf (name: string, json: string | undefined): string {
  return json === undefined ? '' : `,"${name}":${json}`
}
