// What has the sender of a request shown to have, beside the token? Made of verified facts only: a DPoP proof that was checked,
// a certificate whose key the connection proved. It does not say whether that is what the token asks for: see binding.ts.

export type Scheme = 'Bearer' | 'DPoP'

export interface Possession {
  /** How the token was presented. */
  readonly scheme: Scheme
  /** The proof that came with the DPoP scheme. */
  readonly proof: VerifiedProof | undefined
  /** SHA-256 of the client certificate in DER, base64url (RFC 8705 §3.1). */
  readonly certificateThumbprint: string | undefined
}

/** Verified in every respect but one: whether it was used before is asked once it is known that its token is good. */
export interface VerifiedProof {
  /** RFC 7638 thumbprint of the key, SHA-256, base64url. */
  readonly keyThumbprint: string
  readonly id: string
  /** Epoch milliseconds after which the proof is too old anyway. */
  readonly expiresAtMs: number
  /** Its nonce is good and will soon no longer be. */
  readonly needsNewNonce: boolean
}

/** A bearer token and nothing else. */
export const NOTHING_SHOWN: Possession = { scheme: 'Bearer', proof: undefined, certificateThumbprint: undefined }

/** What is wrong with a DPoP proof, in the order in which it is looked at (RFC 9449 §4.3). */
export type ProofProblem =
  | 'missing' | 'repeated' | 'form' | 'type' | 'algorithm' | 'key' | 'signature'
  | 'method' | 'address' | 'token' | 'time' | 'replayed' | 'too-many'
