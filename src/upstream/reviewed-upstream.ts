// Limits, breaker and connections around one connector. A question that found its session or process gone is asked once more, because it
// was certainly not executed; no other question is ever repeated.

import type { CancellationNotice } from '../kernel/cancellation.ts'
import { err, type Result } from '../kernel/result.ts'
import { asCaller, type Connection, type Connector, type OpenProblem } from './upstream-connection.ts'
import { ConnectionPool, type PooledConnection } from './connection-pool.ts'
import { createConnector } from './connectors.ts'
import { connectionKey } from './person-mark.ts'
import { isOutage, showsLife } from './outage.ts'
import type { Answer, Question } from './question.ts'
import { outcomeOfResponse } from './response-outcome.ts'
import { listTools } from './tool-listing.ts'
import { HTTP_BREAKER, STDIO_BREAKER, UpstreamBreaker, type Admission } from './upstream-breaker.ts'
import type {
  ListingProblem, Upstream, UpstreamCall, UpstreamDependencies, UpstreamEvent, UpstreamListing, UpstreamOutcome, UpstreamPerson,
  UpstreamSettings, UpstreamState
} from './upstream-port.ts'
import { waitFor } from './waited.ts'

type Listed = Result<UpstreamListing, ListingProblem>
type NotExecuted = Extract<UpstreamOutcome, { readonly kind: 'not-executed' }>

const BUSY: NotExecuted = { kind: 'not-executed', reason: 'busy', retryAfterSeconds: 2 }
const CLOSED: NotExecuted = { kind: 'not-executed', reason: 'closed' }
const LOST_AGAIN: NotExecuted = { kind: 'not-executed', reason: 'session-lost' }
const CHANGED: UpstreamOutcome = { kind: 'changed', executed: 'no' }
/** A program that speaks another revision is not started for each call. */
const CHANGED_MS = 30_000
/** The first question, and once more after a lost session. */
const ATTEMPTS = 2

export class ReviewedUpstream implements Upstream {
  readonly name: string
  readonly #settings: UpstreamSettings
  readonly #revision: string
  readonly #dependencies: UpstreamDependencies
  readonly #connector: Connector
  readonly #pool: ConnectionPool
  readonly #breaker: UpstreamBreaker
  readonly #listings = new Map<string, Promise<Listed>>()
  #calls = 0
  #strays = 0
  #closed = false
  #onIdle: (() => void) | undefined
  /** The upstream speaks another revision than that of the lock: until then it is not asked again by a call. */
  #changedUntilMs = -Infinity

