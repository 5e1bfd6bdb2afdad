// Redeems the DPoP proof of a request, so that it works once. It runs after the limits of the person, because a refused request must not
// fill the memory of proofs, and before the body.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { redeemProof, type Redemption } from '../../auth/possession/proof-memory.ts'
import type { ProofProblem } from '../../auth/possession/possession.ts'
import type { Clock } from '../../kernel/clock.ts'
import { NONCE_HEADER } from '../answers/rejection-answer.ts'
import { sendAnswer } from '../answers/send.ts'
import { tooManyRequests } from '../answers/too-many-requests.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { callState, type CallState } from './call-state.ts'
import type { RequestHook } from './request-hook.ts'
import type { DpopProofs } from './sender-proof.ts'
import type { TokenRefusals } from './token-refusals.ts'

export interface ProofRedemptionOptions {
  readonly dpop: DpopProofs
  readonly refusals: TokenRefusals
  readonly clock: Clock
}

export function createProofRedemption ({ dpop: { memory, nonces }, refusals, clock }: ProofRedemptionOptions): RequestHook {
  return function redeem (request, reply, done) {
    const state = callState(request)
    const proof = state?.possession?.proof
    if (state === undefined || proof === undefined) return done()
    const settle = (redemption: Redemption): void => {
      if (redemption.kind !== 'fresh') return refuse(request, reply, state, redemption)
      if (proof.needsNewNonce && nonces !== undefined) reply.header(NONCE_HEADER, nonces.current())
      done()
    }
    const fail = (error: unknown): void => { refusals.fail({ request, reply, startedMs: state.startedMs }, error, state.token) }
    try {
      const redemption = redeemProof(memory, proof, state.grant.person, clock.now())
      if (redemption instanceof Promise) redemption.then(settle).catch(fail)
      else settle(redemption)
    } catch (error) {
      fail(error)
    }
  }

  function refuse (
    request: FastifyRequest, reply: FastifyReply, { startedMs, token, grant }: CallState, redemption: Exclude<Redemption, { kind: 'fresh' }>
  ): void {
    const invalid = (problem: ProofProblem): void => {
      refusals.refuse({ request, reply, startedMs }, { kind: 'invalid-proof', problem }, 'DPoP', token)
    }
    switch (redemption.kind) {
      case 'replayed': return invalid('replayed')
      case 'too-old': return invalid('time')
      case 'full': {
        const answer = tooManyRequests(redemption.retryAfterSeconds)
        const durationMs = clock.monotonicMs() - startedMs
        publishRefusal(request, { reason: 'rate-limited:proofs', grant, status: answer.status, durationMs })
        sendAnswer(reply, answer)
      }
    }
  }
}
