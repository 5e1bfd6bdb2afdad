// How are log lines written? As JSON to standard output, many at a time: one write for each line, and a line built member
// by member, would cost as much as the decision it tells of.

import { pino, type DestinationStream, type Logger } from 'pino'
import type { GatewayConfig } from './config/schema.ts'

/** Lines wait until they are this long together … */
const BATCH_CHARACTERS = 16_384
/** … or the oldest has waited this long. */
const LONGEST_WAIT_MS = 100

/** Lines that are pending when the process ends are written then; a process that is killed outright loses them. */
export function createLogger (level: GatewayConfig['log']['level']): Logger {
  const logger = pino({ level, base: null }, inBatches(pino.destination({ sync: false })))
  writeDecisionsAtOnce(logger)
  return logger
}

function inBatches (destination: ReturnType<typeof pino.destination>): DestinationStream {
  let pending = ''
  let timer: NodeJS.Timeout | undefined

  function flush (): void {
    clearTimeout(timer)
    timer = undefined
    const batch = pending
    pending = ''
    if (batch !== '') destination.write(batch)
  }

  process.on('exit', () => {
    flush()
    destination.flushSync()
  })
  return {
    write (line) {
      pending += line
      if (pending.length >= BATCH_CHARACTERS) flush()
      else timer ??= setTimeout(flush, LONGEST_WAIT_MS).unref()
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
    if (members['event'] !== 'decision') return byMember.call(this, members, message, level, time)
    return `${this[levelText][level] ?? ''}${time}${this[memberText]},${JSON.stringify(members).slice(1, -1)},"msg":${JSON.stringify(message)}}\n`
  }
}
