// Begins the record of a decision for a request whose token was accepted.

import { DecisionRecord } from '../../mcp/decision-record.ts'
import type { CallState } from '../hooks/call-state.ts'

export function authenticatedRecord ({ grant, startedMs, authenticatedMs }: CallState): DecisionRecord {
  const record = new DecisionRecord()
  record.grant = grant
  record.tokenHash = grant.tokenFingerprint
  record.receivedAtMonotonicMs = startedMs
  record.authenticationMs = authenticatedMs - startedMs
  return record
}
