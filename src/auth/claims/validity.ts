// Checks the lifetime of a token: `exp` without tolerance, `nbf` with the tolerance that configuration allows.

import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

export interface ValidityRules {
  /** For clocks that differ. It is for `nbf` only: a token must not be accepted longer than its issuer said. */
  readonly clockToleranceSeconds: number
  /** A token without `exp` is refused. Otherwise an absent `exp` sets no limit. */
  readonly requireExpiry: boolean
}

/**
 * @returns `undefined` within the lifetime
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
 */
export function checkValidity (
  { expiresAt, notBefore }: TokenClaims, now: EpochMilliseconds, { clockToleranceSeconds, requireExpiry }: ValidityRules
): InvalidTokenProblem | undefined {
  if (expiresAt === undefined) {
    if (requireExpiry) return { kind: 'no-expiry' }
  } else if (now >= expiresAt * 1000) return { kind: 'expired' }
  if (notBefore !== undefined && now < (notBefore - clockToleranceSeconds) * 1000) return { kind: 'not-yet-valid' }
  return undefined
}
