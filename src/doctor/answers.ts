// What does it mean that the authorization server said this about a token? About a made-up one: whether it takes our
// credentials. About a given one: how far that token comes here. The token is in neither.

import type { Authentication } from '../auth/authentication.ts'
import { explainToken } from '../auth/explain-token.ts'
import { explainInactive, explainInvalidToken, explainUnavailable } from '../auth/likely-cause.ts'
import type { ServerConfig } from '../config/authorization-servers.ts'
import { AuthorizationServerUnavailable, GatewayError } from '../kernel/fault.ts'
import { good, problem, unknown, warning, type Diagnosis } from './diagnosis.ts'
import type { ServerPlace } from './server-place.ts'

/** What the authenticator said, or why it could not say anything. */
export type Answer = Authentication | { readonly ok: 'failed', readonly failure: unknown }

export async function answerOf (ask: () => Promise<Authentication>): Promise<Answer> {
  try {
    return await ask()
  } catch (failure) {
    return { ok: 'failed', failure }
  }
}

/** No answer within the deadline, whatever else may be true. */
export function wasLate (answer: Answer): boolean {
  return answer.ok === 'failed' && answer.failure instanceof AuthorizationServerUnavailable && answer.failure.reason === 'timeout'
}

/** @param answer about a token that nobody issued */
export function diagnoseCredentials (place: ServerPlace, server: ServerConfig, answer: Answer): Diagnosis {
  const check = `${place.name}.credentials`
  if (answer.ok === 'failed') return diagnoseFailure(check, place, server, answer.failure)
  const inactive = !answer.ok && answer.error.kind === 'invalid-token' && answer.error.problem.kind === 'inactive'
  return inactive
    ? good(check, 'accepted: a made-up token was looked up and called inactive')
    : problem(check, 'the server calls a made-up token active', 'Do not use this server. It would call every token good; is the address that of a stub, or of a proxy with a fixed answer?')
}

/** @param read fetches the keys, as the gateway would */
export async function diagnoseKeys ({ name, member }: ServerPlace, { jwt }: ServerConfig, read: () => Promise<void>): Promise<Diagnosis> {
  const check = `${name}.keys`
  try {
    await read()
  } catch (failure) {
    if (!(failure instanceof AuthorizationServerUnavailable)) return problem(check, describe(failure), 'See docs/errors.md for the code.')
    return problem(check, `${failure.detail} (${failure.reason})`, `JWT access tokens cannot be verified. Check jwks_uri in the metadata of the server, or ${member('jwt.jwksUri')}.`)
  }
  return good(check, jwt?.sharedSecret === undefined ? 'the published keys can be read' : 'a shared secret of sufficient length')
}

function diagnoseFailure (check: string, place: ServerPlace, server: ServerConfig, failure: unknown): Diagnosis {
  if (!(failure instanceof AuthorizationServerUnavailable)) return problem(check, describe(failure), 'See docs/errors.md for the code.')
  if (failure.reason === 'credentials-rejected') return problem(check, `rejected: ${failure.detail}`, credentialsRemedy(place, server))
  return problem(check, `not found out, because the server could not be asked: ${failure.detail} (${failure.reason})`, explainUnavailable(failure.reason))
}

function credentialsRemedy ({ member }: ServerPlace, { introspection }: ServerConfig): string {
  if (introspection === undefined) return `Authlete rejected the service access token. Check ${member('authlete.accessToken')} and ${member('authlete.serviceId')}: the token must belong to that very service.`
  const client = member('introspection.clientId')
  const whose = 'The authorization server rejected the credentials of this gateway, not those of a client.'
  switch (introspection.clientAuthentication) {
    case 'client_secret_basic': case 'client_secret_post':
      return `${whose} Check ${client} and ${member('introspection.clientSecret')} against the resource server registered there, and whether it is registered for ${introspection.clientAuthentication}.`
    case 'private_key_jwt':
      return `${whose} Check ${client}, and that the public half of ${member('introspection.privateKeyFile')} is registered there under privateKeyId for privateKeyAlgorithm; some servers want "assertionAudience": "endpoint".`
    case 'bearer':
      return `${whose} Check ${member('introspection.bearerToken')}: it may have expired, or lack the right to introspect.`
  }
}

export interface TokenContext {
  /** Our resource identifier. */
  readonly resource: string
  /** Of the server that the hints are about. */
  readonly issuer: string
  /** Tokens that are bound to a key are taken here, with a proof or a certificate. */
  readonly takesBoundTokens: boolean
}

/** @param answer about a token that somebody holds to be good */
export function diagnoseToken ({ resource, issuer, takesBoundTokens }: TokenContext, answer: Answer): Diagnosis[] {
  if (answer.ok === 'failed') return [unknown('token', 'the authorization server could not be asked about it')]
  const checks = explainToken(answer)
  const failed = checks.find(({ outcome }) => outcome === 'failed')
  const passed = checks.filter(({ outcome }) => outcome === 'passed').map(({ check }) => check).join(', ')
  if (failed === undefined) return [good('token', `good here: ${passed}; "explain" says which tools it may use`)]
  const before = passed === '' ? '' : `; passed before: ${passed}`
  // Only its holder has the key: that it is missing here says nothing against the token.
  if (takesBoundTokens && failed.problem?.kind === 'sender-constrained') return [unknown('token', `bound to a key, which only its holder can show; nothing after that was looked at${before}`)]
  return [problem('token', `refused at: ${failed.check}${before}`,
    failed.problem === undefined ? 'It is not a bearer token in form.' : explainInvalidToken(failed.problem, { resource, issuer }))]
}

/** The trap that looks like a revoked token; told before anyone falls into it. */
export function diagnoseResource (resource: string, servers: readonly ServerConfig[]): Diagnosis {
  const check = 'resource.registration'
  const trapped = resource.startsWith('http:') ? servers.find(isOnHttps) : undefined
  return trapped === undefined
    ? good(check, `tokens must be issued for ${resource}, to the last character`)
    : warning(check, 'this resource is on http:, the authorization server on https:', explainInactive({ resource, issuer: trapped.issuer }))
}

export function isOnHttps ({ issuer }: ServerConfig): boolean {
  return issuer.startsWith('https:')
}

/** Faults carry a code and a detail of our own; anything else could hold what a server sent. */
export function describe (failure: unknown): string {
  if (failure instanceof GatewayError) return `${failure.code}: ${failure.detail}`
  return failure instanceof Error ? failure.name : 'unknown failure'
}
