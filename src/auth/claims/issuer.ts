// Checks the issuer of a token. `iss` is optional in an introspection reply (RFC 7662 §2.2), because the server that answers is
// the issuer; a different one is always refused.

import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/**
 * Compared byte for byte, as RFC 8414 §3.3 and RFC 9207 §2.4 compare issuer identifiers: no normalisation.
 * @returns `undefined` when the issuer is the configured one or absent
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2
 */
export function checkIssuer ({ issuer }: TokenClaims, configuredIssuer: string): InvalidTokenProblem | undefined {
  return issuer === undefined || issuer === configuredIssuer ? undefined : { kind: 'wrong-issuer' }
}
