// Does the sender have what this token is bound to? A `cnf` binds it to a key; a bearer presentation shows none. What the sender
// has was verified before: see possession/.

import { NOTHING_SHOWN, type Possession } from '../possession/possession.ts'
import type { InvalidTokenProblem } from '../rejection.ts'
import type { TokenClaims } from '../token-claims.ts'

/** Confirmation methods that are understood; others beside them are ignored (RFC 7800 §3.1). */
const KEY = 'jkt'
const CERTIFICATE = 'x5t#S256'

/**
 * Every method of the `cnf` that is understood must be met; a `cnf` with none is met by nothing.
 * @param dpopRequired tokens that are not bound to a DPoP key are refused
 * @returns `undefined` when the token and what was shown fit together
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.2
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-3
 */
export function checkBinding ({ confirmation }: TokenClaims, { scheme, proof, certificateThumbprint }: Possession = NOTHING_SHOWN, dpopRequired = false): InvalidTokenProblem | undefined {
  if (confirmation === undefined) {
    // A proof beside a token that is not bound shows nothing: whoever took the token can make one too.
    return scheme === 'DPoP' || dpopRequired ? { kind: 'not-sender-constrained' } : undefined
  }
  const wantsKey = KEY in confirmation
  const wantsCertificate = CERTIFICATE in confirmation
  if (!wantsKey && !wantsCertificate) return { kind: 'sender-constrained' }
  if (wantsKey && proof === undefined) return { kind: 'sender-constrained' }
  if (!wantsKey && (scheme === 'DPoP' || dpopRequired)) return { kind: 'not-sender-constrained' }
  if (wantsCertificate && certificateThumbprint === undefined) return { kind: 'sender-constrained' }
  const fits = (!wantsKey || proof?.keyThumbprint === confirmation[KEY]) && (!wantsCertificate || certificateThumbprint === confirmation[CERTIFICATE])
  return fits ? undefined : { kind: 'wrong-key' }
}
