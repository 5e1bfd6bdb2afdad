// A practice identity provider of an enterprise, with an issuer and keys apart from those of the authorization server. It signs people
// in, and exchanges an ID token (RFC 8693) for an assertion (ID-JAG) that the authorization server accepts. For practice only: its
// sign-in is one request with a password that everyone knows.

import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type JSONWebKeySet } from 'jose'
import { IDENTITY_PROVIDER_CLIENT } from '../endpoints.ts'
import { answerExchange, type ExchangeAnswer, type ExchangePolicy } from './token-exchange.ts'
import { ID_JAG_TYPE } from './grant-names.ts'

export interface IdentityProviderOptions {
  /** `http://localhost:9000/idp` */
  readonly issuer: string
  /** The issuer of the authorization server that trusts it: the only audience of its assertions. */
  readonly authorizationServer: string
  /** The resources that this authorization server issues tokens for. */
  readonly knowledge: ExchangePolicy['knowledge']
  readonly nowSeconds: () => number
}

export interface IdentityProvider {
  readonly issuer: string
  /** Public. */
  readonly keys: JSONWebKeySet
  /** @returns an ID token for the application of the enterprise */
  readonly signIn: (subject: string) => Promise<string>
  /** Answers a token exchange of an authenticated application. */
  readonly exchange: (form: URLSearchParams) => Promise<ExchangeAnswer>
}

const ALGORITHM = 'ES256'
const ID_TOKEN_TTL_SECONDS = 3600
const ASSERTION_TTL_SECONDS = 300

export async function createIdentityProvider (options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { issuer, authorizationServer, knowledge, nowSeconds } = options
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM)
  const kid = randomUUID()
  const keys = { keys: [{ ...await exportJWK(publicKey), kid, alg: ALGORITHM, use: 'sig' }] }

  function sign (claims: Record<string, unknown>, typ: string, ttlSeconds: number): Promise<string> {
    const iat = nowSeconds()
    const payload = { ...claims, iss: issuer, iat, exp: iat + ttlSeconds }
    return new SignJWT(payload).setProtectedHeader({ alg: ALGORITHM, kid, typ }).sign(privateKey)
  }

  const policy: ExchangePolicy = {
    authorizationServer,
    knowledge,
    async personOf (idToken) {
      try {
        const { payload } = await jwtVerify(idToken, publicKey, {
          issuer, audience: IDENTITY_PROVIDER_CLIENT.id, typ: 'JWT', algorithms: [ALGORITHM], currentDate: new Date(nowSeconds() * 1000)
        })
        const { sub: subject, auth_time: authTime } = payload
        return subject === undefined ? undefined : { subject, authTime: typeof authTime === 'number' ? authTime : undefined }
      } catch {
        return undefined
      }
    },
    issue: claims => sign({ ...claims, jti: randomUUID() }, ID_JAG_TYPE, ASSERTION_TTL_SECONDS),
    assertionTtlSeconds: ASSERTION_TTL_SECONDS
  }

  return {
    issuer,
    keys,
    signIn: subject => sign({ sub: subject, aud: IDENTITY_PROVIDER_CLIENT.id, auth_time: nowSeconds() }, 'JWT', ID_TOKEN_TTL_SECONDS),
    exchange: form => answerExchange(form, policy)
  }
}
