// A person: an issuer together with a subject, because two authorization servers may both have a subject "1004".

export interface Person {
  /** The issuer identifier of the authorization server, as configured. */
  readonly issuer: string
  /** The `sub` that server uses. An opaque string: "1004" and "01004" are two people. */
  readonly subject: string
}
