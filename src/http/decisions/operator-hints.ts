// Hints for the operator about refused tokens: one log line per kind of problem, at most every ten minutes, so that a client that repeats
// its request cannot fill the log.

import type { FastifyBaseLogger } from 'fastify'
import { explainInvalidToken, explainMissingScopeClaim, type HintContext } from '../../auth/likely-cause.ts'
import type { MissingScopeClaim } from '../../auth/claims/claim-names.ts'
import type { InvalidTokenProblem } from '../../auth/rejection.ts'
import type { Clock } from '../../kernel/clock.ts'

const SILENCE_MS = 600_000

/** A token without any claim of scopes is accepted, and then no tool that needs a scope. */
export type HintedProblem = InvalidTokenProblem | { readonly kind: 'no-scope-claim', readonly missing: MissingScopeClaim }

export type WarnOperator = (log: FastifyBaseLogger, problem: HintedProblem) => void

export function createOperatorHints (context: HintContext, clock: Clock): WarnOperator {
  const warnedAtMs = new Map<HintedProblem['kind'], number>()
  return (log, problem) => {
    const nowMs = clock.monotonicMs()
    if (nowMs - (warnedAtMs.get(problem.kind) ?? -Infinity) < SILENCE_MS) return
    warnedAtMs.set(problem.kind, nowMs)
    const hint = problem.kind === 'no-scope-claim' ? explainMissingScopeClaim(problem.missing) : explainInvalidToken(problem, context)
    log.warn({ event: 'token-refused-hint', reason: problem.kind, hint }, 'why tokens may be refused')
  }
}
