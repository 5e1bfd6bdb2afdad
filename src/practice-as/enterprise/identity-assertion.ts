// Verifies an identity assertion (ID-JAG): signed by a trusted identity provider, for this authorization server, for the client that
// presents it, for one of our resources, alive. That it is used once is checked by the caller, as the last check.
// The error names the claim and never a value of the assertion.

import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import { err, ok, type Result } from '../../kernel/result.ts'
import { ID_JAG_TYPE } from './grant-names.ts'

export interface TrustedIssuer {
  readonly issuer: string
  readonly keys: JSONWebKeySet
}

export interface AssertionContext {
  readonly trusted: readonly TrustedIssuer[]
  /** Our issuer identifier: the only audience that is accepted. */
  readonly audience: string
  /** The client that has authenticated. */
  readonly clientId: string
  /** Ours; an assertion must name one, and none that is not ours. */
  readonly resources: readonly string[]
  readonly nowSeconds: () => number
}

export interface IdentityAssertion {
  readonly issuer: string
  readonly subject: string
  /** `jti` */
  readonly id: string
  readonly expiresAtSeconds: number
  readonly resources: readonly string[]
  readonly scopes: readonly string[]
  /** As the identity provider wrote them. */
  readonly authorizationDetails: readonly unknown[] | undefined
  readonly authTime: number | undefined
  readonly acr: string | undefined
}

const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA']
const REQUIRED_CLAIMS = ['iss', 'sub', 'aud', 'client_id', 'jti', 'exp', 'iat']
/** Between two machines; `exp` gets none. */
const CLOCK_TOLERANCE_SECONDS = 5

export async function verifyAssertion (text: string, context: AssertionContext): Promise<Result<IdentityAssertion, string>> {
  const issuer = unverifiedIssuer(text)
  const trusted = context.trusted.find(candidate => candidate.issuer === issuer)
  if (trusted === undefined) return err('the assertion is not a JWT of a trusted identity provider (iss)')
  try {
    const { payload } = await jwtVerify(text, createLocalJWKSet(trusted.keys), {
      issuer: trusted.issuer,
      typ: ID_JAG_TYPE,
      algorithms: ALGORITHMS,
      requiredClaims: REQUIRED_CLAIMS,
      currentDate: new Date(context.nowSeconds() * 1000)
    })
    return readClaims(payload, context)
  } catch (problem) {
    return err(`the assertion was refused: ${reasonOf(problem)}`)
  }
}

function unverifiedIssuer (text: string): string | undefined {
  try {
    return decodeJwt(text).iss
  } catch {
    return undefined
  }
}

/** The message of the library may hold values; its code and the name of the claim do not. */
function reasonOf (problem: unknown): string {
  if (!(problem instanceof Error) || !('code' in problem)) return 'it cannot be read'
  const claim = 'claim' in problem && typeof problem.claim === 'string' ? ` (${problem.claim})` : ''
  return `${String(problem.code)}${claim}`
}

function readClaims (payload: JWTPayload, context: AssertionContext): Result<IdentityAssertion, string> {
  const { audience, clientId, resources, nowSeconds } = context
  const { iss = '', sub, aud, jti, exp = 0, iat = 0, scope, acr } = payload
  const audiences = typeof aud === 'string' ? [aud] : aud
  if (audiences?.length !== 1 || audiences[0] !== audience) return err('aud: expected this authorization server and nothing else')
  if (payload['client_id'] !== clientId) return err('client_id: the assertion was issued for another client')
  if (typeof sub !== 'string' || sub === '') return err('sub: missing')
  if (typeof jti !== 'string' || jti === '') return err('jti: missing')
  if (iat > nowSeconds() + CLOCK_TOLERANCE_SECONDS) return err('iat: in the future')
  if (payload['cnf'] !== undefined) return err('cnf: assertions bound to a key are not supported here')
  const named = textsOf(payload['resource'])
  if (named === undefined) return err('resource: missing; this server requires one')
  if (!named.every(resource => resources.includes(resource))) return err('resource: not one of this server')
  const details = payload['authorization_details']
  if (details !== undefined && !Array.isArray(details)) return err('authorization_details: expected a list')
  if (scope !== undefined && typeof scope !== 'string') return err('scope: expected a text')
  const authTime = payload['auth_time']
  return ok({
    issuer: iss,
    subject: sub,
    id: jti,
    expiresAtSeconds: exp,
    resources: named,
    scopes: scope === undefined ? [] : scope.split(' '),
    authorizationDetails: details,
    authTime: typeof authTime === 'number' ? authTime : undefined,
    acr: typeof acr === 'string' ? acr : undefined
  })
}

/** A text, or a list of at least one. */
function textsOf (value: unknown): readonly string[] | undefined {
  const list = typeof value === 'string' ? [value] : value
  return Array.isArray(list) && list.length > 0 && list.every(item => typeof item === 'string') ? list : undefined
}
