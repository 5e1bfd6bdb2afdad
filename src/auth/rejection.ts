// Why is this token not accepted? Each kind is mapped to the wire in one exhaustive switch in http/.

import type { ProofProblem } from './possession/possession.ts'
import type { UnusableClaim, UnverifiableProblem } from './token-claims.ts'

export type Rejection =
  /** No credentials at all, or those of another scheme. */
  | { readonly kind: 'missing-token' }
  /** Credentials that no reading of RFC 6750 §2.1 accepts: repeated, empty, with characters a token cannot have. */
  | { readonly kind: 'malformed-credentials', readonly problem: 'repeated' | 'empty' | 'syntax' | 'token-in-query' }
  /** The proof that came with the DPoP scheme (RFC 9449 §7.1). */
  | { readonly kind: 'invalid-proof', readonly problem: ProofProblem }
  /** A proof in order, but for the nonce that it has to contain (RFC 9449 §9). */
  | { readonly kind: 'nonce-required' }
  | { readonly kind: 'invalid-token', readonly problem: InvalidTokenProblem }

export type InvalidTokenProblem =
  | { readonly kind: 'inactive' }
  | { readonly kind: 'unverifiable', readonly problem: UnverifiableProblem }
  | { readonly kind: 'unusable-claim', readonly claim: UnusableClaim }
  | { readonly kind: 'expired' }
  | { readonly kind: 'not-yet-valid' }
  | { readonly kind: 'wrong-issuer' }
  /** Bound to a key or a certificate that the sender did not show. */
  | { readonly kind: 'sender-constrained' }
  /** Bound to another key or certificate than the one that the sender showed. */
  | { readonly kind: 'wrong-key' }
  /** Not bound to a key, although it was presented as if it were, or has to be. */
  | { readonly kind: 'not-sender-constrained' }
  | { readonly kind: 'wrong-audience' }
  | { readonly kind: 'no-audience' }
  | { readonly kind: 'no-subject' }
