// Is this token for anyone who holds it? A `cnf` of any content binds it to a key whose proof a bearer presentation
// does not carry. Does not verify proofs.

import type { InvalidTokenProblem } from './rejection.ts'
import type { TokenClaims } from './token-claims.ts'

/**
 * @returns `undefined` when the token is not bound
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.2
 */
export function checkBinding ({ confirmation }: TokenClaims): InvalidTokenProblem | undefined {
  return confirmation === undefined ? undefined : { kind: 'sender-constrained' }
}
