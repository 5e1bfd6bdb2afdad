// Is it within this token's lifetime? Looks at `exp` and `nbf` only; an absent one sets no limit.

import type { EpochMilliseconds } from '../../kernel/units.ts'
import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/** For clocks that run apart. Only `nbf` gets it: a token must never be good for longer than its issuer said. */
const NOT_BEFORE_SKEW_MS = 5000

/**
 * @returns `undefined` when the token is within its lifetime
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
 */
export function checkValidity ({ expiresAt, notBefore }: TokenClaims, now: EpochMilliseconds): InvalidTokenProblem | undefined {
  if (expiresAt !== undefined && now >= expiresAt * 1000) return { kind: 'expired' }
  if (notBefore !== undefined && now + NOT_BEFORE_SKEW_MS < notBefore * 1000) return { kind: 'not-yet-valid' }
  return undefined
}
