// Why is this token not accepted? Each kind is mapped to the wire in one exhaustive switch in http/.

import type { UnusableClaim, UnverifiableProblem } from './token-claims.ts'

export type Rejection =
  /** No credentials at all, or those of another scheme. */
  | { readonly kind: 'missing-token' }
  /** Credentials that no reading of RFC 6750 §2.1 accepts: repeated, empty, with characters a token cannot have. */
  | { readonly kind: 'malformed-credentials', readonly problem: 'repeated' | 'empty' | 'syntax' | 'token-in-query' }
  | { readonly kind: 'invalid-token', readonly problem: InvalidTokenProblem }

export type InvalidTokenProblem =
  | { readonly kind: 'inactive' }
  | { readonly kind: 'unverifiable', readonly problem: UnverifiableProblem }
  | { readonly kind: 'unusable-claim', readonly claim: UnusableClaim }
  | { readonly kind: 'expired' }
  | { readonly kind: 'not-yet-valid' }
  | { readonly kind: 'wrong-issuer' }
  | { readonly kind: 'sender-constrained' }
  | { readonly kind: 'wrong-audience' }
  | { readonly kind: 'no-audience' }
  | { readonly kind: 'no-subject' }
