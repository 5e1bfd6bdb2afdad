// Checks that the sender has the key or certificate to which a token is bound by `cnf` (RFC 7800). The proof itself was verified
// before, in possession/.

import { NOTHING_SHOWN, type Possession } from '../possession/possession.ts'
import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/** The confirmation methods that are implemented; further ones in the same `cnf` are ignored (RFC 7800 §3.1). */
const KEY = 'jkt'
const CERTIFICATE = 'x5t#S256'

/**
 * Every implemented method in `cnf` must be satisfied; a `cnf` without one is always refused.
 * @param dpopRequired tokens that are not bound to a DPoP key are refused
 * @returns `undefined` when the sender has every key that the token is bound to
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.2
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-3
 */
export function checkBinding (
  { confirmation }: TokenClaims, { scheme, proof, certificateThumbprint }: Possession = NOTHING_SHOWN, dpopRequired = false
): InvalidTokenProblem | undefined {
  if (confirmation === undefined) {
    // A proof with an unbound token proves nothing: a thief of the token can make one too.
    return scheme === 'DPoP' || dpopRequired ? { kind: 'not-sender-constrained' } : undefined
  }
  const wantsKey = KEY in confirmation
  const wantsCertificate = CERTIFICATE in confirmation
  if (!wantsKey && !wantsCertificate) return { kind: 'sender-constrained' }
  if (wantsKey && proof === undefined) return { kind: 'sender-constrained' }
  if (!wantsKey && (scheme === 'DPoP' || dpopRequired)) return { kind: 'not-sender-constrained' }
  if (wantsCertificate && certificateThumbprint === undefined) return { kind: 'sender-constrained' }
  const fits = (!wantsKey || proof?.keyThumbprint === confirmation[KEY]) &&
    (!wantsCertificate || certificateThumbprint === confirmation[CERTIFICATE])
  return fits ? undefined : { kind: 'wrong-key' }
}
