// Verifies a transaction challenge as an authorization server: signed by a resource server that is known here, for this server, alive, and
// about something that this server can show to a person. Section 4.6 of draft-rosomakho-oauth-txn-challenge-00. Errors name no value.

import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { visibleName } from '../../kernel/foreign-text.ts'
import type { Knowledge } from '../gateways/known-resources.ts'
import { readDocument } from '../gateways/read-document.ts'
import { parseRequestedElement } from '../requested-element.ts'

export interface SignedChallenge {
  /** The resource: what the token will be for. */
  readonly resource: string
  readonly transaction: string
  /** `jti` */
  readonly id: string
  readonly expiresAtSeconds: number
  readonly details: readonly JsonObject[]
  /** For people; signed by the resource server. */
  readonly reason: string
  /** Beside the draft: the scopes of the operation, as far as this server knows them. */
  readonly scope: string
}

export interface ChallengeContext {
  /** The issuer identifier of this server. */
  readonly issuer: string
  readonly knowledge: Knowledge
  readonly nowSeconds: () => number
}

type Problem = Readonly<{ error: 'invalid_request' | 'invalid_target' | 'invalid_authorization_details', description: string }>

const TYPE = 'txn-authz-challenge+jwt'
const ALGORITHMS = ['ES256', 'EdDSA', 'PS256', 'RS256']
const MAX_ELEMENTS = 8
const MAX_CHARACTERS = 16_384

export async function verifyChallenge (text: string, context: ChallengeContext): Promise<Result<SignedChallenge, Problem>> {
  const { issuer, knowledge, nowSeconds } = context
  if (text.length > MAX_CHARACTERS) return problem('invalid_request', 'transaction_challenge: too long')
  const resource = statedIssuer(text)
  if (resource === undefined || !knowledge.resources.includes(resource)) {
    return problem('invalid_target', 'transaction_challenge: not of a resource server that is known here (iss)')
  }
  const keys = await publishedKeys(resource)
  if (!keys.ok) return problem('invalid_request', `transaction_challenge: ${keys.error}`)
  try {
    const { payload } = await jwtVerify(text, createLocalJWKSet(keys.value), {
      issuer: resource,
      audience: issuer,
      typ: TYPE,
      algorithms: ALGORITHMS,
      requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'txn', 'authorization_details', 'reason'],
      currentDate: new Date(nowSeconds() * 1000)
    })
    return readChallenge(payload, resource, knowledge)
  } catch {
    return problem('invalid_request', 'transaction_challenge: its signature, type, audience or time is not as it must be')
  }
}

function readChallenge (claims: JWTPayload, resource: string, knowledge: Knowledge): Result<SignedChallenge, Problem> {
  const { txn, jti = '', exp = 0, reason, scope, authorization_details: details } = claims
  if (typeof txn !== 'string' || txn === '' || typeof reason !== 'string') {
    return problem('invalid_request', 'transaction_challenge: txn, jti and reason are texts')
  }
  if (!Array.isArray(details) || details.length === 0 || details.length > MAX_ELEMENTS) {
    return problem('invalid_authorization_details', 'authorization_details: expected a few elements')
  }
  const types = knowledge.typesAt([resource])
  const elements: JsonObject[] = []
  for (const detail of details as readonly unknown[]) {
    const parsed = parseRequestedElement(types, detail)
    if (!parsed.ok) return problem('invalid_authorization_details', parsed.error)
    elements.push(parsed.value)
  }
  const known = knowledge.of(resource)?.scopes ?? []
  const scopes = typeof scope === 'string' ? scope.split(' ').filter(word => known.includes(word)) : []
  return ok({
    resource, transaction: txn, id: jti, expiresAtSeconds: exp, details: elements, reason: visibleName(reason), scope: scopes.join(' ')
  })
}

/** Section 4.3: the keys are those of the metadata member for challenges, and of no other. */
async function publishedKeys (resource: string): Promise<Result<JSONWebKeySet, string>> {
  const { origin, pathname } = new URL(resource)
  const metadata = await readDocument(`${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`)
  if (!metadata.ok) return err(`the metadata of the resource server cannot be read: ${metadata.error}`)
  const address = isJsonObject(metadata.value) && metadata.value['resource'] === resource
    ? metadata.value['txn_challenge_jwks_uri']
    : undefined
  if (typeof address !== 'string' || !URL.canParse(address) || new URL(address).origin !== origin) {
    return err('the resource server publishes no keys for challenges (txn_challenge_jwks_uri)')
  }
  const keys = await readDocument(address)
  if (!keys.ok || !isJsonObject(keys.value) || !Array.isArray(keys.value['keys'])) return err('its keys cannot be read')
  return ok(keys.value as unknown as JSONWebKeySet)
}

function statedIssuer (text: string): string | undefined {
  try {
    return decodeJwt(text).iss
  } catch {
    return undefined
  }
}

function problem (error: Problem['error'], description: string) {
  return err({ error, description })
}
