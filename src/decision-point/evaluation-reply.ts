// Reads the reply of a policy decision point. Everything but a 200 with a boolean `decision` is no opinion: an HTTP error speaks about the
// request of this gateway and never about the call (https://openid.net/specs/authorization-api-1_0.html#section-10.1.2).

import { readJsonBody } from '../auth/server/json-body.ts'
import type { ExchangeReply } from '../auth/server/exchange.ts'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { findExcess } from '../kernel/json-excess.ts'
import { findFlaw } from '../kernel/json-flaw.ts'
import { err, ok, type Result } from '../kernel/result.ts'

export interface Evaluation {
  readonly decision: boolean
  readonly context: JsonObject
}

const LIMITS = { members: 200, depth: 32, nodes: 2000 }

/** @returns what is wrong with the reply, in words for the operator's log that hold nothing of the reply */
export function readEvaluation (reply: ExchangeReply): Result<Evaluation, string> {
  if (reply.status !== 200) return err(`HTTP status ${reply.status}`)
  const text = Buffer.from(reply.body).toString('utf8')
  if (findExcess(text, LIMITS) !== undefined) return err('more JSON than an evaluation has')
  const value = readJsonBody(reply)
  if (!isJsonObject(value)) return err('no JSON object')
  if (findFlaw(text, value) !== undefined) return err('a member is stated twice, or sets a prototype')
  const decision: unknown = Object.hasOwn(value, 'decision') ? value['decision'] : undefined
  if (typeof decision !== 'boolean') return err('no boolean decision')
  const context: unknown = Object.hasOwn(value, 'context') ? value['context'] ?? {} : {}
  return isJsonObject(context) ? ok({ decision, context }) : err('a context that is no object')
}

/**
 * Whether a positive decision has conditions. This gateway fulfils none, and a decision whose condition is not met is a refusal.
 * @see https://openid.github.io/authzen/ the profile for obligations, a draft
 */
export function hasObligations ({ context }: Evaluation): boolean {
  const obligations: unknown = Object.hasOwn(context, 'obligations') ? context['obligations'] : undefined
  return obligations !== undefined && obligations !== null && !(Array.isArray(obligations) && obligations.length === 0)
}
