// The comparison of two answers of one server: a rule about an oddity of a request compares its answer with that to the plain request.
// Two answers are alike when a client would treat them alike; bodies differ for many reasons and do not count.

import { tokenChallenge } from './challenge-syntax.ts'
import { headerLines, type Outcome } from './outcome.ts'

export function alike (one: Outcome, other: Outcome): boolean {
  if (one.kind === 'none' || other.kind === 'none') return one.kind === other.kind
  return one.status === other.status && errorOf(one) === errorOf(other)
}

function errorOf (outcome: Outcome): string | undefined {
  return tokenChallenge(headerLines(outcome, 'www-authenticate'))?.parameters.get('error')
}
