// Checks the lifetime of a token: `exp` without tolerance, `nbf` with five seconds. An absent member sets no limit.

import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/** For clocks that differ. `exp` has no tolerance: a token must not be accepted longer than its issuer said. */
const NOT_BEFORE_SKEW_MS = 5000

/**
 * @returns `undefined` within the lifetime
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
 */
export function checkValidity ({ expiresAt, notBefore }: TokenClaims, now: EpochMilliseconds): InvalidTokenProblem | undefined {
  if (expiresAt !== undefined && now >= expiresAt * 1000) return { kind: 'expired' }
  if (notBefore !== undefined && now + NOT_BEFORE_SKEW_MS < notBefore * 1000) return { kind: 'not-yet-valid' }
  return undefined
}
