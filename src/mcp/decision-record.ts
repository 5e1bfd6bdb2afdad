// The record of one decision: written while a request is answered, then read by the log, the audit log, metrics and traces. Each reader
// chooses its members, so a new member is one line here; docs/performance.md has what the objects per request cost.

import type { VerifiedGrant } from '../auth/grant.ts'
import type { Rejection } from '../auth/rejection.ts'
import type { Denial } from '../policy/denial.ts'
import type { Permit } from '../policy/permit.ts'
import type { Requirement } from '../policy/requirement.ts'
import type { CallNotes } from './call-notes.ts'
import type { DecisionTrace } from './explain/decision-trace.ts'
import type { TraceContext } from './trace-context.ts'

/**
 * Holds no token and no argument. `grant` and `permit` hold the claims of a person: for readers inside the process, which choose what
 * they write. A refusal before a message was read has `reason`, `status` and `durationMs`, and what was known by then.
 */
export class DecisionRecord {
  granted = false
  /** Stable, lower case with hyphens: docs/errors.md. */
  reason = 'fault'
  /** The member of the authorization details that decided, or the code of a failure. */
  remark: string | undefined

  /** The resource identifier of the endpoint, where the process has several. */
  resource: string | undefined
  /** A method of the protocol, or `unknown`. */
  method: string | undefined
  /** A tool of the registry; never a name that a client made up. */
  tool: string | undefined
  /** The protocol revision. */
  version: string | undefined
  /** The denial that this call says it retries (SEP-2643); authorizes nothing. */
  retryOf: string | undefined

  /** The grant that was decided about last: the live one, where a tool demands that. */
  grant: VerifiedGrant | undefined
  /** A short hash of the token; known for a rejected token too. */
  tokenHash: string | undefined
  /** What `grant` was compared with last: both give each check in its order, by `Policy.explain`. */
  requirement: Requirement | undefined
  /** Why the token was not accepted. */
  rejection: Rejection | undefined
  /** Present when a tool was allowed to run. */
  permit: Permit | undefined
  denial: Denial | undefined
  /** The checks with their outcomes, where configuration puts them into the log. */
  trace: DecisionTrace | undefined

  /** When the request arrived, in milliseconds of the monotonic clock. A grant asked for before that came from the cache. */
  receivedAtMonotonicMs: number | undefined
  authenticationMs: number | undefined
  durationMs = 0
  /** HTTP. */
  status = 0
  /** Sent with a denial; a client that retries names it as `retryOf`. */
  contextId: string | undefined
  /** The caller did not wait for the answer: a reply that streamed was cancelled. */
  callerLeft: true | undefined
  /** The caller's span. */
  traceContext: TraceContext | undefined
  /** Present while a viewer looks on. */
  notes: CallNotes | undefined

  conclude (granted: boolean, reason: string, remark?: string): void {
    this.granted = granted
    this.reason = reason
    this.remark = remark
  }
}

/** Reads a record when it is complete. Must not throw. */
export type DecisionWatcher = (record: Readonly<DecisionRecord>) => void
