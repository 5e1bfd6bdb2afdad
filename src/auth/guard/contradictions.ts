// Compares what a server says of a token with what it said before, and reads replies that do not say whose fault a refusal is. A server
// that contradicts itself is at fault, or the credentials of this gateway are: that is 503, never 401.

import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import type { UnexplainedRefusal } from '../introspection/negative-reply.ts'
import type { PresentedToken } from '../presented-token.ts'
import type { TokenStatus } from '../token-claims.ts'
import { createInactiveRun } from './inactive-run.ts'
import { createKnownTokens } from './known-tokens.ts'

/** So many refusals without a reason in a row, and no answer before: this gateway is not ready. */
const UNEXPLAINED_IN_A_ROW = 5
const INACTIVE: TokenStatus = { kind: 'inactive' }

export interface Contradictions {
  /** Whether the token was active when it was last introspected, and has not expired. */
  readonly isKnown: (token: PresentedToken) => boolean
  /** @throws AuthorizationServerUnavailable `doubtful-answer` when the status is not to be believed, also as a rejected promise */
  readonly judge: (token: PresentedToken, status: TokenStatus) => TokenStatus | Promise<TokenStatus>
  /** @throws the failure, or a clearer one */
  readonly explain: (token: PresentedToken, failure: UnexplainedRefusal) => TokenStatus
  /** @throws AuthorizationServerUnavailable while the answers of the server are of no use */
  readonly assertUseful: () => void
  /** The gateway has other credentials: what the server made of the former ones is forgotten. */
  readonly forgetCredentials: () => void
}

export interface ContradictionsSettings {
  readonly clock: Clock
  /** Whether a token was issued by this server for this gateway, and has not expired. Absent: that cannot be found out. */
  readonly isGenuine?: ((token: PresentedToken) => Promise<boolean>) | undefined
  /** Called when inactive answers are no longer believed, and when they are again. Must not throw. */
  readonly onDoubt?: ((doubted: boolean) => void) | undefined
}

export function createContradictions ({ clock, isGenuine, onDoubt }: ContradictionsSettings): Contradictions {
  const known = createKnownTokens(clock)
  const run = createInactiveRun(clock, onDoubt)
  let everAnswered = false
  /** The server has refused no known token without a reason since its last answer. An unexplained 401 is then about the token. */
  let credentialsProven = false
  let unexplainedInARow = 0

  function isKnown ({ digest }: PresentedToken): boolean {
    return known.has(digest)
  }

  function inactive (token: PresentedToken, isUnexpected: boolean): TokenStatus {
    const { digest } = token
    if (isUnexpected) run.unexpected(digest)
    assertBelieved()
    known.forget(digest)
    return INACTIVE
  }

  function assertBelieved (): void {
    const seconds = run.doubtSeconds()
    if (seconds === 0) return
    throw new AuthorizationServerUnavailable('doubtful-answer', 'the server calls every token inactive, good ones too', seconds)
  }

  return {
    isKnown,
    judge (token, status) {
      everAnswered = credentialsProven = true
      unexplainedInARow = 0
      if (status.kind !== 'inactive') {
        known.remember(token.digest, status)
        if (status.kind === 'active') run.active()
        return status
      }
      if (isKnown(token) || isGenuine === undefined) return inactive(token, isKnown(token))
      return isGenuine(token).then(genuine => inactive(token, genuine))
    },
    explain (token, failure) {
      unexplainedInARow += 1
      if (failure.status !== 401) throw failure
      if (isKnown(token)) {
        credentialsProven = false
        run.unexpected(token.digest)
        throw new AuthorizationServerUnavailable('credentials-rejected', failure.detail)
      }
      if (!credentialsProven) throw failure
      return inactive(token, false)
    },
    assertUseful () {
      assertBelieved()
      if (!everAnswered && unexplainedInARow >= UNEXPLAINED_IN_A_ROW) {
        throw new AuthorizationServerUnavailable('unexplained-refusal', 'the server has refused every introspection')
      }
    },
    forgetCredentials () {
      everAnswered = credentialsProven = false
      unexplainedInARow = 0
      run.active()
    }
  }
}
