// The one for whom a token acts: a person, or a client that acts for itself. Two authorization servers may both know a "1004", so
// the issuer is part of the identity.

export interface Person {
  /** The issuer identifier of the authorization server, as configured. */
  readonly issuer: string
  /** The subject at that server, opaque: "1004" and "01004" are two people. For a client: `client:` and its client id. */
  readonly subject: string
  /** Present when the token acts for the client itself. A person whose subject is the text `client:x` is not the client `x`. */
  readonly kind?: 'client'
}

/** A client that acts for itself: the client credentials grant, without a person. */
export function clientAsPerson (issuer: string, clientId: string): Person {
  return { issuer, subject: `client:${clientId}`, kind: 'client' }
}

/**
 * The identity as two texts, for storage, counters and keys. Two different identities never have the same pair, because an issuer
 * identifier has no fragment (RFC 8414 section 2).
 * @example personKey({ issuer: 'https://as.example', subject: '1004' }) // ['https://as.example', '1004']
 * @example personKey(clientAsPerson('https://as.example', 'x')) // ['https://as.example#client', 'client:x']
 */
export function personKey ({ issuer, subject, kind }: Person): readonly [issuer: string, subject: string] {
  return [kind === 'client' ? `${issuer}#client` : issuer, subject]
}
