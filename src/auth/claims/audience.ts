// Checks the audience of a token. One of its values must be an accepted audience, byte for byte: no prefix, no case folding, and no
// host name taken from the request.

import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/**
 * @returns `undefined` when the audience contains one of `accepted`
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2
 */
export function checkAudience ({ audience, claimNames }: TokenClaims, accepted: readonly string[]): InvalidTokenProblem | undefined {
  if (audience.length === 0) return { kind: 'no-audience', ...(claimNames === undefined ? {} : { claims: claimNames }) }
  for (const value of audience) if (accepted.includes(value)) return undefined
  return { kind: 'wrong-audience' }
}

/**
 * For servers where a client chooses the audience: the token must hold a scope that the server grants for this resource alone.
 * @returns `undefined` when one scope begins with `prefix`
 */
export function checkOwnScope ({ scopes }: TokenClaims, prefix: string): InvalidTokenProblem | undefined {
  for (const scope of scopes) if (scope.startsWith(prefix)) return undefined
  return { kind: 'no-own-scope' }
}
