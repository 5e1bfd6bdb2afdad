// What an answer says about the health of its server, for the breaker. A server that refuses works; one that cannot be reached, or does
// not begin, does not.

import type { Answer } from './question.ts'
import type { OpenProblem } from './upstream-connection.ts'
import type { NotExecutedReason } from './upstream-port.ts'

const OUTAGES: ReadonlySet<NotExecutedReason> = new Set(['unreachable', 'start-failed', 'timeout'])
/** The server is not to blame for these. */
const WITHOUT_FAULT: ReadonlySet<NotExecutedReason> = new Set(['busy', 'cancelled', 'input-required', 'unsendable'])

/** A server that cannot be reached or does not begin, as against one that refuses. */
export function isOutage (problem: OpenProblem): boolean {
  return problem.kind === 'not-executed' && OUTAGES.has(problem.reason)
}

/** Whether a trial shows that the upstream works again. */
export function showsLife (answer: Answer): boolean {
  switch (answer.kind) {
    case 'response':
    case 'answered':
    case 'too-large':
      return true
    case 'not-executed': return WITHOUT_FAULT.has(answer.reason)
    case 'unknown': return answer.reason === 'unreadable' || answer.reason === 'unexpected-status'
    case 'lost':
    case 'changed':
      return false
  }
}
