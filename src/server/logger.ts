// The process's logger: JSON lines on standard output, written in batches, because one write for each line would cost about as much as
// the decision in it: docs/performance.md#batched-log-lines

import { pino, type DestinationStream, type Logger } from 'pino'
import { processEnvironment } from '../config/environment.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { wantsColor } from '../kernel/readable-line.ts'
import { createLogOutput, type LogOutput, type LogOutputOptions } from './log-output.ts'
import { readableOutput } from './terminal-output.ts'

/** A batch is written when it is full … */
const BATCH_BYTES = 32_768
/** … or when its oldest line has waited this long. */
const LONGEST_WAIT_MS = 100
/** The most bytes that UTF-8 needs for one UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3

export interface ProcessLogger extends Logger {
  /** Lines that were dropped since the process started: docs/operations.md#the-log */
  readonly lostLines: () => number
}

/** Pending lines are written when the process exits; a process that is killed (SIGKILL) loses them. */
export function createLogger (level: GatewayConfig['log']['level']): ProcessLogger {
  const output = openOutput(outage => { logResumed(logger, outage) })
  const batches = inBatches(output)
  const logger: ProcessLogger = Object.assign(pino({ level, base: null }, batches), { [BATCHES]: batches, lostLines: output.lostLines })
  return logger
}

/**
 * Standard output; on a terminal in words for people. Using `process.stdout` sets a pipe non-blocking, so that a full one is an error in
 * place of a wait.
 */
export function openOutput (resumed: LogOutputOptions['resumed']): LogOutput {
  const output = createLogOutput({ fd: process.stdout.fd, resumed })
  return process.stdout.isTTY ? readableOutput(output, wantsColor(processEnvironment(), true)) : output
}

export function logResumed (logger: Pick<Logger, 'warn'>, outage: Parameters<LogOutputOptions['resumed']>[0]): void {
  logger.warn({ event: 'log-resumed', ...outage }, 'the log is written again: its disk was full, or its reader stood still')
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

/** Each line is encoded when it arrives: joined as text, the batch would have to be copied once more for the write. */
function inBatches (output: LogOutput): DestinationStream {
  let batch = Buffer.allocUnsafeSlow(BATCH_BYTES)
  let used = 0
  let timer: NodeJS.Timeout | undefined

  function flush (): void {
    clearTimeout(timer)
    timer = undefined
    if (used === 0) return
    if (used < BATCH_BYTES / 2) {
      // Few lines that wait for a reader would keep a whole batch in memory.
      output.write(Buffer.from(batch.subarray(0, used)))
    } else {
      output.write(batch.subarray(0, used))
      // The previous buffer may still be in use by the write.
      batch = Buffer.allocUnsafeSlow(BATCH_BYTES)
    }
    used = 0
  }

  process.on('exit', () => { output.endNow(batch.subarray(0, used)) })
  return {
    write (line) {
      const mostBytes = line.length * MAX_BYTES_PER_UNIT
      if (mostBytes > BATCH_BYTES - used) {
        flush()
        if (mostBytes > BATCH_BYTES) {
          output.write(Buffer.from(line))
          return
        }
      }
      used += batch.write(line, used)
      timer ??= setTimeout(flush, LONGEST_WAIT_MS).unref()
    }
  }
}
