// Did our authorization server issue this token? RFC 7662 makes `iss` optional: an absent one passes, because the
// answer came from that very server. A different one never does.

import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/**
 * Compared byte for byte, as RFC 8414 §3.3 and RFC 9207 §2.4 compare issuer identifiers: no normalisation.
 * @returns `undefined` when the issuer is ours or not stated
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2
 */
export function checkIssuer ({ issuer }: TokenClaims, configuredIssuer: string): InvalidTokenProblem | undefined {
  return issuer === undefined || issuer === configuredIssuer ? undefined : { kind: 'wrong-issuer' }
}
