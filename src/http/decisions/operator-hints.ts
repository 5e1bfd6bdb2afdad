// A hint in the log about why tokens are refused, for the operator. At most one per cause in ten minutes, so that a client that repeats
// its request cannot fill the log.

import type { FastifyBaseLogger } from 'fastify'
import { seenToken } from '../../auth/hints/seen-token.ts'
import { explainMissingScopeClaim, likelyCause, type HintContext } from '../../auth/likely-cause.ts'
import type { MissingScopeClaim } from '../../auth/claims/claim-names.ts'
import type { PresentedToken } from '../../auth/presented-token.ts'
import type { InvalidTokenProblem } from '../../auth/rejection.ts'
import type { Clock } from '../../kernel/clock.ts'

const SILENCE_MS = 600_000
/** A token is looked at for its hint only so often: a flood of refused tokens costs no more than before. */
const LEAST_INTERVAL_MS = 100

/** A token without any claim of scopes is accepted, and then no tool that needs a scope. */
type HintedProblem = InvalidTokenProblem | { readonly kind: 'no-scope-claim', readonly missing: MissingScopeClaim }

export type WarnOperator = (log: FastifyBaseLogger, problem: HintedProblem, token: PresentedToken | undefined) => void

export function createOperatorHints (context: HintContext, clock: Clock): WarnOperator {
  const warnedAtMs = new Map<string, number>()
  const lookedAtMs = new Map<HintedProblem['kind'], number>()
  return (log, problem, token) => {
    const nowMs = clock.monotonicMs()
    if (nowMs - (lookedAtMs.get(problem.kind) ?? -Infinity) < LEAST_INTERVAL_MS) return
    lookedAtMs.set(problem.kind, nowMs)
    const { cause, text } = problem.kind === 'no-scope-claim'
      ? { cause: problem.kind, text: explainMissingScopeClaim(problem.missing) }
      : likelyCause(problem, context, token === undefined ? undefined : seenToken(token, clock.now()))
    if (nowMs - (warnedAtMs.get(cause) ?? -Infinity) < SILENCE_MS) return
    warnedAtMs.set(cause, nowMs)
    log.warn({ event: 'token-refused-hint', reason: problem.kind, hint: text }, 'why tokens may be refused')
  }
}
