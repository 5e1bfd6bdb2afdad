// The end of an authenticated call, the same for MCP and for plain HTTP: its record becomes one decision line, and the operator gets the
// hints and faults that a client does not see.

import type { FastifyRequest } from 'fastify'
import type { Rejection } from '../../auth/rejection.ts'
import type { GatewayError } from '../../kernel/fault.ts'
import type { DecisionRecord } from '../../mcp/decision-record.ts'
import { publishDecision } from '../decisions/decision-log.ts'
import { logFault } from '../decisions/fault-log.ts'
import { hintAtMissingScopes } from '../decisions/missing-scope-hint.ts'
import type { CallState } from '../hooks/call-state.ts'
import type { GuardOptions } from '../hooks/guard.ts'

interface ConcludedCall {
  readonly request: FastifyRequest
  readonly state: CallState
  readonly record: DecisionRecord
  readonly status: number
  readonly fault: GatewayError | undefined
  /** The token was found to be no longer good while the call was decided. */
  readonly rejection: Rejection | undefined
}

export function concludeCall (
  { request, state, record, status, fault, rejection }: ConcludedCall, { warnOperator, clock }: Pick<GuardOptions, 'warnOperator' | 'clock'>
): void {
  if (fault !== undefined) logFault(request.log, fault)
  if (rejection !== undefined) record.rejection = rejection
  if (rejection?.kind === 'invalid-token') warnOperator(request.log, rejection.problem, state.token)
  hintAtMissingScopes(warnOperator, request, record.grant, record.denial)
  record.status = status
  record.durationMs = clock.monotonicMs() - state.startedMs
  if (request.raw.socket.destroyed) record.callerLeft = true
  publishDecision(request, record)
}
