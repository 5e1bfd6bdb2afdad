// How does each request get its logger? One that writes decisions, of which every request has one, and leaves everything else to a
// child of pino's, which is made when it is needed.

import type { FastifyBaseLogger } from 'fastify'
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
    if (message !== 'decision' || this.#child !== undefined || !isDecision(members)) return this.#whole.info(...line as [object])
    if (!this.#sink.takesInfo()) return
    this.#sink.write(`{"level":30,"time":${Date.now()}${this.#sink.bindings}${membersText(this.#bindings)}${membersText(members)},"msg":"decision"}\n`)
  }

  fatal (...line: unknown[]): void { this.#whole.fatal(...line as [object]) }
  error (...line: unknown[]): void { this.#whole.error(...line as [object]) }
  warn (...line: unknown[]): void { this.#whole.warn(...line as [object]) }
  debug (...line: unknown[]): void { this.#whole.debug(...line as [object]) }
  trace (...line: unknown[]): void { this.#whole.trace(...line as [object]) }
  silent (): void {}
  child (...line: Parameters<Child>): FastifyBaseLogger { return this.#whole.child(...line) }
}

/** It has no member that pino would treat in a way of its own: no error, request or function. */
function isDecision (members: unknown): members is Members {
  return typeof members === 'object' && members !== null && 'event' in members && members.event === 'decision'
}

/** Text that JSON writes as it is. */
const PLAIN = /^[\w\-:./ ]*$/

/** Each member after a comma. A record is flat but for few members, and JSON.stringify takes twice as long for it. */
function membersText (members: Members): string {
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
