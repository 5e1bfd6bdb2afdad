// The sessions of the ticket shop, in memory: a restart means to log in again. A table with a bound, because the store that comes with
// @fastify/session has none.

import type { Session } from 'fastify'
import type { SessionStore } from '@fastify/session'
import { LRUCache } from 'lru-cache'
import type { Locale } from '../kernel/locale.ts'
import type { Person } from '../kernel/person.ts'

const IDLE_MS = 2 * 3600_000
export const LONGEST_MS = 8 * 3600_000
const MAX_SESSIONS = 5_000

export interface LoggedIn {
  readonly person: Person
  /** What the authorization server calls them; for the head of the page. */
  readonly name: string
  readonly loggedInAtMs: number
  /** For the person's own grants; it never leaves this process but to the authorization server. */
  readonly accessToken: string
}

/** A login that has begun; used once. */
export interface PendingLogin {
  readonly verifier: string
  readonly nonce: string
  readonly to: string
  readonly language: Locale
  readonly startedAtMs: number
}

declare module 'fastify' {
  interface Session {
    loggedIn?: LoggedIn
    /** By `state`; a person may have several tabs. */
    pending?: Readonly<Record<string, PendingLogin>>
    /** Names of clients that were seen, for reservations of those that are withdrawn. */
    clientNames?: Readonly<Record<string, string>>
  }
}

/** @param monotonicMs for how long a session was not used */
export function createSessionStore (monotonicMs: () => number): SessionStore {
  const sessions = new LRUCache<string, { readonly session: Session, usedAtMs: number }>({ max: MAX_SESSIONS })
  return {
    set (id, session, done) {
      sessions.set(id, { session, usedAtMs: monotonicMs() })
      done()
    },
    get (id, done) {
      const kept = sessions.get(id)
      if (kept === undefined || monotonicMs() - kept.usedAtMs >= IDLE_MS) {
        sessions.delete(id)
        done(null, null)
        return
      }
      kept.usedAtMs = monotonicMs()
      done(null, kept.session)
    },
    destroy (id, done) {
      sessions.delete(id)
      done()
    }
  }
}
