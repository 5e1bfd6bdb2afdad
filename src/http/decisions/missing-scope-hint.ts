// The hint for an operator whose authorization server states scopes in no claim that the gateway reads: every caller then gets 403, and the
// reason is a setting. Given wherever a denial for want of scope is answered: MCP, plain HTTP, and routes of the host.

import type { FastifyRequest } from 'fastify'
import type { VerifiedGrant } from '../../auth/grant.ts'
import type { Denial } from '../../policy/denial.ts'
import type { WarnOperator } from './operator-hints.ts'

export function hintAtMissingScopes (
  warnOperator: WarnOperator, { log }: FastifyRequest, grant: VerifiedGrant | undefined, denial: Denial | undefined
): void {
  const missing = grant?.missingScopeClaim
  if (missing !== undefined && denial?.kind === 'insufficient-scope') warnOperator(log, { kind: 'no-scope-claim', missing }, undefined)
}
