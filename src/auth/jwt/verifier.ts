// What is a JWT access token worth? Whoever holds the authorization server's keys can say so, and asks nobody. RFC 9068, and a
// profile for issuers that sign with a shared secret. Reads claims and judges none; knows nothing of revocation.

import type { Dispatcher } from 'undici'
import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Result } from '../../kernel/result.ts'
import { readClaims } from '../claims/claim-reader.ts'
import { createDiscovery } from '../server/discovery.ts'
import { createExchanger } from '../server/exchange.ts'
import type { PresentedToken } from '../presented-token.ts'
import { readEndpoint } from '../server/server-metadata.ts'
import type { TokenStatus, UnverifiableProblem } from '../token-claims.ts'
import type { AskingVerifier } from '../verifier.ts'
import { createKeySet } from './key-set.ts'
import { verifyPublishedSignature } from './published-signature.ts'
import { verifySignature, type SignedForm } from './signature.ts'

export interface JwtVerifierSettings {
  readonly issuer: string
  /** What `alg` may be. */
  readonly algorithms: readonly string[]
  /** What `typ` may be: RFC 9068 says `at+jwt`. */
  readonly types: readonly string[]
  /** Accept a token that states no `typ`, as issuers older than RFC 9068 make them. */
  readonly allowMissingType: boolean
  /** Given: HMAC with this text as UTF-8, and no key set. */
  readonly sharedSecret?: string | undefined
  /** Given: metadata is never fetched. Absent: `jwks_uri` of the issuer's metadata. */
  readonly jwksUri?: string | undefined
  /** For one whole verification: discovery and key set where they are needed. */
  readonly deadlineMs: number
  readonly clock: Clock
  /** Instead of connection pools of our own; stays open on `close`. */
  readonly dispatcher?: Dispatcher | undefined
}

type Verified = Result<JsonObject, UnverifiableProblem>

/** @see https://www.rfc-editor.org/rfc/rfc9068#section-4 */
export function createJwtVerifier (settings: JwtVerifierSettings): AskingVerifier {
  const { issuer, algorithms, sharedSecret } = settings
  const types = new Set<string | undefined>(settings.types.map(type => type.toLowerCase()))
  if (settings.allowMissingType) types.add(undefined)
  const form: SignedForm = { algorithms, types }
  const asked = sharedSecret === undefined ? withPublishedKeys(settings, form) : withSharedSecret(sharedSecret, form)

  return {
    identity: `jwt ${JSON.stringify([issuer, settings.jwksUri ?? null, sharedSecret === undefined ? 'published keys' : 'shared secret', algorithms, settings.types, settings.allowMissingType])}`,
    verify: async (token: PresentedToken): Promise<TokenStatus> => statusOf(await asked.verify(token.reveal())),
    ready: asked.ready,
    known: asked.known,
    close: asked.close
  }
}

function statusOf (verified: Verified): TokenStatus {
  if (!verified.ok) return { kind: 'unverifiable', problem: verified.error }
  const status = readClaims(verified.value, { scopeArray: true })
  if (status.kind !== 'active') return status
  // Introspection is an answer of the server's and may leave these out; a JWT without them is bound to nothing (RFC 9068 §2.2).
  if (status.claims.issuer === undefined) return { kind: 'unusable', claim: 'iss' }
  return status.claims.expiresAt === undefined ? { kind: 'unusable', claim: 'exp' } : status
}

interface KeyHolder {
  readonly verify: (text: string) => Promise<Verified>
  readonly ready: () => Promise<void>
  readonly known: () => boolean
  readonly close: () => Promise<void>
}

function withSharedSecret (sharedSecret: string, form: SignedForm): KeyHolder {
  const key = new TextEncoder().encode(sharedSecret)
  return {
    verify: text => verifySignature(text, () => key, form),
    ready: async () => {},
    known: () => true,
    close: async () => {}
  }
}

function withPublishedKeys ({ issuer, jwksUri, deadlineMs, clock, dispatcher }: JwtVerifierSettings, form: SignedForm): KeyHolder {
  const exchanger = createExchanger(clock, dispatcher)
  const discovery = createDiscovery({ issuer, exchanger, deadlineMs, clock })
  const explicit = jwksUri === undefined ? undefined : new URL(jwksUri)
  const keySet = createKeySet({
    locate: explicit === undefined ? async () => readEndpoint(await discovery.ensure(), 'jwks_uri') : () => explicit,
    suspect: discovery.suspect,
    exchanger,
    deadlineMs,
    clock
  })

  return {
    verify: text => verifyPublishedSignature(text, keySet, form),
    ready: async () => { await keySet.ensure() },
    known: keySet.known,
    close: exchanger.close
  }
}
