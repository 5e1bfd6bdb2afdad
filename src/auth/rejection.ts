// The reasons for which credentials or a token are not accepted. http/answers/rejection-answer.ts maps each to a response.

import type { ProofProblem } from './possession/possession.ts'
import type { UnusableClaim, UnverifiableProblem } from './token-claims.ts'

export type Rejection =
  /** No credentials, or credentials of a scheme that is not accepted. */
  | { readonly kind: 'missing-token' }
  /** Credentials that violate RFC 6750 §2.1: repeated, empty, or with characters that a token cannot contain. */
  | { readonly kind: 'malformed-credentials', readonly problem: 'repeated' | 'empty' | 'syntax' | 'too-long' | 'token-in-query' }
  /** The proof that came with the DPoP scheme (RFC 9449 §7.1). */
  | { readonly kind: 'invalid-proof', readonly problem: ProofProblem }
  /** A valid proof without the nonce that it must contain (RFC 9449 §9). */
  | { readonly kind: 'nonce-required' }
  | { readonly kind: 'invalid-token', readonly problem: InvalidTokenProblem }

export type InvalidTokenProblem =
  | { readonly kind: 'inactive' }
  | { readonly kind: 'unverifiable', readonly problem: UnverifiableProblem }
  | { readonly kind: 'unusable-claim', readonly claim: UnusableClaim }
  | { readonly kind: 'expired' }
  /** Without `exp`, so that it would never end. */
  | { readonly kind: 'no-expiry' }
  | { readonly kind: 'not-yet-valid' }
  | { readonly kind: 'wrong-issuer' }
  /** Bound to a key or a certificate for which the sender gave no proof. */
  | { readonly kind: 'sender-constrained' }
  /** Bound to another key or certificate than the one that the sender proved to have. */
  | { readonly kind: 'wrong-key' }
  /** Not bound to a key, although it was presented with the DPoP scheme, or `dpop.mode` requires it. */
  | { readonly kind: 'not-sender-constrained' }
  | { readonly kind: 'wrong-audience' }
  /** `claims`: names of the claims that are there, for hints. */
  | { readonly kind: 'no-audience', readonly claims?: readonly string[] }
  /** Without a scope that begins with `requiredScopePrefix`. */
  | { readonly kind: 'no-own-scope' }
  /** Issued to a client that `clients` does not list. */
  | { readonly kind: 'client-not-accepted' }
  | { readonly kind: 'no-subject', readonly claims?: readonly string[] }
