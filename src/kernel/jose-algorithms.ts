// The JWS algorithms that the gateway accepts (RFC 7518 §3.1, RFC 8037, RFC 9864). `none` is in no list (RFC 8725 §3.1).

/** Those of a key pair. Both `EdDSA` and its successor `Ed25519` (RFC 9864) are in use. */
export const ASYMMETRIC_ALGORITHMS = [
  'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'
] as const

/** Those of a shared secret, which no published key set can hold. */
export const SYMMETRIC_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const

/** The shortest secret of each in characters: one for each byte of the hash (RFC 7518 §3.2). */
export const SHORTEST_SECRET: Readonly<Record<typeof SYMMETRIC_ALGORITHMS[number], number>> = { HS256: 32, HS384: 48, HS512: 64 }
