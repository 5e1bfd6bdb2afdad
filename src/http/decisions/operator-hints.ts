// Hints for the operator about refused tokens: one log line per kind of problem, at most every ten minutes, so that a client that repeats
// its request cannot fill the log.

import type { FastifyBaseLogger } from 'fastify'
import { explainInvalidToken, type HintContext } from '../../auth/likely-cause.ts'
import type { InvalidTokenProblem } from '../../auth/rejection.ts'
import type { Clock } from '../../kernel/clock.ts'

const SILENCE_MS = 600_000

export type WarnOperator = (log: FastifyBaseLogger, problem: InvalidTokenProblem) => void

export function createOperatorHints (context: HintContext, clock: Clock): WarnOperator {
  const warnedAtMs = new Map<InvalidTokenProblem['kind'], number>()
  return (log, problem) => {
    const nowMs = clock.monotonicMs()
    if (nowMs - (warnedAtMs.get(problem.kind) ?? -Infinity) < SILENCE_MS) return
    warnedAtMs.set(problem.kind, nowMs)
    const hint = explainInvalidToken(problem, context)
    log.warn({ event: 'token-refused-hint', reason: problem.kind, hint }, 'why tokens may be refused')
  }
}
