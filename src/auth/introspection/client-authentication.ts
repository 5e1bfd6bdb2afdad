// How does the gateway prove to the authorization server that it is the resource server registered there? Each method
// of the OAuth registry is one function with this result. Does not choose among them.

import { randomUUID, type KeyObject } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { loadJose } from '../load-jose.ts'

export interface ClientAuthentication {
  readonly headers: Readonly<Record<string, string>>
  /** Parameters of the form body, for methods that put credentials there. */
  readonly parameters: Readonly<Record<string, string>>
}

/** For one question to this endpoint. */
export type Authenticate = (endpoint: URL) => ClientAuthentication | Promise<ClientAuthentication>

/** RFC 7523 wants a short life; the question is asked at once. */
const ASSERTION_LIFE_SECONDS = 60

/**
 * `client_secret_basic`: id and secret are form-encoded first, so that neither `:` nor `%` nor non-ASCII text can be
 * misread, and then joined as RFC 7617 says.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function clientSecretBasic (clientId: string, clientSecret: string): ClientAuthentication {
  const credentials = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64')
  return { headers: { authorization: `Basic ${credentials}` }, parameters: {} }
}

/**
 * `client_secret_post`: both in the form, for servers that read no header.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function clientSecretPost (clientId: string, clientSecret: string): ClientAuthentication {
  return { headers: {}, parameters: { client_id: clientId, client_secret: clientSecret } }
}

/**
 * An access token of our own, as RFC 7662 §2.1 shows it.
 * @see https://www.rfc-editor.org/rfc/rfc7662#section-2.1
 */
export function bearerToken (token: string): ClientAuthentication {
  return { headers: { authorization: `Bearer ${token}` }, parameters: {} }
}

/**
 * Encoded again only when the secret is another one.
 * @param secret the one of the moment
 */
export function withSecret (encode: (clientId: string, clientSecret: string) => ClientAuthentication, clientId: string, secret: () => string): Authenticate {
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
  /** Whom the assertion is meant for. */
  readonly audience: (endpoint: URL) => string
  readonly clock: Clock
}

/**
 * `private_key_jwt`: an assertion for this one question, good for a minute. The issuer identifier is the audience that no
 * other server can make use of (RFC 9700 §2.5 and draft-ietf-oauth-rfc7523bis); an address is for servers that want one.
 * @throws GatewayError `GW_CONFIG_INVALID` (as a rejected promise) when the key does not fit the algorithm
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 */
export function createPrivateKeyJwt ({ clientId, key, keyId, algorithm, audience, clock }: PrivateKeyJwtSettings): Authenticate {
  return async endpoint => {
    const issuedAt = Math.floor(clock.now() / 1000)
    const { SignJWT } = await loadJose()
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
        }
      }
    } catch {
      // What the library says may describe the key.
      throw new GatewayError('GW_CONFIG_INVALID', `introspection.privateKeyFile: the key cannot sign with ${algorithm}`)
    }
  }
}

/** application/x-www-form-urlencoded of one value (RFC 6749 Appendix B). */
function formEncode (value: string): string {
  return new URLSearchParams({ '': value }).toString().slice(1)
}
