// Checks the audience of a token. Our resource identifier must be one of its values, byte for byte: no prefix, no trailing slash,
// no case folding, and no host name taken from the request.

import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/**
 * @returns `undefined` when the audience contains `resource`
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2
 */
export function checkAudience ({ audience }: TokenClaims, resource: string): InvalidTokenProblem | undefined {
  if (audience.length === 0) return { kind: 'no-audience' }
  return audience.includes(resource) ? undefined : { kind: 'wrong-audience' }
}
