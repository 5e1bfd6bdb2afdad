// Is this request authenticated? A callback hook that runs before the body is read, so that a request without a good
// token costs no parsing. A cache hit is decided in the same tick.

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
import type { DpopProofs, SenderProofs } from './sender-proof.ts'

export interface AuthenticationHookOptions {
  readonly authenticator: Authenticator
  readonly rejections: RejectionAnswers
  /** Absent: bearer tokens only, and what is bound to a key is refused. */
  readonly senderProofs: SenderProofs | undefined
  /** What a DPoP proof has to name. */
  readonly url: string
  readonly warnOperator: WarnOperator
  readonly clock: Clock
}

interface Arrival { readonly token: PresentedToken, readonly startedMs: number, readonly possession: Possession | undefined }

type Hook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void

export function createAuthenticationHook ({ authenticator, rejections, senderProofs, url, warnOperator, clock }: AuthenticationHookOptions): Hook {
  const dpop = senderProofs?.dpop
  const readCredentials = createCredentialsReader(dpop !== undefined)

  return function authenticate (request, reply, done) {
    const startedMs = clock.monotonicMs()
    try {
      const credentials = readCredentials(request.raw)
      if (!credentials.ok) return refuse(request, reply, credentials.error.rejection, undefined, startedMs, credentials.error.scheme)
      const { scheme, token } = credentials.value
      if (scheme === 'DPoP' && dpop !== undefined) return authenticateWithProof(request, reply, done, dpop, token, startedMs)
      const arrival = { token, startedMs, possession: shownBeside(request, undefined) }
      const authentication = authenticator.authenticate(token, arrival.possession)
      if (!(authentication instanceof Promise)) return settle(request, reply, done, arrival, authentication)
      authentication
        .then(settled => { settle(request, reply, done, arrival, settled) })
        .catch((error: unknown) => { fail(request, reply, error, arrival.token, startedMs) })
    } catch (error) {
      fail(request, reply, error, undefined, startedMs)
    }
  }

  function authenticateWithProof (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction, dpop: DpopProofs, token: PresentedToken, startedMs: number): void {
    async function prove (): Promise<void> {
      const proven = await dpop.verify({ fields: rawHeaderFields(request.raw, 'dpop'), method: request.method, url, token })
      if (!proven.ok) return refuse(request, reply, proven.error, token, startedMs, 'DPoP')
      const possession = shownBeside(request, proven.value)
      const authentication = await authenticator.authenticate(token, possession)
      if (authentication.ok) {
        // Only now: proofs for tokens that are no good must not fill the memory of proofs.
        const use = dpop.replays.redeem(proven.value)
        if (use !== 'fresh') return refuse(request, reply, { kind: 'invalid-proof', problem: use }, token, startedMs, 'DPoP')
        if (proven.value.needsNewNonce && dpop.nonces !== undefined) reply.header(NONCE_HEADER, dpop.nonces.current())
      }
      settle(request, reply, done, { token, startedMs, possession }, authentication)
    }
    prove().catch((error: unknown) => { fail(request, reply, error, token, startedMs) })
  }

  /** Nothing at all for most requests: then nothing is made. */
  function shownBeside (request: FastifyRequest, proof: VerifiedProof | undefined): Possession | undefined {
    const certificateThumbprint = senderProofs?.certificateOf?.(request)
    if (proof === undefined && certificateThumbprint === undefined) return undefined
    return { scheme: proof === undefined ? 'Bearer' : 'DPoP', proof, certificateThumbprint }
  }

  function settle (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction, arrival: Arrival, authentication: Authentication): void {
    const { token, startedMs, possession } = arrival
    if (!authentication.ok) return refuse(request, reply, authentication.error, token, startedMs, possession?.scheme)
    setCallState(request, { startedMs, token, possession, grant: authentication.value, authenticatedMs: clock.monotonicMs() })
    done()
  }

  function refuse (request: FastifyRequest, reply: FastifyReply, rejection: Rejection, token: PresentedToken | undefined, startedMs: number, used?: Scheme): void {
    const answer = rejections.answer(rejection, undefined, used)
    publishRefusal(request, {
      reason: rejectionReason(rejection), tokenHash: token?.fingerprint, status: answer.status, durationMs: clock.monotonicMs() - startedMs
    })
    if (rejection.kind === 'invalid-token') warnOperator(request.log, rejection.problem)
    sendAnswer(reply, answer)
  }

  function fail (request: FastifyRequest, reply: FastifyReply, error: unknown, token: PresentedToken | undefined, startedMs: number): void {
    const fault = error instanceof GatewayError ? error : new GatewayError('GW_INTERNAL', 'authentication failed', { cause: error })
    const answer = faultAnswer(fault, undefined)
    logFault(request.log, fault)
    publishRefusal(request, {
      reason: 'fault', remark: fault.code, tokenHash: token?.fingerprint, status: answer.status, durationMs: clock.monotonicMs() - startedMs
    })
    sendAnswer(reply, answer)
  }
}
