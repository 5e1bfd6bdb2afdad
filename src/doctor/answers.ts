// Diagnoses what an authorization server answers about a random token, which shows whether it accepts our credentials, and whether its
// keys can be read. A token that the operator gives is diagnosed in token-diagnosis.ts.

import type { Authentication } from '../auth/authentication.ts'
import { explainInactive, explainSelfTest, explainUnavailable } from '../auth/likely-cause.ts'
import type { ServerConfig } from '../config/authorization-servers.ts'
import { AuthorizationServerUnavailable, GatewayError } from '../kernel/fault.ts'
import { good, problem, unknown, warning, type Diagnosis } from './diagnosis.ts'
import type { ServerPlace } from './server-place.ts'

/** The result of authentication, or the fault that prevented one. */
export type Answer = Authentication | { readonly ok: 'failed', readonly failure: unknown }

export async function answerOf (ask: () => Promise<Authentication>): Promise<Answer> {
  try {
    return await ask()
  } catch (failure) {
    return { ok: 'failed', failure }
  }
}

/** Whether the server did not answer within the deadline. */
export function wasLate (answer: Answer): boolean {
  return answer.ok === 'failed' && answer.failure instanceof AuthorizationServerUnavailable && answer.failure.reason === 'timeout'
}

function isActiveWithoutUse (failure: unknown): boolean {
  return failure instanceof AuthorizationServerUnavailable && failure.reason === 'unusable-reply'
}

export function isInactive (answer: Answer): boolean {
  return answer.ok === false && answer.error.kind === 'invalid-token' && answer.error.problem.kind === 'inactive'
}

/** @param answer about a random token, which no server has issued */
export function diagnoseCredentials (place: ServerPlace, server: ServerConfig, answer: Answer): Diagnosis {
  const check = `${place.name}.credentials`
  if (answer.ok === 'failed' && !isActiveWithoutUse(answer.failure)) return diagnoseFailure(check, place, server, answer.failure)
  return isInactive(answer)
    ? good(check, 'accepted: a made-up token was looked up and called inactive')
    : problem(
      check,
      'the server calls a made-up token active',
      'Do not use this server: it accepts every token. Is it the address of a stub, or of a proxy with a fixed answer?'
    )
}

/**
 * Whether the server tells wrong credentials from right ones.
 * @param answer about a random token, asked with credentials that were made up
 */
export function diagnoseWrongCredentials ({ name }: ServerPlace, answer: Answer): Diagnosis {
  const check = `${name}.wrong-credentials`
  if (answer.ok !== 'failed') {
    return warning(check, 'not told apart: made-up credentials get the same answer', explainSelfTest('indistinct', undefined) ?? '')
  }
  const { failure } = answer
  const isRefusal = failure instanceof AuthorizationServerUnavailable &&
    (failure.reason === 'credentials-rejected' || failure.reason === 'unexplained-refusal')
  return isRefusal ? good(check, 'refused, as they should be') : unknown(check, `unclear: ${describe(failure)}`)
}

/** @param read fetches the keys, as the gateway would */
export async function diagnoseKeys ({ name, member }: ServerPlace, { jwt }: ServerConfig, read: () => Promise<void>): Promise<Diagnosis> {
  const check = `${name}.keys`
  try {
    await read()
  } catch (failure) {
    if (!(failure instanceof AuthorizationServerUnavailable)) return problem(check, describe(failure), 'See docs/errors.md for the code.')
    const remedy = failure.circumstance === undefined
      ? `JWT access tokens cannot be verified. Check jwks_uri in the metadata of the server, or ${member('jwt.jwksUri')}.`
      : explainUnavailable(failure.reason, failure.circumstance)
    return problem(check, `${failure.detail} (${failure.reason})`, remedy)
  }
  return good(check, jwt?.sharedSecret === undefined ? 'the published keys can be read' : 'a shared secret of sufficient length')
}

function diagnoseFailure (check: string, place: ServerPlace, server: ServerConfig, failure: unknown): Diagnosis {
  if (!(failure instanceof AuthorizationServerUnavailable)) return problem(check, describe(failure), 'See docs/errors.md for the code.')
  const { reason, detail, circumstance } = failure
  const explained = explainUnavailable(reason, circumstance)
  const remedy = credentialsRemedy(place, server)
  if (reason === 'credentials-rejected') {
    return problem(check, `rejected: ${detail}`, circumstance === undefined ? `${REJECTED} ${remedy}` : explained)
  }
  if (reason === 'unexplained-refusal') {
    return problem(check, `rejected: ${detail}`, circumstance === undefined
      ? `The reply does not say whether the credentials of this gateway are meant, or the made-up token. ${remedy}`
      : explained)
  }
  return problem(check, `unknown, because the server could not be asked: ${detail} (${reason})`, explained)
}

const REJECTED = 'The authorization server rejected the credentials of this gateway, not those of a client.'

function credentialsRemedy ({ member }: ServerPlace, { introspection }: ServerConfig): string {
  if (introspection === undefined) {
    return `Check ${member('authlete.accessToken')} and ${member('authlete.serviceId')}: the token must belong to that very service.`
  }
  const client = member('introspection.clientId')
  switch (introspection.clientAuthentication) {
    case 'client_secret_basic': case 'client_secret_post':
      return `Check ${client} and ${member('introspection.clientSecret')} against the resource server registered there, and whether it is ` +
        `registered for ${introspection.clientAuthentication}.`
    case 'private_key_jwt':
      return `Check ${client}, and that the public half of ${member('introspection.privateKeyFile')} is registered there under ` +
        'privateKeyId for privateKeyAlgorithm; some servers require "assertionAudience": "endpoint".'
    case 'none':
      return `The introspection endpoint requires credentials, and ${member('introspection.clientAuthentication')} is none. ` +
        'Configure those of a resource server registered there, or another address.'
    case 'bearer':
      return `Check ${member('introspection.bearerToken')}: it may have expired, or lack the right to introspect.`
  }
}

/** A wrong registration that looks like a revoked token, reported before it happens. */
export function diagnoseResource (resource: string, servers: readonly ServerConfig[]): Diagnosis {
  const check = 'resource.registration'
  const trapped = resource.startsWith('http:') ? servers.find(isOnHttps) : undefined
  return trapped === undefined
    ? good(check, servers.map(server => audienceOf(server, resource, servers.length)).join('; '))
    : warning(check, 'this resource is on http:, the authorization server on https:', explainInactive({ resource, issuer: trapped.issuer }))
}

/** For whom the tokens of one server have to be issued. */
function audienceOf ({ issuer, acceptedAudiences }: ServerConfig, resource: string, servers: number): string {
  const audiences = acceptedAudiences ?? [resource]
  return `tokens${servers === 1 ? '' : ` of ${issuer}`} must be issued for exactly ${audiences.join(' or ')}`
}

export function isOnHttps ({ issuer }: ServerConfig): boolean {
  return issuer.startsWith('https:')
}

/** Code and detail of a fault. The message of any other error could contain text that a server sent. */
export function describe (failure: unknown): string {
  if (failure instanceof GatewayError) return `${failure.code}: ${failure.detail}`
  return failure instanceof Error ? failure.name : 'unknown failure'
}
