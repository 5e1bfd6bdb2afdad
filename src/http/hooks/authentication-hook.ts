// The authentication hook: credentials, proof of possession, grant. It runs before the body is read, so that a request without a good
// token costs no parsing. A cache hit is decided in the same tick: docs/performance.md#promises-per-layer

import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import type { Authentication, Authenticator } from '../../auth/authentication.ts'
import type { Possession, Scheme, VerifiedProof } from '../../auth/possession/possession.ts'
import type { PresentedToken } from '../../auth/presented-token.ts'
import type { Rejection } from '../../auth/rejection.ts'
import { rejectionReason } from '../../auth/rejection-reason.ts'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { setCallState } from './call-state.ts'
import { createCredentialsReader } from './credentials.ts'
import { rawHeaderFields } from './raw-header.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { logFault } from '../decisions/fault-log.ts'
import { faultAnswer } from '../answers/fault-answer.ts'
import type { WarnOperator } from '../decisions/operator-hints.ts'
import { NONCE_HEADER, type RejectionAnswers } from '../answers/rejection-answer.ts'
import { sendAnswer } from '../answers/send.ts'
import type { RequestHook } from './request-hook.ts'
import type { DpopProofs, SenderProofs } from './sender-proof.ts'

export interface AuthenticationHookOptions {
  readonly authenticator: Authenticator
  readonly rejections: RejectionAnswers
  /** Absent: bearer tokens only; a token that is bound to a key is refused. */
  readonly senderProofs: SenderProofs | undefined
  /** The `htu` that a DPoP proof must have (RFC 9449 §4.3). */
  readonly url: string | ((request: FastifyRequest) => string)
  /** Longer tokens are refused. */
  readonly maxTokenCharacters?: number
  readonly warnOperator: WarnOperator
  readonly clock: Clock
}

interface Attempt {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly done: HookHandlerDoneFunction
  readonly startedMs: number
}

export function createAuthenticationHook (options: AuthenticationHookOptions): RequestHook {
  const { authenticator, rejections, senderProofs, url, maxTokenCharacters, warnOperator, clock } = options
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
      if (!(authentication instanceof Promise)) return settle(attempt, token, possession, authentication)
      authentication
        .then(settled => { settle(attempt, token, possession, settled) })
        .catch((error: unknown) => { fail(attempt, error, token) })
    } catch (error) {
      fail(attempt, error)
    }
  }

  async function authenticateWithProof (attempt: Attempt, { verify, replays, nonces }: DpopProofs, token: PresentedToken): Promise<void> {
    const { request, reply } = attempt
    const htu = typeof url === 'string' ? url : url(request)
    const proven = await verify({ fields: rawHeaderFields(request.raw, 'dpop'), method: request.method, url: htu, token })
    if (!proven.ok) return refuse(attempt, proven.error, 'DPoP', token)
    const possession = possessionOf(request, proven.value)
    const authentication = await authenticator.authenticate(token, possession)
    if (authentication.ok) {
      // Not earlier: proofs for bad tokens must not fill the replay memory.
      const use = replays.redeem(proven.value)
      if (use !== 'fresh') return refuse(attempt, { kind: 'invalid-proof', problem: use }, 'DPoP', token)
      if (proven.value.needsNewNonce && nonces !== undefined) reply.header(NONCE_HEADER, nonces.current())
    }
    settle(attempt, token, possession, authentication)
  }

  /** `undefined` for most requests, which then cost no object. */
  function possessionOf (request: FastifyRequest, proof: VerifiedProof | undefined): Possession | undefined {
    const certificateThumbprint = senderProofs?.certificateOf?.(request)
    if (proof === undefined && certificateThumbprint === undefined) return undefined
    return { scheme: proof === undefined ? 'Bearer' : 'DPoP', proof, certificateThumbprint }
  }

  function settle (
    attempt: Attempt, token: PresentedToken, possession: Possession | undefined, authentication: Authentication
  ): void {
    if (!authentication.ok) return refuse(attempt, authentication.error, possession?.scheme, token)
    const { request, startedMs, done } = attempt
    setCallState(request, { startedMs, token, possession, grant: authentication.value, authenticatedMs: clock.monotonicMs() })
    done()
  }

  /** @param used the scheme whose challenge carries the error */
  function refuse ({ request, reply, startedMs }: Attempt, rejection: Rejection, used?: Scheme, token?: PresentedToken): void {
    const answer = rejections.answer(rejection, undefined, used)
    const durationMs = clock.monotonicMs() - startedMs
    publishRefusal(request, { reason: rejectionReason(rejection), tokenHash: token?.fingerprint, status: answer.status, durationMs })
    if (rejection.kind === 'invalid-token') warnOperator(request.log, rejection.problem, token)
    sendAnswer(reply, answer)
  }

  function fail ({ request, reply, startedMs }: Attempt, error: unknown, token?: PresentedToken): void {
    const fault = error instanceof GatewayError ? error : new GatewayError('GW_INTERNAL', 'authentication failed', { cause: error })
    const answer = faultAnswer(fault, undefined)
    const durationMs = clock.monotonicMs() - startedMs
    logFault(request.log, fault)
    publishRefusal(request, { reason: 'fault', remark: fault.code, tokenHash: token?.fingerprint, status: answer.status, durationMs })
    sendAnswer(reply, answer)
  }
}
