// The keys that the sender of a request proved to have: by a verified DPoP proof, or by the client certificate of the connection.
// Whether the token is bound to one of them is checked in claims/binding.ts.

export type Scheme = 'Bearer' | 'DPoP'

export interface Possession {
  /** How the token was presented. */
  readonly scheme: Scheme
  /** The proof that came with the DPoP scheme. */
  readonly proof: VerifiedProof | undefined
  /** SHA-256 of the client certificate in DER, base64url (RFC 8705 §3.1). */
  readonly certificateThumbprint: string | undefined
}

/** Verified except for replay, which is checked after the token is known to be valid. */
export interface VerifiedProof {
  /** RFC 7638 thumbprint of the key, SHA-256, base64url. */
  readonly keyThumbprint: string
  readonly id: string
  /** Epoch milliseconds after which the proof is too old. */
  readonly expiresAtMs: number
  /** Its nonce is accepted, but about to expire. */
  readonly needsNewNonce: boolean
}

/** A bearer token without any proof. */
export const NOTHING_SHOWN: Possession = { scheme: 'Bearer', proof: undefined, certificateThumbprint: undefined }

/** Why a DPoP proof is refused, in the order of the checks (RFC 9449 §4.3). */
export type ProofProblem =
  | 'missing' | 'repeated' | 'form' | 'type' | 'algorithm' | 'key' | 'signature'
  | 'method' | 'address' | 'token' | 'time' | 'replayed'
