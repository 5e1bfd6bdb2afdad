// The open connections of one upstream, one for each key. Callers of one key share one opening; a connection that nothing has used for a
// while is ended, and the one used longest ago makes place for another key.

import type { Clock } from '../kernel/clock.ts'
import { err } from '../kernel/result.ts'
import type { Connection, Connector, Opened, OpenProblem } from './upstream-connection.ts'
import type { UpstreamEvent, UpstreamPerson } from './upstream-port.ts'

/** A key with its connection, or the one that is being opened. */
export interface PooledConnection {
  readonly key: string
  readonly opening: Promise<Opened>
  /** Set when it is open, so that a call does not wait for a promise. */
  connection: Connection | undefined
  /** Callers that use it or wait for it. */
  users: number
  lastUsedMs: number
}

interface PoolOptions {
  readonly connector: Connector
  readonly maxConnections: number
  readonly idleMs: number
  readonly clock: Clock
  readonly onEvent: (event: UpstreamEvent) => void
  /** After each `opened`. */
  readonly onConnected: (caller: UpstreamPerson | undefined) => void
  readonly transport: 'http' | 'stdio'
  /** Once for each opening that failed, however many callers waited for it. */
  readonly onOpenFailed: (problem: OpenProblem) => void
}

/** How often idle connections are looked for, as a part of the time that they may be idle. */
const LOOKS = 4

export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #entries = new Map<string, PooledConnection>()
  readonly #ending = new Set<Promise<void>>()
  #sweeper: NodeJS.Timeout | undefined

  constructor (options: PoolOptions) {
    this.#options = options
  }

  get size (): number {
    return this.#entries.size
  }

  /** @returns undefined when no connection may be added: all are in use */
  use (key: string, caller: UpstreamPerson | undefined): PooledConnection | undefined {
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      if (this.#entries.size >= this.#options.maxConnections && !this.#evict()) return undefined
      entry = this.#add(key, caller)
    }
    entry.users += 1
    return entry
  }

  release (entry: PooledConnection): void {
    entry.users -= 1
    entry.lastUsedMs = this.#options.clock.monotonicMs()
  }

  /** The key among `prefix0`, `prefix1` … that has the fewest users; a further one while all have some and there may be more. */
  leastUsedKey (prefix: string): string {
    let best: PooledConnection | undefined
    for (const entry of this.#entries.values()) if (best === undefined || entry.users < best.users) best = entry
    if (best === undefined) return `${prefix}0`
    if (best.users === 0 || this.#entries.size >= this.#options.maxConnections) return best.key
    for (let index = 0; ; index += 1) if (!this.#entries.has(`${prefix}${index}`)) return `${prefix}${index}`
  }

  /** The connection can be asked nothing any more. @returns whether it was still here */
  drop (connection: Connection, why: 'lost' | 'crashed' | 'noisy'): boolean {
    for (const [key, entry] of this.#entries) {
      if (entry.connection !== connection) continue
      this.#entries.delete(key)
      // There is nothing to end of a session that the server has forgotten.
      if (why !== 'lost') this.#end(connection)
      this.#options.onEvent({ kind: 'ended', why })
      return true
    }
    return false
  }

  #add (key: string, caller: UpstreamPerson | undefined): PooledConnection {
    const opening = this.#open(caller)
    const entry: PooledConnection = { key, opening, connection: undefined, users: 0, lastUsedMs: this.#options.clock.monotonicMs() }
    this.#entries.set(key, entry)
    opening.then(opened => {
      if (opened.ok) {
        entry.connection = opened.value
        this.#options.onEvent({ kind: 'opened', transport: this.#options.transport })
        this.#options.onConnected(caller)
      } else {
        this.#entries.delete(key)
        this.#options.onOpenFailed(opened.error)
      }
    }, () => {})
    this.#sweeper ??= setInterval(() => { this.#sweep() }, this.#options.idleMs / LOOKS).unref()
    return entry
  }

  async #open (caller: UpstreamPerson | undefined): Promise<Opened> {
    // The processes that made place count until they are gone.
    while (this.#entries.size + this.#ending.size > this.#options.maxConnections && this.#ending.size > 0) {
      await Promise.race(this.#ending)
    }
    try {
      return await this.#options.connector.open(caller)
    } catch {
      return err({ kind: 'not-executed', reason: 'start-failed' })
    }
  }

  #evict (): boolean {
    let oldest: PooledConnection | undefined
    for (const entry of this.#entries.values()) {
      if (isIdle(entry) && (oldest === undefined || entry.lastUsedMs < oldest.lastUsedMs)) oldest = entry
    }
    if (oldest !== undefined) this.#retire(oldest, 'idle')
    return oldest !== undefined
  }

  #sweep (): void {
    const usedBeforeMs = this.#options.clock.monotonicMs() - this.#options.idleMs
    for (const entry of this.#entries.values()) {
      if (isIdle(entry) && entry.lastUsedMs <= usedBeforeMs) this.#retire(entry, 'idle')
    }
    if (this.#entries.size === 0) this.#stopSweeping()
  }

  #stopSweeping (): void {
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  #retire (entry: PooledConnection, why: 'idle' | 'closed'): void {
    this.#entries.delete(entry.key)
    if (entry.connection === undefined) {
      entry.opening.then(opened => { if (opened.ok) this.#end(opened.value) }, () => {})
    } else this.#end(entry.connection)
    this.#options.onEvent({ kind: 'ended', why })
  }

  #end (connection: Connection): void {
    const ended = connection.end().finally(() => { this.#ending.delete(ended) })
    this.#ending.add(ended)
  }

  /** Ends all connections, also those in use or being opened, and waits for their end. */
  async close (): Promise<void> {
    this.#stopSweeping()
    const openings = [...this.#entries.values()].map(({ opening }) => opening)
    for (const entry of this.#entries.values()) this.#retire(entry, 'closed')
    await Promise.all([...this.#ending, this.#options.connector.close()])
    await Promise.all(openings)
    await Promise.all(this.#ending)
  }
}

function isIdle ({ users, connection }: PooledConnection): boolean {
  return users === 0 && connection !== undefined
}
