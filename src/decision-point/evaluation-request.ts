// Writes the question to a policy decision point: an AuthZEN evaluation request in the default mapping of COAZ-MCP for `tools/call`
// (https://openid.net/specs/authorization-api-1_0.html#section-6). It never holds a token; arguments only where configuration says so.

import type { JsonObject } from '../kernel/json.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import type { QuestionedCall } from '../mcp/second-opinion.ts'

export interface QuestionSettings {
  /** The configured resource identifier. */
  readonly resource: string
  readonly sendArguments: boolean
}

/**
 * The name of the tool is that of `resource`, and the action is the method: the mapping of COAZ-MCP. Members beside it are ours, and
 * receivers ignore what they do not know (AuthZEN section 5).
 * @example { subject: { type: 'identity', id: '1004', properties: { issuer: 'https://as.example' } }, action: { name: 'tools/call' },
 *   resource: { type: 'tool', id: 'reserve_ticket', properties: { … } }, context: { agent: 'client-1' } }
 */
export function evaluationRequest (
  { tool, args, grant, details }: QuestionedCall, now: EpochMilliseconds, { resource, sendArguments }: QuestionSettings
): JsonObject {
  const { person: { issuer, subject, kind }, clientId } = grant
  const needed = details?.smallest({ now, resource })
  return {
    // The mapping takes the subject of the token, which a client that acts for itself may not have.
    subject: kind === 'client'
      ? { type: 'client', id: clientId ?? subject, properties: { issuer } }
      : { type: 'identity', id: subject, properties: { issuer } },
    action: { name: 'tools/call' },
    resource: {
      type: 'tool',
      id: tool.name,
      properties: {
        server: resource,
        ...(needed === undefined ? {} : { authorization_details: [needed] }),
        ...(sendArguments ? { arguments: args as JsonObject } : {})
      }
    },
    context: clientId === undefined ? {} : { agent: clientId }
  }
}
