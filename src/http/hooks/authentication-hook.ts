// The authentication hook: credentials, proof of possession, grant. It runs before the body is read, so that a request without a good
// token costs no parsing. A cache hit is decided in the same tick: docs/performance.md#promises-per-layer. A proof is redeemed in
// proof-redemption.ts.

import type { FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import type { Authentication, Authenticator } from '../../auth/authentication.ts'
import type { Possession, VerifiedProof } from '../../auth/possession/possession.ts'
import type { PresentedToken } from '../../auth/presented-token.ts'
import { watchArrival, type Arrival } from './arrival.ts'
import { setCallState } from './call-state.ts'
import { createCredentialsReader } from './credentials.ts'
import { rawHeaderFields } from './raw-header.ts'
import type { RequestHook } from './request-hook.ts'
import type { DpopProofs, SenderProofs } from './sender-proof.ts'
import { createTokenRefusals, type Refused, type TokenRefusalOptions } from './token-refusals.ts'

export interface AuthenticationHookOptions extends TokenRefusalOptions {
  readonly authenticator: Authenticator
  /** Absent: bearer tokens only; a token that is bound to a key is refused. */
  readonly senderProofs: SenderProofs | undefined
  /** The `htu` that a DPoP proof must have (RFC 9449 §4.3). */
  readonly url: string | ((request: FastifyRequest) => string)
  /** Longer tokens are refused. */
  readonly maxTokenCharacters?: number
}

interface Attempt extends Refused {
  readonly done: HookHandlerDoneFunction
}

/** For an answer from the cache: when the body arrives is not known yet. */
const NOT_WATCHED: Arrival = { wholeSinceMs: undefined }

export function createAuthenticationHook (options: AuthenticationHookOptions): RequestHook {
  const { authenticator, senderProofs, url, maxTokenCharacters, clock } = options
  const { refuse, fail } = createTokenRefusals(options)
  const dpop = senderProofs?.dpop
  const readCredentials = createCredentialsReader(dpop !== undefined, maxTokenCharacters)

  return function authenticate (request, reply, done) {
    const attempt = { request, reply, done, startedMs: clock.monotonicMs() }
    try {
      const credentials = readCredentials(request.raw)
      if (!credentials.ok) return refuse(attempt, credentials.error.rejection, credentials.error.scheme)
      const { scheme, token } = credentials.value
      if (scheme === 'DPoP' && dpop !== undefined) {
        authenticateWithProof(attempt, dpop, token).catch((error: unknown) => { fail(attempt, error, token) })
        return
      }
      const possession = possessionOf(request, undefined)
      const authentication = authenticator.authenticate(token, possession)
      if (!(authentication instanceof Promise)) return settle(attempt, token, possession, authentication, NOT_WATCHED)
      const arrival = watchArrival(request, attempt.startedMs)
      authentication
        .then(settled => { settle(attempt, token, possession, settled, arrival) })
        .catch((error: unknown) => { fail(attempt, error, token) })
    } catch (error) {
      fail(attempt, error)
    }
  }

  async function authenticateWithProof (attempt: Attempt, { verify }: DpopProofs, token: PresentedToken): Promise<void> {
    const { request } = attempt
    const htu = typeof url === 'string' ? url : url(request)
    const proven = await verify({ fields: rawHeaderFields(request.raw, 'dpop'), method: request.method, url: htu, token })
    if (!proven.ok) return refuse(attempt, proven.error, 'DPoP', token)
    const possession = possessionOf(request, proven.value)
    const arrival = watchArrival(request, clock.monotonicMs())
    const authentication = await authenticator.authenticate(token, possession)
    settle(attempt, token, possession, authentication, arrival)
  }

  /** `undefined` for most requests, which then cost no object. */
  function possessionOf (request: FastifyRequest, proof: VerifiedProof | undefined): Possession | undefined {
    const certificateThumbprint = senderProofs?.certificateOf?.(request)
    if (proof === undefined && certificateThumbprint === undefined) return undefined
    return { scheme: proof === undefined ? 'Bearer' : 'DPoP', proof, certificateThumbprint }
  }

  function settle (
    attempt: Attempt, token: PresentedToken, possession: Possession | undefined, authentication: Authentication,
    { wholeSinceMs }: Arrival
  ): void {
    if (!authentication.ok) return refuse(attempt, authentication.error, possession?.scheme, token)
    const { request, startedMs, done } = attempt
    setCallState(request, { startedMs, wholeSinceMs, token, possession, grant: authentication.value, authenticatedMs: clock.monotonicMs() })
    done()
  }
}
