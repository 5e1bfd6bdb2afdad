// Client authentication of the gateway at the introspection and the token endpoint: one function for each method of the OAuth registry.
// Why no library does it: docs/decisions/0016-why-not-oauth4webapi.md

import { randomUUID, type KeyObject } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'

export interface ClientAuthentication {
  readonly headers: Readonly<Record<string, string>>
  /** Added to the form body. */
  readonly parameters: Readonly<Record<string, string>>
  /** Form encoding changed the client id or the secret, which a server that does not decode them rejects. */
  readonly encoded?: boolean
  /** A server accepts these credentials once: another request, also a repeated one, needs others (RFC 7523 section 3, `jti`). */
  readonly once?: boolean
}

/** The credentials of one request to this endpoint. */
export type Authenticate = (endpoint: URL) => ClientAuthentication | Promise<ClientAuthentication>

/** Short, as RFC 7523 §3 recommends: the request is sent immediately. */
const ASSERTION_LIFE_SECONDS = 60

/**
 * `client_secret_basic`: id and secret are form-encoded first, because `:` and `%` would be ambiguous otherwise, and then
 * joined as RFC 7617 says.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function clientSecretBasic (clientId: string, clientSecret: string): ClientAuthentication {
  const id = formEncode(clientId)
  const secret = formEncode(clientSecret)
  const credentials = Buffer.from(`${id}:${secret}`).toString('base64')
  const encoded = id !== clientId || secret !== clientSecret
  return { headers: { authorization: `Basic ${credentials}` }, parameters: {}, ...(encoded ? { encoded } : {}) }
}

/**
 * `client_secret_post`: both in the form body, for servers that do not read the header.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function clientSecretPost (clientId: string, clientSecret: string): ClientAuthentication {
  return { headers: {}, parameters: { client_id: clientId, client_secret: clientSecret } }
}

/**
 * No client authentication, for an endpoint that only trusted machines reach. RFC 7662 requires some form of authorization otherwise.
 * @param clientId names the client to servers that let one without a secret ask; absent: nothing is sent
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2.1
 */
export function withoutCredentials (clientId: string | undefined): ClientAuthentication {
  return { headers: {}, parameters: clientId === undefined ? {} : { client_id: clientId } }
}

/**
 * An access token of the gateway, as in the example of RFC 7662 §2.1.
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.1
 */
export function bearerToken (token: string): ClientAuthentication {
  return { headers: { authorization: `Bearer ${token}` }, parameters: {} }
}

/**
 * Encodes the credentials again only when the secret has changed. Measured: docs/performance.md#introspection-request
 * @param secret returns the current secret, which may change on reload
 */
export function withSecret (
  encode: (clientId: string, clientSecret: string) => ClientAuthentication, clientId: string, secret: () => string
): Authenticate {
  let known: { readonly clientSecret: string, readonly authentication: ClientAuthentication } | undefined
  return () => {
    const clientSecret = secret()
    if (known?.clientSecret !== clientSecret) known = { clientSecret, authentication: encode(clientId, clientSecret) }
    return known.authentication
  }
}

export interface PrivateKeyJwtSettings {
  readonly clientId: string
  readonly key: KeyObject
  /** The `kid` under which the authorization server knows the key. */
  readonly keyId: string | undefined
  readonly algorithm: string
  /** The `aud` of the assertion. */
  readonly audience: (endpoint: URL) => string
  /** The member of the configuration that holds the key, for messages. */
  readonly member?: string
  readonly clock: Clock
}

/**
 * `private_key_jwt`: a signed assertion for one request, valid for a minute. With the issuer identifier as audience no other
 * server can use it (RFC 9700 §2.5, draft-ietf-oauth-rfc7523bis); some older servers require the endpoint address.
 * @throws GatewayError `GW_CONFIG_INVALID` (as a rejected promise) when the key does not fit the algorithm
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 */
export function createPrivateKeyJwt (
  { clientId, key, keyId, algorithm, audience, member = 'introspection.privateKeyFile', clock }: PrivateKeyJwtSettings
): Authenticate {
  return async endpoint => {
    const issuedAt = Math.floor(clock.now() / 1000)
    const { SignJWT } = await import('jose')
    const assertion = new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience(endpoint))
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ASSERTION_LIFE_SECONDS)
    try {
      return {
        headers: {},
        parameters: {
          client_id: clientId,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await assertion.sign(key)
        },
        once: true
      }
    } catch {
      // The message of the library may describe the key.
      throw new GatewayError('GW_CONFIG_INVALID', `${member}: the key cannot sign with ${algorithm}`)
    }
  }
}

/** application/x-www-form-urlencoded of one value (RFC 6749 Appendix B). */
function formEncode (value: string): string {
  return new URLSearchParams({ '': value }).toString().slice(1)
}
