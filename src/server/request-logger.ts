// The logger of a request. It writes the decision line, which every request has, as plain JSON; a pino child logger is made only for
// other lines (docs/performance.md#hand-written-decision-lines).

import type { FastifyBaseLogger } from 'fastify'
import { DECISION_MESSAGE } from '../http/decisions/decision-line.ts'
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

class RequestLogger implements FastifyBaseLogger {
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

  info (...line: unknown[]): void {
    const [members, message] = line
    // The level of a child that exists may have been changed.
    if (message !== DECISION_MESSAGE || this.#child !== undefined) return this.#pino.info(...line as [object])
    if (!this.#sink.takesInfo()) return
    const begin = `{"level":30,"time":${Date.now()}${this.#sink.bindings}`
    this.#sink.write(`${begin},${membersText(this.#bindings)},${membersText(members)},"msg":"${DECISION_MESSAGE}"}\n`)
  }

  fatal (...line: unknown[]): void { this.#pino.fatal(...line as [object]) }
  error (...line: unknown[]): void { this.#pino.error(...line as [object]) }
  warn (...line: unknown[]): void { this.#pino.warn(...line as [object]) }
  debug (...line: unknown[]): void { this.#pino.debug(...line as [object]) }
  trace (...line: unknown[]): void { this.#pino.trace(...line as [object]) }
  silent (): void {}
  child (...line: Parameters<Child>): FastifyBaseLogger { return this.#pino.child(...line) }
}

/** JSON of an object that is not empty, without the braces. */
function membersText (members: unknown): string {
  return JSON.stringify(members).slice(1, -1)
}
