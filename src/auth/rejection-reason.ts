// The reason of a rejection as one word, for logs and metrics. Stable; listed in docs/errors.md.

import type { InvalidTokenProblem, Rejection } from './rejection.ts'

export function rejectionReason (rejection: Rejection): string {
  switch (rejection.kind) {
    case 'missing-token': return rejection.kind
    case 'malformed-credentials': return `${rejection.kind}:${rejection.problem}`
    case 'invalid-proof': return `${rejection.kind}:${rejection.problem}`
    case 'nonce-required': return rejection.kind
    case 'invalid-token': return invalidTokenReason(rejection.problem)
  }
}

function invalidTokenReason (problem: InvalidTokenProblem): string {
  if ('claim' in problem) return `${problem.kind}:${problem.claim}`
  return 'problem' in problem ? `${problem.kind}:${problem.problem}` : problem.kind
}
