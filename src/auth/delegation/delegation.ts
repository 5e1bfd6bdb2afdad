// Which token is shown to another server on behalf of this person? One that the person's own authorization server exchanged for it
// (RFC 8693), never the token of the client: MCP forbids to pass that on
// (https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#token-handling).

import { hash } from 'node:crypto'
import type { Dispatcher } from 'undici'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { JsonValue } from '../../kernel/json.ts'
import { err, ok } from '../../kernel/result.ts'
import type { Authentication } from '../authentication.ts'
import { createSingleFlight } from '../cache/single-flight.ts'
import type { VerifiedGrant } from '../grant.ts'
import type { PresentedToken } from '../presented-token.ts'
import type { AuthorizationServer } from '../server/authorization-server.ts'
import { createExchanger } from '../server/exchange.ts'
import { askedDetails } from './asked-details.ts'
import { createDelegatedTokens, type DelegatedTokenKey } from './delegated-tokens.ts'
import type { Delegated, DelegationProblem, DelegationTarget, DelegationWish, TokenExchange } from './delegation-target.ts'
import { createExchangeClient, type ExchangeClient } from './exchange-client.ts'
import type { AskedToken, ExchangedToken } from './exchange-reply.ts'

interface DelegationSubject {
  readonly token: PresentedToken
  /** The grant on which the call was permitted. */
  readonly grant: VerifiedGrant
  /** Asks the authorization server about the token now. */
  readonly reauthenticate: () => Promise<Authentication>
}

export interface Delegation {
  /** Never rejects. Synchronous for a token that is kept. */
  readonly delegate: (subject: DelegationSubject, target: DelegationTarget) => Delegated | Promise<Delegated>
  /** A token was found to be no longer good: drops everything that it was exchanged for. */
  readonly forget: (tokenDigest: string) => void
  /** Waits for exchanges in flight. */
  readonly close: () => Promise<void>
}

export interface DelegationSettings {
  readonly servers: ReadonlyArray<Pick<AuthorizationServer, 'issuer' | 'metadata'>>
  /** For which tokens of clients are issued, at any endpoint. */
  readonly ownAudiences: readonly string[]
  readonly clock: Clock
  /** Replaces the connection pools. For tests. */
  readonly dispatcher: Dispatcher | undefined
}

/** A token is not shown in its last moments, in which it might expire on the way. */
const MARGIN_MS = 30_000
/** Of a token whose reply does not say. */
const UNSTATED_MS = 60_000
/** A server that refuses is not asked again at once by each of a thousand calls. */
const REFUSED_MS = 2000

interface Flight { readonly subject: string, dropped: boolean }

export function createDelegation ({ servers, ownAudiences, clock, dispatcher }: DelegationSettings): Delegation {
  const { exchange: send, close } = createExchanger(clock, dispatcher)
  const kept = createDelegatedTokens(clock)
  const flights = createSingleFlight<Delegated>(() => {})
  const inFlight = new Set<Flight>()
  /** One for each upstream of a generation and each issuer. */
  const clients = new WeakMap<TokenExchange, Map<string, ExchangeClient>>()

  function clientFor (settings: TokenExchange, issuer: string): ExchangeClient | undefined {
    if (settings.issuer !== undefined && settings.issuer !== issuer) return undefined
    const byIssuer = clients.get(settings) ?? new Map<string, ExchangeClient>()
    clients.set(settings, byIssuer)
    const known = byIssuer.get(issuer)
    const server = servers.find(candidate => candidate.issuer === issuer)
    if (known !== undefined || server === undefined) return known
    const client = createExchangeClient({ settings, server, send, clock, ownAudiences })
    byIssuer.set(issuer, client)
    return client
  }

  async function obtain (key: DelegatedTokenKey, subject: DelegationSubject, wish: DelegationWish, asked: AskedToken): Promise<Delegated> {
    const { token: { digest }, grant } = subject
    const client = clientFor(wish.exchange, grant.person.issuer)
    if (client === undefined) return err({ kind: 'refused', reason: 'no-client-at-this-issuer' })
    const flight: Flight = { subject: digest, dropped: false }
    inFlight.add(flight)
    try {
      const exchanged = await client.exchange(asked)
      if (exchanged.ok && !flight.dropped) {
        const delegated = ok(exchanged.value.token)
        kept.keep(digest, key, delegated, lifetimeMs(exchanged.value, wish.exchange, grant))
        return delegated
      }
      const problem = exchanged.ok || exchanged.error.kind === 'about-the-token'
        ? await askAboutToken(subject, exchanged.ok ? 'revoked-meanwhile' : exchanged.error.reason)
        : exchanged.error as DelegationProblem
      const refusal = err(problem)
      if (problem.kind === 'refused' || problem.kind === 'unusable') kept.keep(digest, key, refusal, REFUSED_MS)
      return refusal
    } finally {
      inFlight.delete(flight)
    }
  }

  /** The client gets 401 only when the authorization server says so of its token, and then the usual challenge. */
  async function askAboutToken ({ reauthenticate }: DelegationSubject, reason: string): Promise<DelegationProblem> {
    try {
      const live = await reauthenticate()
      return live.ok ? { kind: 'refused', reason } : { kind: 'rejected', rejection: live.error }
    } catch {
      return { kind: 'unavailable', reason: 'token-in-doubt', retryAfterSeconds: 5 }
    }
  }

  function lifetimeMs ({ expiresInSeconds }: ExchangedToken, { cacheMs }: TokenExchange, { expiresAt }: VerifiedGrant): number {
    const stated = expiresInSeconds === undefined ? UNSTATED_MS : expiresInSeconds * 1000 - MARGIN_MS
    const subject = expiresAt === undefined ? Infinity : expiresAt * 1000 - clock.now()
    return Math.min(cacheMs, stated, subject)
  }

  return {
    delegate (subject, { wish, details: wanted, refused }) {
      const { token, grant } = subject
      // The exchange would need a proof with the key of the client, and its result would be bound to none.
      if (grant.senderConstrained === true) return err({ kind: 'refused', reason: 'bound-token' })
      const details = askedDetails(grant.authorizationDetails, wanted)
      if (details === undefined) return err({ kind: 'refused', reason: 'no-such-element' })
      const id = wishId(wish)
      const found = kept.find(token.digest, id, details.digest)
      if (found !== undefined && !(found.ok && found.value === refused)) return found
      const key: DelegatedTokenKey = { wish: id, details: details.digest }
      kept.drop(token.digest, key)
      const asked: AskedToken = { subjectToken: token.reveal(), scopes: wish.scopes, details }
      return flights.join(`${id}.${details.digest}.${token.digest}`, () => obtain(key, subject, wish, asked))
    },
    forget (digest) {
      for (const flight of inFlight) if (flight.subject === digest) flight.dropped = true
      kept.dropDerivedFrom(digest)
    },
    close
  }
}

const wishIds = new WeakMap<DelegationWish, string>()

/** Equal wishes of two generations of the configuration are one; a changed secret makes another. */
function wishId (wish: DelegationWish): string {
  let id = wishIds.get(wish)
  if (id === undefined) {
    id = hash('sha256', canonicalJson(JSON.parse(JSON.stringify(wish)) as JsonValue), 'base64url')
    wishIds.set(wish, id)
  }
  return id
}
