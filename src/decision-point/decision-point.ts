// Asks a policy decision point for a second opinion, one AuthZEN evaluation for each permitted call. No answer is kept: AuthZEN says
// nothing about how long a decision may be used (https://openid.net/specs/authorization-api-1_0.html#section-6).

import type { Clock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable, DecisionPointUnavailable, GatewayError } from '../kernel/fault.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { Opinion, QuestionedCall, SecondOpinion } from '../mcp/second-opinion.ts'
import { createEvaluationSender, type DecisionPointAccess } from './evaluation-sender.ts'
import { evaluationRequest } from './evaluation-request.ts'
import { hasObligations, readEvaluation } from './evaluation-reply.ts'
import { denialOf } from './remedy-of-reply.ts'

export interface DecisionPointSettings extends DecisionPointAccess {
  readonly sendArguments: boolean
}

export interface DecisionPoint extends SecondOpinion {
  /** Waits for evaluations in flight. */
  readonly close: () => Promise<void>
}

const AGREES: Opinion = { kind: 'agrees' }
const REFUSES: Opinion = { kind: 'denial', denial: { kind: 'refused-by-decision-point' } }
/** A tool with its own mapping wants to be asked about in its own words, in CEL, which this gateway does not evaluate. */
const MAPPING = 'x-authzen-mapping'

export function createDecisionPoint (settings: DecisionPointSettings, resource: string, clock: Clock): DecisionPoint {
  const { sendArguments } = settings
  const { send, close } = createEvaluationSender(settings, clock)

  async function ask (call: QuestionedCall): Promise<Opinion> {
    if (hasOwnMapping(call)) return { kind: 'fault', fault: unmapped(call) }
    const now = clock.now()
    const reply = await send(evaluationRequest(call, now, { resource, sendArguments }))
      .catch((failure: unknown) => { throw unavailable(failure) })
    const evaluation = readEvaluation(reply)
    if (!evaluation.ok) throw new DecisionPointUnavailable(`the policy decision point answered unusably: ${evaluation.error}`)
    const { decision, context } = evaluation.value
    if (decision) return hasObligations(evaluation.value) ? REFUSES : AGREES
    return { kind: 'denial', denial: denialOf(context, call, { now, resource }) }
  }

  return { ask, close }
}

function hasOwnMapping ({ tool }: QuestionedCall): boolean {
  const schema: unknown = tool.input.jsonSchema
  return isJsonObject(schema) && Object.hasOwn(schema, MAPPING)
}

function unmapped ({ tool }: QuestionedCall): GatewayError {
  return new GatewayError('GW_DECISION_POINT_UNMAPPED', `${tool.name}: its schema has ${MAPPING}, which this gateway does not evaluate`)
}

/** The exchange knows authorization servers only; what failed here is another server, and its fault has another code. */
function unavailable (failure: unknown): DecisionPointUnavailable {
  const reason = failure instanceof AuthorizationServerUnavailable ? `${failure.reason}: ${failure.detail}` : 'it cannot be asked'
  return new DecisionPointUnavailable(`the policy decision point: ${reason}`, { cause: failure })
}
