// The process's logger: JSON lines on standard output, written in batches, because one write for each line would cost about as much as
// the decision in it: docs/performance.md#batched-log-lines

import { writeSync } from 'node:fs'
import { pino, type DestinationStream, type Logger } from 'pino'
import type { GatewayConfig } from '../config/schema.ts'

/** A batch is written when it is full … */
const BATCH_BYTES = 32_768
/** … or when its oldest line has waited this long. */
const LONGEST_WAIT_MS = 100
/** When the process ends, for a slow reader: one second in all. */
const MOST_TRIES = 100
const TRY_AGAIN_MS = 10
/** The most bytes that UTF-8 needs for one UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3

/** Pending lines are written when the process exits; a process that is killed (SIGKILL) loses them. */
export function createLogger (level: GatewayConfig['log']['level']): Logger {
  // The type has text only; with `contentMode: 'buffer'` SonicBoom takes bytes.
  const destination = pino.destination({ sync: false, contentMode: 'buffer' })
  const batches = inBatches(destination as unknown as ByteDestination)
  const logger = pino({ level, base: null }, batches)
  return Object.assign(logger, { [BATCHES]: batches })
}

const BATCHES = Symbol('mcp-resource-gateway.batches')
const INFO = 30

/** Takes whole lines, without pino. */
export interface LineSink {
  readonly write: (line: string) => void
  /** Whether the level includes `info`. */
  readonly takesInfo: () => boolean
  /** The members that the logger adds to each line after level and time, each after a comma. */
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

/** A child logger inherits the member. */
function hasBatches (logger: object): logger is Logger & { readonly [BATCHES]: DestinationStream } {
  return BATCHES in logger
}

interface ByteDestination {
  readonly fd: number
  readonly write: (bytes: Buffer) => unknown
  readonly flushSync: () => void
}

/** Each line is encoded when it arrives: joined as text, the batch would have to be copied once more for the write. */
function inBatches (destination: ByteDestination): DestinationStream {
  let batch = Buffer.allocUnsafeSlow(BATCH_BYTES)
  let used = 0
  let timer: NodeJS.Timeout | undefined

  function flush (): void {
    clearTimeout(timer)
    timer = undefined
    if (used === 0) return
    destination.write(batch.subarray(0, used))
    // The previous buffer may still be in use by the write.
    batch = Buffer.allocUnsafeSlow(BATCH_BYTES)
    used = 0
  }

  process.on('exit', () => {
    destination.flushSync()
    // The destination would write it on another thread, and the process would end before that.
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

/** Tries again while the pipe is full. */
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
