// One evaluation about a person and a tool that do not exist: shows whether a policy decision point can be asked. For `doctor`; what is
// decided is of no use to any call.

import { randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../kernel/fault.ts'
import { readEvaluation } from './evaluation-reply.ts'
import { createEvaluationSender, type DecisionPointAccess } from './evaluation-sender.ts'

export type TrialEvaluation =
  | { readonly kind: 'decided', readonly decision: boolean }
  /** Any status but 200: it speaks about the request of this gateway. */
  | { readonly kind: 'refused', readonly status: number }
  /** `problem` in words that hold nothing of the reply. */
  | { readonly kind: 'unusable', readonly problem: string }
  | { readonly kind: 'unavailable', readonly reason: UnavailabilityCause, readonly detail: string }

/** @param identity issuer and resource of the question: those of the gateway, so that rules about them apply */
export async function tryEvaluation (
  access: DecisionPointAccess, { issuer, resource }: { readonly issuer: string, readonly resource: string }, clock: Clock
): Promise<TrialEvaluation> {
  const madeUp = `doctor-${randomBytes(12).toString('base64url')}`
  const { send, close } = createEvaluationSender(access, clock)
  try {
    const reply = await send({
      subject: { type: 'identity', id: madeUp, properties: { issuer } },
      action: { name: 'tools/call' },
      resource: { type: 'tool', id: madeUp, properties: { server: resource } },
      context: { agent: madeUp }
    })
    if (reply.status !== 200) return { kind: 'refused', status: reply.status }
    const evaluation = readEvaluation(reply)
    return evaluation.ok ? { kind: 'decided', decision: evaluation.value.decision } : { kind: 'unusable', problem: evaluation.error }
  } catch (failure) {
    if (!(failure instanceof AuthorizationServerUnavailable)) throw failure
    return { kind: 'unavailable', reason: failure.reason, detail: failure.detail }
  } finally {
    await close()
  }
}
