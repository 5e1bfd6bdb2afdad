// The fault of a call without an answer: each outcome of the port with its code and status. Whether the call may have been executed
// decides the code.

import { UpstreamFault } from '../../kernel/fault.ts'
import type { ListingProblem, NotExecutedReason, UpstreamOutcome } from '../../upstream/upstream-port.ts'

const RETRY_SECONDS = 5
const BUSY_RETRY_SECONDS = 2

export type FailedOutcome = Extract<UpstreamOutcome, { readonly kind: 'not-executed' | 'unknown' | 'too-large' | 'changed' }>

export function faultOf (outcome: FailedOutcome, upstream: string): UpstreamFault {
  switch (outcome.kind) {
    case 'not-executed': return notExecuted(outcome.reason, upstream, outcome.retryAfterSeconds)
    case 'unknown': return outcomeUnknown(upstream, outcome.reason)
    case 'too-large': return new UpstreamFault('GW_UPSTREAM_TOO_LARGE', `${upstream}: a result above maxResultBytes`, 502)
    case 'changed':
      if (outcome.executed === 'unknown') return outcomeUnknown(upstream, 'another protocol revision than the lock')
      return new UpstreamFault('GW_UPSTREAM_CHANGED', `${upstream}: it does not speak the protocol revision of the lock`, 503)
  }
}

export function listingFault (problem: ListingProblem, upstream: string): UpstreamFault {
  switch (problem.kind) {
    case 'refused': return unusable(upstream, `tools/list was answered with the error ${problem.code}`)
    case 'endless': return unusable(upstream, `tools/list has too many ${problem.what}`)
    // Nothing but the list was asked for.
    case 'unknown': return notExecuted('unreachable', upstream)
    case 'too-large': return unusable(upstream, 'tools/list has too many bytes')
    case 'not-executed':
    case 'changed': return faultOf(problem, upstream)
  }
}

function notExecuted (reason: NotExecutedReason, upstream: string, retryAfterSeconds = RETRY_SECONDS): UpstreamFault {
  const detail = `${upstream}: ${reason}`
  switch (reason) {
    case 'busy': return new UpstreamFault('GW_UPSTREAM_BUSY', detail, 503, BUSY_RETRY_SECONDS)
    case 'credentials-rejected': return new UpstreamFault('GW_UPSTREAM_CREDENTIALS', detail, 502)
    case 'redirect': case 'rejected': return unusable(upstream, reason)
    case 'not-reviewed': return new UpstreamFault('GW_UPSTREAM_CHANGED', detail, 503)
    case 'unreachable': case 'start-failed': case 'resting': case 'overloaded': case 'session-lost': case 'cancelled': case 'timeout':
    case 'input-required': case 'unsendable': case 'closed':
      return new UpstreamFault('GW_UPSTREAM_UNAVAILABLE', detail, 503, retryAfterSeconds)
  }
}

function outcomeUnknown (upstream: string, reason: string): UpstreamFault {
  return new UpstreamFault('GW_UPSTREAM_OUTCOME_UNKNOWN', `${upstream}: ${reason}`, 502)
}

function unusable (upstream: string, why: string): UpstreamFault {
  return new UpstreamFault('GW_UPSTREAM_UNUSABLE', `${upstream}: ${why}`, 502)
}