  constructor (name: string, settings: UpstreamSettings, revision: string, dependencies: UpstreamDependencies) {
    const { clock, environment = {} } = dependencies
    const { transport: { kind }, limits: { maxConnections, idleMs } } = settings
    this.name = name
    this.#settings = settings
    this.#revision = revision
    this.#dependencies = dependencies
    this.#breaker = new UpstreamBreaker(
      clock, kind === 'stdio' ? STDIO_BREAKER : HTTP_BREAKER, state => { this.#report({ kind: 'breaker', state }) }
    )
    const events = {
      onStray: () => { this.#strays += 1 },
      onToolsChanged: () => { this.#report({ kind: 'tools-changed' }) },
      onNoMessage: () => { this.#report({ kind: 'no-message' }) },
      onStandardError: dependencies.onStandardError,
      onEnded: (connection: Connection, why: 'crashed' | 'noisy') => { if (this.#pool.drop(connection, why)) this.#breaker.failed() }
    }
    const connector = this.#connector = createConnector({ settings, revision, clock, events, environment })
    this.#pool = new ConnectionPool({
      connector,
      maxConnections,
      idleMs,
      clock,
      transport: kind === 'stdio' ? 'stdio' : 'http',
      onEvent: event => { this.#report(event) },
      onConnected: caller => { dependencies.onConnected?.(caller) },
      onOpenFailed: problem => { if (isOutage(problem)) this.#breaker.failed() }
    })
  }

  #report (event: UpstreamEvent): void {
    this.#dependencies.onEvent?.(event)
  }

  state (): UpstreamState {
    const standardError = this.#connector.standardError?.()
    return {
      breaker: this.#breaker.state,
      connections: this.#pool.size,
      callsInFlight: this.#calls,
      strayMessages: this.#strays,
      ...(standardError !== undefined && { standardError })
    }
  }

  async call (call: UpstreamCall): Promise<UpstreamOutcome> {
    const { limits } = this.#settings
    if (this.#closed) return CLOSED
    if (this.#calls >= limits.concurrent) return BUSY
    if (this.#nowMs() < this.#changedUntilMs) return CHANGED
    const { tool, changes, trace, caller } = call
    const question: Question = {
      method: 'tools/call',
      params: { name: tool, arguments: call.arguments },
      name: tool,
      trace,
      credential: caller.credential,
      mirroredHeaders: call.mirroredHeaders,
      onProgress: call.onProgress,
      endsAtMs: this.#nowMs() + (call.timeoutMs ?? limits.timeoutMs),
      // The outcome of a change must become known.
      signal: changes ? undefined : call.signal,
      cancellable: !changes,
      maxBytes: Math.min(call.maxResultBytes ?? Infinity, limits.maxResultBytes)
    }
    const admission = this.#breaker.admit()
    if (admission.kind === 'refuse') return resting(admission)
    this.#calls += 1
    try {
      const answer = await this.#onConnection(caller, question.endsAtMs, question.signal, connection => connection.ask(question))
      this.#judge(admission, answer)
      const outcome = outcomeOf(answer, this.#revision)
      if (outcome.kind === 'changed') this.#changedUntilMs = this.#nowMs() + CHANGED_MS
      return outcome
    } finally {
      this.#calls -= 1
      this.#tellIfIdle()
    }
  }

  list (caller?: UpstreamPerson): Promise<Listed> {
    if (this.#closed) return Promise.resolve(err(CLOSED))
    const key = connectionKey(this.#settings.isolation, caller)
    let listing = this.#listings.get(key)
    if (listing === undefined) {
      listing = this.#list(caller).finally(() => {
        this.#listings.delete(key)
        this.#tellIfIdle()
      })
      this.#listings.set(key, listing)
    }
    return listing
  }

  async #list (caller: UpstreamPerson | undefined): Promise<Listed> {
    const endsAtMs = this.#nowMs() + this.#settings.limits.timeoutMs
    const admission = this.#breaker.admit()
    if (admission.kind === 'refuse') return err(resting(admission))
    let listed: Listed = err(LOST_AGAIN)
    const answer = await this.#onConnection(caller, endsAtMs, undefined, async connection => {
      const result = await listTools(asCaller(connection, caller), this.#revision, endsAtMs)
      if (!result.ok && result.error.kind === 'lost') return result.error
      listed = result as Listed
      if (result.ok) this.#changedUntilMs = -Infinity
      return result.ok || result.error.kind === 'refused' || result.error.kind === 'endless'
        ? { kind: 'response', body: {}, bytes: 0 }
        : result.error
    })
    this.#judge(admission, answer)
    return 'body' in answer || answer.kind === 'answered' || answer.kind === 'lost' ? listed : err(answer)
  }

  #judge (admission: Admission, answer: Answer): void {
    if (admission.kind === 'trial') this.#breaker.trialEnded(showsLife(answer))
    else if (answer.kind === 'response' || answer.kind === 'answered') this.#breaker.answered()
  }

  /** Uses the connection of this caller, and another one where the first was lost. */
  async #onConnection (
    caller: UpstreamPerson | undefined, endsAtMs: number, signal: CancellationNotice | undefined,
    use: (connection: Connection) => Promise<Answer>
  ): Promise<Answer> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const entry = this.#connector.common() === undefined ? this.#pool.use(this.#keyOf(caller), caller) : undefined
      const common = this.#connector.common()
      if (entry === undefined && common === undefined) return BUSY
      try {
        const connection = entry === undefined ? common : entry.connection ?? await this.#opened(entry, endsAtMs, signal)
        if (connection === undefined) return BUSY
        if ('kind' in connection) return connection
        const answer = await use(connection)
        if (answer.kind === 'not-executed' && answer.reason === 'unreachable') this.#breaker.failed()
        if (answer.kind !== 'lost') return answer
        this.#pool.drop(connection, 'lost')
      } finally {
        if (entry !== undefined) this.#pool.release(entry)
      }
    }
    return LOST_AGAIN
  }

  async #opened (entry: PooledConnection, endsAtMs: number, signal: CancellationNotice | undefined): Promise<Connection | OpenProblem> {
    const waited = await waitFor(entry.opening, endsAtMs - this.#nowMs(), signal)
    if (waited.kind !== 'done') return { kind: 'not-executed', reason: waited.kind }
    return waited.value.ok ? waited.value.value : waited.value.error
  }

  #keyOf (caller: UpstreamPerson | undefined): string {
    const { isolation, transport } = this.#settings
    // Where one process serves everyone, there may be several of it.
    return isolation === 'shared' && transport.kind === 'stdio' ? this.#pool.leastUsedKey('shared') : connectionKey(isolation, caller)
  }

  #nowMs (): number {
    return this.#dependencies.clock.monotonicMs()
  }

  #tellIfIdle (): void {
    if (this.#calls === 0 && this.#listings.size === 0) this.#onIdle?.()
  }

  async close (deadlineMs: number): Promise<void> {
    this.#closed = true
    const idle = new Promise<void>(resolve => { this.#onIdle = resolve })
    this.#tellIfIdle()
    await waitFor(idle, deadlineMs, undefined)
    await this.#pool.close()
  }
}

function resting ({ retryAfterSeconds }: Extract<Admission, { readonly kind: 'refuse' }>): NotExecuted {
  return { kind: 'not-executed', reason: 'resting', retryAfterSeconds }
}

function outcomeOf (answer: Answer, revision: string): UpstreamOutcome {
  switch (answer.kind) {
    case 'response': return outcomeOfResponse(answer.body, revision)
    case 'lost': return LOST_AGAIN
    case 'answered':
    case 'not-executed':
    case 'unknown':
    case 'too-large':
    case 'changed':
      return answer
  }
}
