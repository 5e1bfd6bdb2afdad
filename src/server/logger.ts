// How are log lines written? As JSON to standard output, many at a time: one write for each line would cost as much as the decision
// it tells of.

import { writeSync } from 'node:fs'
import { pino, type DestinationStream, type Logger } from 'pino'
import type { GatewayConfig } from '../config/schema.ts'

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
  const batches = inBatches(destination as unknown as ByteDestination)
  const logger = pino({ level, base: null }, batches)
  return Object.assign(logger, { [BATCHES]: batches })
}

const BATCHES = Symbol('mcp-resource-gateway.batches')
const INFO = 30

/** Where a whole line may be written to beside pino. */
export interface LineSink {
  readonly write: (line: string) => void
  /** The level lets lines of `info` through. */
  readonly takesInfo: () => boolean
  /** What the logger puts into each line after level and time: members, each after a comma. */
  readonly bindings: string
}

const sinks = new WeakMap<object, LineSink>()

/** @returns `undefined` for a logger that is neither from `createLogger` nor a child of one */
export function lineSinkOf (logger: object): LineSink | undefined {
  const known = sinks.get(logger)
  if (known !== undefined || !hasBatches(logger)) return known
  const { [BATCHES]: batches } = logger
  const bindings = JSON.stringify(logger.bindings())
  const sink: LineSink = {
    write: line => { batches.write(line) },
    takesInfo: () => logger.levelVal <= INFO,
    bindings: bindings === '{}' ? '' : `,${bindings.slice(1, -1)}`
  }
  sinks.set(logger, sink)
  return sink
}

/** Children inherit it. */
function hasBatches (logger: object): logger is Logger & { readonly [BATCHES]: DestinationStream } {
  return BATCHES in logger
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
