// Compares what a server says of a token with what it said before, and reads replies that do not say whose fault a refusal is. A server
// that contradicts itself is at fault, or the credentials of this gateway are: that is 503, never 401.

import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../../kernel/fault.ts'
import type { UnexplainedRefusal } from '../introspection/negative-reply.ts'
import type { PresentedToken } from '../presented-token.ts'
import type { TokenStatus } from '../token-claims.ts'
import { createFruitlessRun } from './fruitless-run.ts'
import { createInactiveRun } from './inactive-run.ts'
import { createKnownTokens } from './known-tokens.ts'
import type { TokenEvidence } from './token-evidence.ts'

const INACTIVE: TokenStatus = { kind: 'inactive' }

export interface Contradictions {
  /** Whether the token was active when it was last introspected, and has not expired. */
  readonly isKnown: (token: PresentedToken) => boolean
  /** @throws AuthorizationServerUnavailable `doubtful-answer` when the status is not to be believed, also as a rejected promise */
  readonly judge: (token: PresentedToken, status: TokenStatus) => TokenStatus | Promise<TokenStatus>
  /** @throws the failure, or a clearer one */
  readonly explain: (token: PresentedToken, failure: UnexplainedRefusal) => TokenStatus
  /** An active token whose claims cannot be used. */
  readonly unusable: (token: PresentedToken) => void
  /** @throws AuthorizationServerUnavailable while the answers of the server are of no use */
  readonly assertUseful: () => void
  /** The self-test has shown that the server takes the credentials: an unexplained refusal is about the token. */
  readonly proveCredentials: () => void
  /** The gateway has other credentials: what the server made of the former ones is forgotten. */
  readonly forgetCredentials: () => void
}

export interface ContradictionsSettings {
  readonly clock: Clock
  /** What tokens say of themselves. Absent: that cannot be found out. */
  readonly evidence?: TokenEvidence | undefined
  /** Called when inactive answers are no longer believed, and when they are again. Must not throw. */
  readonly onDoubt?: ((doubted: boolean) => void) | undefined
}

/**
 * @param isIndistinct whether the self-test says that the server answers wrong credentials as it answers those of the gateway
 * @param onRefusal called when a token that was active before is refused as if the credentials were wrong
 */
export function createContradictions (
  { clock, evidence, onDoubt }: ContradictionsSettings, isIndistinct: () => boolean = () => false, onRefusal?: () => void
): Contradictions {
  const known = createKnownTokens(clock)
  const run = createInactiveRun(clock, onDoubt)
  const unexplained = createFruitlessRun(clock)
  const unusable = createFruitlessRun(clock)
  let everAnswered = false
  let everActive = false
  /** The server has refused no known token without a reason since its last answer. An unexplained 401 is then about the token. */
  let credentialsProven = false

  function isKnown ({ digest }: PresentedToken): boolean {
    return known.has(digest)
  }

  /** Whether the token should be active. What clients can invent counts only where nothing else shows that the credentials are right. */
  function isUnexpected (token: PresentedToken): boolean | Promise<boolean> {
    if (isKnown(token)) return true
    if (evidence === undefined) return false
    return !everActive && isIndistinct() ? evidence.mayBeGood(token) : evidence.isGenuine(token)
  }

  function inactive (token: PresentedToken, unexpected: boolean): TokenStatus {
    const { digest } = token
    if (unexpected) run.unexpected(digest)
    assertBelieved()
    known.forget(digest)
    return INACTIVE
  }

  function assertBelieved (): void {
    const seconds = run.doubtSeconds()
    if (seconds === 0) return
    throw new AuthorizationServerUnavailable('doubtful-answer', 'the server calls every token inactive, good ones too', seconds)
  }

  function assertFruitful (isFruitless: boolean, reason: UnavailabilityCause, detail: string): void {
    if (isFruitless) throw new AuthorizationServerUnavailable(reason, detail)
  }

  return {
    isKnown,
    judge (token, status) {
      everAnswered = credentialsProven = true
      if (status.kind !== 'inactive') {
        known.remember(token.digest, status)
        if (status.kind !== 'active') return status
        everActive = true
        run.active()
        return status
      }
      const unexpected = isUnexpected(token)
      return unexpected instanceof Promise ? unexpected.then(found => inactive(token, found)) : inactive(token, unexpected)
    },
    explain (token, failure) {
      unexplained.add(token.digest)
      if (failure.status !== 401) throw failure
      if (isKnown(token)) {
        credentialsProven = false
        run.unexpected(token.digest)
        const circumstance = failure.circumstance === undefined ? undefined : { circumstance: 'encoded-credentials' } as const
        onRefusal?.()
        throw new AuthorizationServerUnavailable('credentials-rejected', failure.detail, undefined, circumstance)
      }
      if (!credentialsProven || failure.challenged) throw failure
      return inactive(token, false)
    },
    unusable ({ digest }) { unusable.add(digest) },
    assertUseful () {
      assertBelieved()
      assertFruitful(!everAnswered && unexplained.isLong(), 'unexplained-refusal', 'the server has refused every introspection')
      assertFruitful(!everActive && unusable.isLong(), 'unusable-reply', 'the server has stated nothing useful about any active token')
    },
    proveCredentials () { everAnswered = credentialsProven = true },
    forgetCredentials () {
      everAnswered = everActive = credentialsProven = false
      unexplained.clear()
      unusable.clear()
      run.active()
    }
  }
}
