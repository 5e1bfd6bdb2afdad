// How does the gateway prove to the authorization server that it is the resource server registered there? Each method
// of the OAuth registry is one function with this result. Does not choose among them.

export interface ClientAuthentication {
  readonly headers: Readonly<Record<string, string>>
  /** Parameters of the form body, for methods that put credentials there. */
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * `client_secret_basic`: id and secret are form-encoded first, so that neither `:` nor `%` nor non-ASCII text can be
 * misread, and then joined as RFC 7617 says.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function clientSecretBasic (clientId: string, clientSecret: string): ClientAuthentication {
  const credentials = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64')
  return { headers: { authorization: `Basic ${credentials}` }, parameters: {} }
}

/** application/x-www-form-urlencoded of one value (RFC 6749 Appendix B). */
function formEncode (value: string): string {
  return new URLSearchParams({ '': value }).toString().slice(1)
}
