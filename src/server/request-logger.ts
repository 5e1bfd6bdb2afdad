// The logger of a request. It writes the decision line, which every request has, as plain JSON; a pino child logger is made only for
// other lines (docs/performance.md#hand-written-decision-lines).

import type { FastifyBaseLogger } from 'fastify'
import type { TextLog } from '../http/decisions/decision-text.ts'
import { lineSinkOf, type LineSink } from './logger.ts'

type Child = FastifyBaseLogger['child']

/** Fastify passes an empty options object, and pino would look up each option in it. */
export function childLoggerFactory (
  logger: FastifyBaseLogger, bindings: Parameters<Child>[0], options: NonNullable<Parameters<Child>[1]>
): FastifyBaseLogger {
  if (Object.keys(options).length > 0) return logger.child(bindings, options)
  const sink = lineSinkOf(logger)
  return sink === undefined ? logger.child(bindings) : new RequestLogger(logger, bindings, sink)
}

class RequestLogger implements TextLog {
  readonly #parent: FastifyBaseLogger
  readonly #bindings: Parameters<Child>[0]
  readonly #sink: LineSink
  #child: FastifyBaseLogger | undefined

  constructor (parent: FastifyBaseLogger, bindings: Parameters<Child>[0], sink: LineSink) {
    this.#parent = parent
    this.#bindings = bindings
    this.#sink = sink
  }

  get #pino (): FastifyBaseLogger {
    this.#child ??= this.#parent.child(this.#bindings)
    return this.#child
  }

  get level (): string { return this.#pino.level }
  set level (level: string) { this.#pino.level = level }

  /** The level of a child that exists may have been changed. */
  takesText (): boolean { return this.#child === undefined }

  infoText (members: string, message: string): void {
    if (!this.#sink.takesInfo()) return
    this.#sink.write(
      `{"level":30,"time":${timeText(Date.now())}${this.#sink.bindings}${bindingsText(this.#bindings)}${members},"msg":"${message}"}\n`
    )
  }

  info (...line: unknown[]): void { this.#pino.info(...line as [object]) }
  fatal (...line: unknown[]): void { this.#pino.fatal(...line as [object]) }
  error (...line: unknown[]): void { this.#pino.error(...line as [object]) }
  warn (...line: unknown[]): void { this.#pino.warn(...line as [object]) }
  debug (...line: unknown[]): void { this.#pino.debug(...line as [object]) }
  trace (...line: unknown[]): void { this.#pino.trace(...line as [object]) }
  silent (): void {}
  child (...line: Parameters<Child>): FastifyBaseLogger { return this.#pino.child(...line) }
}

/** Text that JSON writes as it is. */
const PLAIN = /^[\w-]*$/

/** Each member after a comma. Mostly it is the number of the request alone. */
function bindingsText (bindings: Readonly<Record<string, unknown>>): string {
  let text = ''
  for (const name in bindings) {
    const value = bindings[name]
    const plain = typeof value === 'string' && PLAIN.test(value) && PLAIN.test(name)
    text += plain ? `,"${name}":"${value}"` : afterComma({ [name]: value })
  }
  return text
}

/** JSON has no text for a function, and then nothing is written. */
function afterComma (members: object): string {
  const json = JSON.stringify(members)
  return json === '{}' ? '' : `,${json.slice(1, -1)}`
}

let lastTime = { ms: 0, text: '0' }

/** Several lines share a millisecond, and a number that large is written digit by digit. */
function timeText (ms: number): string {
  if (lastTime.ms !== ms) lastTime = { ms, text: String(ms) }
  return lastTime.text
}
