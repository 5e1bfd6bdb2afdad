// The log line of a decision: which members of the record are written, under which names and in which order. Operators rely on all three.

import type { DecisionRecord } from '../../mcp/decision-record.ts'

/** The message of each decision line; server/request-logger.ts writes lines with this message as plain JSON. */
export const DECISION_MESSAGE = 'decision'

/** Members that are `undefined` are not written. No token, no argument, no claim but the client's id. */
export function decisionLine (record: Readonly<DecisionRecord>) {
  const { traceContext } = record
  return {
    event: 'decision',
    resource: record.resource,
    granted: record.granted,
    reason: record.reason,
    remark: record.remark,
    method: record.method,
    tool: record.tool,
    version: record.version,
    decision: record.trace,
    contextId: record.contextId,
    retryOf: record.retryOf,
    subjectKind: record.grant?.person.kind,
    clientId: record.grant?.clientId,
    tokenHash: record.tokenHash,
    status: record.status,
    authenticationMs: record.authenticationMs === undefined ? undefined : hundredths(record.authenticationMs),
    durationMs: hundredths(record.durationMs),
    callerLeft: record.callerLeft,
    traceId: traceContext?.traceId,
    parentId: traceContext?.parentId,
    sampled: traceContext?.sampled,
    traceState: traceContext?.traceState
  } as const
}

/** More digits would be noise. */
function hundredths (milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}
