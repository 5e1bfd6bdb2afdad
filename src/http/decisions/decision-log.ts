// Publishes the record of a decision: one line of log, then every watcher. The only place where a record leaves the request; a refusal
// before a message was read is a record with fewer members.

import type { FastifyRequest } from 'fastify'
import { DecisionRecord } from '../../mcp/decision-record.ts'
import { traceContextOf } from '../../mcp/trace-context.ts'
import { DECISION_MESSAGE, decisionLine } from './decision-line.ts'
import { decisionText, isTextLog } from './decision-text.ts'
import { decisionWatchers, recordedResource } from './decision-watchers.ts'
import { notesOf } from './request-notes.ts'

/** @param record complete: nothing is added to it afterwards */
export function publishDecision (request: FastifyRequest, record: DecisionRecord): void {
  record.traceContext = traceContextOf(request.body, request.headers)
  record.resource = recordedResource(request)
  const { log } = request
  if (isTextLog(log) && log.takesText()) log.infoText(decisionText(record), DECISION_MESSAGE)
  else log.info(decisionLine(record), DECISION_MESSAGE)
  for (const watch of decisionWatchers(request)) watch(record)
  notesOf(request)?.decided(record)
}

/** What is known of a refusal before a message was read. */
export type EarlyRefusal =
  Pick<DecisionRecord, 'reason' | 'status' | 'durationMs'> &
  Partial<Pick<DecisionRecord, 'remark' | 'grant' | 'tokenHash' | 'rejection'>>

export function publishRefusal (request: FastifyRequest, refusal: EarlyRefusal): void {
  const { reason, remark, status, durationMs, grant, rejection, tokenHash = grant?.tokenFingerprint } = refusal
  const record = new DecisionRecord()
  record.conclude(false, reason, remark)
  record.status = status
  record.durationMs = durationMs
  record.grant = grant
  record.tokenHash = tokenHash
  record.rejection = rejection
  publishDecision(request, record)
}
