// Requests of enterprise-managed authorization (SEP-990): the exchange of an ID token for an assertion (ID-JAG), and the assertion for an
// access token, at the practice authorization server.

import { exportJWK, generateKeyPair } from 'jose'
import type { Test } from 'tap'
import { ENTERPRISE_CLIENT, IDENTITY_PROVIDER_CLIENT } from '../../src/practice-as/endpoints.ts'
import { startProtectedGateway, type AnswerByHand, type ProtectedGateway } from './protected-gateway.ts'

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const BOTH = 'mcp:tickets:read mcp:tickets:write'
export const OTHER_PROVIDER = 'https://idp.enterprise.example'
export const FAR = 'https://other.example/mcp'

interface Credentials { readonly id: string, readonly secret: string }
export const basic = ({ id, secret }: Credentials) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const keyPair = await generateKeyPair('ES256')
export const { privateKey } = keyPair
const otherKeys = { keys: [{ ...await exportJWK(keyPair.publicKey), kid: 'e1', alg: 'ES256' }] }

export async function startEnterprise (t: Test): Promise<ProtectedGateway> {
  const gateway = await startProtectedGateway({
    config: {
      extensions: { enterpriseManagedAuthorization: true },
      policy: { authorizationDetailsWhenAbsent: 'deny', remediation: 'draft' }
    },
    practice: { trustedIssuers: [{ issuer: OTHER_PROVIDER, keys: otherKeys }] }
  })
  t.teardown(() => gateway.close())
  return gateway
}

export async function post (url: string, form: Record<string, string>, credentials?: Credentials): Promise<AnswerByHand> {
  const headers = credentials === undefined ? {} : { authorization: basic(credentials) }
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers })
  return { status: response.status, headers: response.headers, body: await response.json() as Record<string, unknown> }
}

export async function idTokenOf ({ practice }: ProtectedGateway, loginId = 'inga'): Promise<string> {
  const { body } = await post(`${practice.identityProvider.issuer}/sign-in`, { loginId, password: loginId })
  return String(body['id_token'])
}

/** The exchange at the identity provider. */
export async function exchange (
  gateway: ProtectedGateway, form: Record<string, string> = {}, credentials: Credentials = IDENTITY_PROVIDER_CLIENT
): Promise<AnswerByHand> {
  return await post(`${gateway.practice.identityProvider.issuer}/token`, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    subject_token: await idTokenOf(gateway),
    audience: gateway.practice.issuer,
    resource: gateway.url,
    ...form
  }, credentials)
}

export function redeem (
  gateway: ProtectedGateway, assertion: unknown, form: Record<string, string> = {}, credentials: Credentials = ENTERPRISE_CLIENT
): Promise<AnswerByHand> {
  return post(`${gateway.practice.issuer}/api/token`, { grant_type: JWT_BEARER, assertion: String(assertion), ...form }, credentials)
}

export const details = (maxAmount: number) => JSON.stringify([{ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount }])
