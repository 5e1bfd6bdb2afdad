// Diagnoses what an authorization server answers about a token: a random token shows whether it accepts our credentials, a given
// token how far it passes the checks. The report contains neither token.

import type { Authentication } from '../auth/authentication.ts'
import { explainToken } from '../auth/explain-token.ts'
import type { VerifiedGrant } from '../auth/grant.ts'
import type { SeenToken } from '../auth/hints/seen-token.ts'
import {
  explainInactive, explainInvalidToken, explainMissingScopeClaim, explainUnavailable, type HintContext
} from '../auth/likely-cause.ts'
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

/** @param answer about a random token, which no server has issued */
export function diagnoseCredentials (place: ServerPlace, server: ServerConfig, answer: Answer): Diagnosis {
  const check = `${place.name}.credentials`
  if (answer.ok === 'failed') return diagnoseFailure(check, place, server, answer.failure)
  const inactive = !answer.ok && answer.error.kind === 'invalid-token' && answer.error.problem.kind === 'inactive'
  return inactive
    ? good(check, 'accepted: a made-up token was looked up and called inactive')
    : problem(
      check,
      'the server calls a made-up token active',
      'Do not use this server: it accepts every token. Is it the address of a stub, or of a proxy with a fixed answer?'
    )
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
  if (reason === 'credentials-rejected') return problem(check, `rejected: ${detail}`, circumstance === undefined ? `${REJECTED} ${remedy}` : explained)
  if (reason === 'unexplained-refusal') {
    return problem(check, `rejected: ${detail}`, `The reply does not say whether the credentials of this gateway are meant, or the made-up token. ${remedy}`)
  }
  return problem(check, `unknown, because the server could not be asked: ${detail} (${reason})`, explained)
}

const REJECTED = 'The authorization server rejected the credentials of this gateway, not those of a client.'

function credentialsRemedy ({ member }: ServerPlace, { introspection }: ServerConfig): string {
  if (introspection === undefined) return `Check ${member('authlete.accessToken')} and ${member('authlete.serviceId')}: the token must belong to that very service.`
  const client = member('introspection.clientId')
  switch (introspection.clientAuthentication) {
    case 'client_secret_basic': case 'client_secret_post':
      return `Check ${client} and ${member('introspection.clientSecret')} against the resource server registered there, and whether it is registered for ${introspection.clientAuthentication}.`
    case 'private_key_jwt':
      return `Check ${client}, and that the public half of ${member('introspection.privateKeyFile')} is registered there under privateKeyId for privateKeyAlgorithm; some servers require "assertionAudience": "endpoint".`
    case 'none':
      return `The introspection endpoint requires credentials, and ${member('introspection.clientAuthentication')} is none. Configure those of a resource server registered there, or another address.`
    case 'bearer':
      return `Check ${member('introspection.bearerToken')}: it may have expired, or lack the right to introspect.`
  }
}

export interface TokenContext extends HintContext {
  /** What the token looks like. */
  readonly seen: SeenToken
  /** For each tool that needs scopes, whether they are granted. */
  readonly permittedTools: (grant: VerifiedGrant) => readonly boolean[]
  /** Whether tokens that are bound to a key or a certificate are accepted. */
  readonly takesBoundTokens: boolean
}

/** @param answer about the token of `--token-file` */
export function diagnoseToken (context: TokenContext, answer: Answer): Diagnosis[] {
  if (answer.ok === 'failed') return [unknown('token', 'the authorization server could not be asked about it')]
  const checks = explainToken(answer)
  const failed = checks.find(({ outcome }) => outcome === 'failed')
  const passed = checks.filter(({ outcome }) => outcome === 'passed').map(({ check }) => check).join(', ')
  if (failed === undefined) {
    return [diagnoseScopes(context, answer.ok === true ? answer.value : undefined, passed)]
  }
  const before = passed === '' ? '' : `; passed before: ${passed}`
  // Only its holder has the key: without it nothing can be said against the token.
  if (context.takesBoundTokens && failed.problem?.kind === 'sender-constrained') return [unknown('token', `bound to a key, which only its holder can prove to have; later checks were not made${before}`)]
  return [problem('token', `refused at: ${failed.check}${before}`,
    failed.problem === undefined
      ? 'It does not have the form of a bearer token.'
      : explainInvalidToken(failed.problem, context, context.seen))]
}

/** A token that passes every check and may use no tool is not good. */
function diagnoseScopes ({ permittedTools }: TokenContext, grant: VerifiedGrant | undefined, passed: string): Diagnosis {
  if (grant === undefined) return unknown('token', `passed: ${passed}`)
  const missing = grant.missingScopeClaim
  if (missing !== undefined) {
    return problem('token', `accepted, but without any claim of scopes; passed: ${passed}`, explainMissingScopeClaim(missing))
  }
  const permitted = permittedTools(grant)
  return permitted.length > 0 && permitted.every(isPermitted => !isPermitted)
    ? problem('token', `accepted, but it has no scope that a tool needs; passed: ${passed}`, 'Let the client request the scopes of the tools (scopes_supported in the metadata of this gateway). If the authorization server grants them under other names, see policy.scopeImplications.')
    : good('token', `good here: ${passed}; "explain" says which tools it may use`)
}

/** A wrong registration that looks like a revoked token, reported before it happens. */
export function diagnoseResource (resource: string, servers: readonly ServerConfig[]): Diagnosis {
  const check = 'resource.registration'
  const trapped = resource.startsWith('http:') ? servers.find(isOnHttps) : undefined
  return trapped === undefined
    ? good(check, `tokens must be issued for exactly ${resource}`)
    : warning(check, 'this resource is on http:, the authorization server on https:', explainInactive({ resource, issuer: trapped.issuer }))
}

export function isOnHttps ({ issuer }: ServerConfig): boolean {
  return issuer.startsWith('https:')
}

/** Code and detail of a fault. The message of any other error could contain text that a server sent. */
export function describe (failure: unknown): string {
  if (failure instanceof GatewayError) return `${failure.code}: ${failure.detail}`
  return failure instanceof Error ? failure.name : 'unknown failure'
}
