// What does it mean that the authorization server said this about a token? About a made-up one: whether it takes our
// credentials. About a given one: how far that token comes here. The token is in neither.

import type { Authentication } from '../auth/authentication.ts'
import { explainToken } from '../auth/explain-token.ts'
import { explainInactive, explainInvalidToken, explainUnavailable } from '../auth/likely-cause.ts'
import { AuthorizationServerUnavailable, GatewayError } from '../kernel/fault.ts'
import { good, problem, unknown, warning, type Diagnosis } from './diagnosis.ts'
import type { ServerConfig } from './server-metadata.ts'

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
export function diagnoseCredentials (name: string, server: ServerConfig, answer: Answer): Diagnosis {
  if (server.introspection === undefined && server.authlete === undefined) return diagnoseKeys(name, server, answer)
  const check = `${name}.credentials`
  if (answer.ok === 'failed') return diagnoseFailure(check, server, answer.failure)
  const inactive = !answer.ok && answer.error.kind === 'invalid-token' && answer.error.problem.kind === 'inactive'
  return inactive
    ? good(check, 'accepted: a made-up token was looked up and called inactive')
    : problem(check, 'the server calls a made-up token active', 'Do not use this server. It would call every token good; is the address that of a stub, or of a proxy with a fixed answer?')
}

function diagnoseKeys (name: string, { jwt }: ServerConfig, answer: Answer): Diagnosis {
  const check = `${name}.keys`
  if (answer.ok !== 'failed') return good(check, jwt?.sharedSecret === undefined ? 'the published keys can be read' : 'a shared secret of sufficient length')
  const { failure } = answer
  if (!(failure instanceof AuthorizationServerUnavailable)) return problem(check, describe(failure), 'See docs/errors.md for the code.')
  return problem(check, failure.detail, 'JWT access tokens cannot be verified. Check jwks_uri in the metadata of the server, or authorizationServer.jwt.jwksUri.')
}

function diagnoseFailure (check: string, { authlete }: ServerConfig, failure: unknown): Diagnosis {
  if (!(failure instanceof AuthorizationServerUnavailable)) return problem(check, describe(failure), 'See docs/errors.md for the code.')
  if (failure.reason === 'credentials-rejected') {
    return problem(check, `rejected: ${failure.detail}`, authlete === undefined ? explainUnavailable(failure.reason) : 'Authlete rejected the service access token. Check AUTHLETE_SERVICE_ACCESS_TOKEN and AUTHLETE_SERVICE_ID: the token must belong to that very service.')
  }
  return problem(check, `not found out, because the server could not be asked: ${failure.detail} (${failure.reason})`, explainUnavailable(failure.reason))
}

/** @param answer about a token that somebody holds to be good */
export function diagnoseToken (resource: string, issuer: string, answer: Answer): Diagnosis[] {
  if (answer.ok === 'failed') return [unknown('token', 'the authorization server could not be asked about it')]
  const checks = explainToken(answer)
  const failed = checks.find(({ outcome }) => outcome === 'failed')
  const passed = checks.filter(({ outcome }) => outcome === 'passed').map(({ check }) => check).join(', ')
  if (failed === undefined) return [good('token', `good here: ${passed}; "explain" says which tools it may use`)]
  return [problem('token', `refused at: ${failed.check}${passed === '' ? '' : `; passed before: ${passed}`}`,
    failed.problem === undefined ? 'It is not a bearer token in form.' : explainInvalidToken(failed.problem, { resource, issuer }))]
}

/** The trap that looks like a revoked token; told before anyone falls into it. */
export function diagnoseResource (resource: string, servers: readonly ServerConfig[]): Diagnosis {
  const check = 'resource.registration'
  const trapped = resource.startsWith('http:') ? servers.find(({ issuer }) => issuer.startsWith('https:')) : undefined
  return trapped === undefined
    ? good(check, `tokens must be issued for ${resource}, to the last character`)
    : warning(check, 'this resource is on http:, the authorization server on https:', explainInactive({ resource, issuer: trapped.issuer }))
}

/** Faults carry a code and a detail of our own; anything else could hold what a server sent. */
export function describe (failure: unknown): string {
  if (failure instanceof GatewayError) return `${failure.code}: ${failure.detail}`
  return failure instanceof Error ? failure.name : 'unknown failure'
}
