// A second opinion about a call that the policy has permitted. It may only refuse: what it is asked about has a permit already, and
// no answer makes one. Asked before anything is held, recorded as a change or executed (docs/second-opinion.md).

import type { GatewayError } from '../kernel/fault.ts'
import type { VerifiedGrant } from '../auth/grant.ts'
import type { DetailsRequirement } from '../policy/authorization-details/details-requirement.ts'
import type { Denial } from '../policy/denial.ts'
import type { Authorize } from './call-authorization.ts'
import type { RegisteredTool } from './registered-tool.ts'

/** A call that the policy has permitted. */
export interface QuestionedCall {
  readonly tool: RegisteredTool
  /** As the client sent them; the tool's schema accepts them. */
  readonly args: unknown
  /** The one that was decided about last: the live one, where the tool demands that. */
  readonly grant: VerifiedGrant
  /** What the call needs of the authorization details; absent: nothing. */
  readonly details: DetailsRequirement | undefined
  /** Every scope that the operation needs, for a refusal that has a remedy. */
  readonly scopes: readonly string[]
}

export type Opinion =
  | { readonly kind: 'agrees' }
  | { readonly kind: 'denial', readonly denial: Denial }
  /** The call cannot be asked about, so it is refused. */
  | { readonly kind: 'fault', readonly fault: GatewayError }

export interface SecondOpinion {
  /** @throws DecisionPointUnavailable (as a rejected promise): no opinion, so no call */
  readonly ask: (call: QuestionedCall) => Promise<Opinion>
}

/** Where no second opinion is configured, `authorize` is used as it is: a call costs nothing more. */
export function withSecondOpinion (authorize: Authorize, { ask }: SecondOpinion): Authorize {
  return async (tool, input, caller, args) => {
    const authorization = await authorize(tool, input, caller, args)
    // A call with invalid arguments never runs, so nothing more is asked about it.
    if (authorization.kind !== 'permit' || !input.ok) return authorization
    const { record } = caller
    record.notes?.step('asks-decision-point')
    const opinion = await ask({
      tool,
      args: args ?? {},
      grant: record.grant ?? caller.grant,
      details: record.requirement?.details,
      scopes: tool.access.scopes
    })
    return opinion.kind === 'agrees' ? authorization : opinion
  }
}
