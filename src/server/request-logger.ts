// How does each request get its logger? One that writes decisions, of which every request has one, and leaves everything else to a
// child of pino's, which is made when it is needed.

import type { FastifyBaseLogger } from 'fastify'
import { decisionText, isDecisionLine } from '../http/decisions/decision-line.ts'
import { lastMade, remembered } from '../kernel/remembered.ts'
import { lineSinkOf, type LineSink } from './logger.ts'

type Child = FastifyBaseLogger['child']
type Members = Readonly<Record<string, unknown>>

/** Fastify hands over options without a member, and pino looks for each of those it knows. */
export function childLoggerFactory (logger: FastifyBaseLogger, bindings: Parameters<Child>[0], options: NonNullable<Parameters<Child>[1]>): FastifyBaseLogger {
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

  get #whole (): FastifyBaseLogger {
    this.#child ??= this.#parent.child(this.#bindings)
    return this.#child
  }

  get level (): string { return this.#whole.level }
  set level (level: string) { this.#whole.level = level }

  info (...line: unknown[]): void {
    const [members, message] = line
    if (message !== 'decision' || this.#child !== undefined || !isDecisionLine(members)) return this.#whole.info(...line as [object])
    if (!this.#sink.takesInfo()) return
    this.#sink.write(`{"level":30,"time":${timeText(Date.now())}${this.#sink.bindings}${bindingsText(this.#bindings)}${decisionText(members)},"msg":"decision"}\n`)
  }

  fatal (...line: unknown[]): void { this.#whole.fatal(...line as [object]) }
  error (...line: unknown[]): void { this.#whole.error(...line as [object]) }
  warn (...line: unknown[]): void { this.#whole.warn(...line as [object]) }
  debug (...line: unknown[]): void { this.#whole.debug(...line as [object]) }
  trace (...line: unknown[]): void { this.#whole.trace(...line as [object]) }
  silent (): void {}
  child (...line: Parameters<Child>): FastifyBaseLogger { return this.#whole.child(...line) }
}

/** Text that JSON writes as it is. */
const PLAIN = /^[\w\-:./ ]*$/

/** Each member after a comma. Mostly it is the number of the request alone, and JSON.stringify takes three times as long for that. */
function bindingsText (bindings: Members): string {
  let text = ''
  for (const name in bindings) {
    const value = bindings[name]
    const json = typeof value === 'string' && PLAIN.test(value) ? `"${value}"` : JSON.stringify(value) as string | undefined
    // JSON has no text for a function, and nothing is written then.
    if (json !== undefined) text += nameText(name) + json
  }
  return text
}

const MAX_NAMES = 100

const nameText = remembered(MAX_NAMES, (name: string) => `,${JSON.stringify(name)}:`)
/** Several lines share a millisecond, and a number that large is written digit by digit. */
const timeText = lastMade(String)
