// Publishes the record of a decision: one line of log, then every watcher. The only place where a record leaves the request; a refusal
// before a message was read is a record with fewer members.

import type { FastifyRequest } from 'fastify'
import { DecisionRecord } from '../../mcp/decision-record.ts'
import { traceContextOf } from '../../mcp/trace-context.ts'
import { DECISION_MESSAGE, decisionLine } from './decision-line.ts'
import { decisionWatchers } from './decision-watchers.ts'

/** @param record complete: nothing is added to it afterwards */
export function publishDecision (request: FastifyRequest, record: DecisionRecord): void {
  record.traceContext = traceContextOf(request.body, request.headers)
  request.log.info(decisionLine(record), DECISION_MESSAGE)
  for (const watch of decisionWatchers(request)) watch(record)
}

/** What is known of a refusal before a message was read. */
export type EarlyRefusal =
  Pick<DecisionRecord, 'reason' | 'status' | 'durationMs'> &
  Partial<Pick<DecisionRecord, 'remark' | 'grant' | 'tokenHash'>>

export function publishRefusal (request: FastifyRequest, refusal: EarlyRefusal): void {
  const record = Object.assign(new DecisionRecord(), refusal)
  record.tokenHash ??= record.grant?.tokenFingerprint
  publishDecision(request, record)
}
