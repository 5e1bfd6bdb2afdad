// Was this token issued for us? Our resource identifier must be one of the audience's whole values, byte for byte:
// no prefix, no trailing slash, no case folding, no host taken from the request.

import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/**
 * @returns `undefined` when the token is meant for `resource`
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2
 */
export function checkAudience ({ audience }: TokenClaims, resource: string): InvalidTokenProblem | undefined {
  if (audience.length === 0) return { kind: 'no-audience' }
  return audience.includes(resource) ? undefined : { kind: 'wrong-audience' }
}
