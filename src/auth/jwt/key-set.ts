// With which keys does an authorization server sign? Its JWK Set: fetched when first needed, refreshed behind the callers'
// backs, fetched again for a key that is not in it, and not believed beyond an hour. Says nothing about any signature.

import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import type { Exchanger } from '../server/exchange.ts'
import { readJsonBody } from '../server/json-body.ts'
import { loadJose } from '../load-jose.ts'
import type { KeyLookup } from './signature.ts'

/** A new key is noticed at once, by the first token that names it; a key that was withdrawn, after this. */
const REFRESH_AFTER_MS = 300_000
/** While the server cannot be reached its keys go on being used, but not for longer than this. */
const MAX_AGE_MS = 3_600_000
/** Between two fetches, whatever their cause or outcome: a flood of invented key ids costs nobody anything. */
const PAUSE_MS = 30_000
/** Servers publish a handful. */
const MAX_KEYS = 100

export interface KeySet {
  readonly known: () => boolean
  /**
   * The keys, from memory when they are known; all who wait for the first fetch wait for the same one.
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly ensure: () => KeyLookup | Promise<KeyLookup>
  /**
   * The keys once more, because one was not among them; `undefined` when that was asked a moment ago.
   * @throws AuthorizationServerUnavailable (as a rejected promise)
   */
  readonly again: () => Promise<KeyLookup | undefined>
}

export interface KeySetSettings {
  /** Where it is. May throw AuthorizationServerUnavailable. */
  readonly locate: () => URL | Promise<URL>
  /** Told when a fetch failed: the address may be out of date. */
  readonly suspect?: () => void
  readonly exchanger: Exchanger
  /** For one fetch. */
  readonly deadlineMs: number
  readonly clock: Clock
}

/** @see https://www.rfc-editor.org/rfc/rfc7517#section-5 */
export function createKeySet ({ locate, suspect, exchanger, deadlineMs, clock }: KeySetSettings): KeySet {
  let keys: KeyLookup | undefined
  let fetchedAtMs = -Infinity
  let pauseUntilMs = -Infinity
  let flight: Promise<KeyLookup> | undefined

  async function fetchKeys (): Promise<KeyLookup> {
    const endAtMs = clock.monotonicMs() + deadlineMs
    const { origin, pathname, search } = await locate()
    const reply = await exchanger.exchange({
      origin, path: pathname + search, method: 'GET', headers: { accept: 'application/jwk-set+json, application/json' }
    }, endAtMs - clock.monotonicMs())
    if (reply.status !== 200) throw new AuthorizationServerUnavailable('metadata-unavailable', `JWK Set answered with HTTP status ${reply.status}`)
    return parseKeySet(readJsonBody(reply))
  }

  function launch (): Promise<KeyLookup> {
    flight ??= refresh()
    return flight
  }

  async function refresh (): Promise<KeyLookup> {
    try {
      keys = await fetchKeys()
      fetchedAtMs = clock.monotonicMs()
      pauseUntilMs = fetchedAtMs + PAUSE_MS
      return keys
    } catch (failure) {
      // Not for a first fetch: those who need it try until the server is there.
      if (keys !== undefined) pauseUntilMs = clock.monotonicMs() + PAUSE_MS
      suspect?.()
      throw failure
    } finally {
      flight = undefined
    }
  }

  return {
    known: () => keys !== undefined,
    ensure () {
      const ageMs = clock.monotonicMs() - fetchedAtMs
      if (keys === undefined || ageMs >= MAX_AGE_MS) return launch()
      // What is known goes on being used; the next attempt is a pause away.
      if (ageMs >= REFRESH_AFTER_MS && clock.monotonicMs() >= pauseUntilMs) launch().catch(() => {})
      return keys
    },
    async again () {
      if (flight === undefined && clock.monotonicMs() < pauseUntilMs) return undefined
      return launch()
    }
  }
}

/** Symmetric and private keys have no place in a published set: such a server's answer is not used at all. */
async function parseKeySet (document: unknown): Promise<KeyLookup> {
  const keys = isJsonObject(document) ? document['keys'] : undefined
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw new AuthorizationServerUnavailable('metadata-unavailable', 'JWK Set of unusable form')
  const entries: readonly unknown[] = keys
  // What is no key of a known kind is ignored (RFC 7517 §5).
  const usable = entries.filter((key): key is JsonObject & { kty: string } => isJsonObject(key) && typeof key['kty'] === 'string')
  if (usable.some(key => 'd' in key || 'k' in key || 'priv' in key)) throw new AuthorizationServerUnavailable('metadata-unavailable', 'JWK Set that publishes secrets')
  const { createLocalJWKSet } = await loadJose()
  return createLocalJWKSet({ keys: usable })
}
