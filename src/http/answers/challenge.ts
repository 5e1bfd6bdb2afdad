// The value of a WWW-Authenticate header, written in this file only. Values are quoted, escaped and ASCII: RFC 6750 §3 allows
// nothing else, and clients read headers as Latin-1.

import type { Scheme } from '../../auth/possession/possession.ts'
import { requestedScopes, type ScopeNames } from '../../policy/requested-scopes.ts'
import type { Addresses } from '../addresses.ts'

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 and RFC 9449 §7.1, RFC 9470 §3, draft-ietf-oauth-rar-metadata-remediation */
export type ChallengeError =
  | 'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'invalid_dpop_proof' | 'use_dpop_nonce'
  | 'insufficient_user_authentication' | 'insufficient_authorization' | 'transaction_authorization_required'

export interface ChallengeParameters {
  /** Absent only for a request without credentials, where configuration follows RFC 6750 §3.1 to the letter. */
  readonly error?: ChallengeError
  readonly description?: string
  readonly scopes?: readonly string[]
  /** Written after the others, in this order. */
  readonly more?: ReadonlyArray<readonly [name: string, value: string]>
}

/** How a token may be presented. */
export interface AcceptedSchemes {
  /** Absent: the DPoP scheme is not accepted. */
  readonly dpop: { readonly algorithms: readonly string[], readonly required: boolean } | undefined
}

export const BEARER_ONLY: AcceptedSchemes = { dpop: undefined }

export interface Challenge {
  readonly addresses: Pick<Addresses, 'origin' | 'metadataUrl'>
  readonly parameters: ChallengeParameters
  /** Default: bearer tokens only. */
  readonly schemes?: AcceptedSchemes | undefined
  /** The names under which clients request scopes. Default: those of the tools. */
  readonly scopeNames?: ScopeNames | undefined
  /** The scheme that the request used: its challenge carries the error. Default: the first scheme that is accepted. */
  readonly used?: Scheme | undefined
}

type Pair = readonly [name: string, value: string]

/**
 * @example
 * const addresses = addressesOf('https://mcp.example/mcp')
 * writeChallenge({ addresses, parameters: { error: 'insufficient_scope', scopes: ['invoices:write'] } })
 * // Bearer realm="https://mcp.example", error="insufficient_scope",
 * // resource_metadata="https://mcp.example/.well-known/oauth-protected-resource/mcp", scope="invoices:write"
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.1
 */
export function writeChallenge ({ addresses, parameters, schemes: { dpop } = BEARER_ONLY, scopeNames = {}, used }: Challenge): string {
  const withError = pairsOf(addresses, parameters, scopeNames)
  if (dpop === undefined) return challengeOf('Bearer', withError)
  const algorithms: Pair = ['algs', dpop.algorithms.join(' ')]
  // A client that has sent a proof can send another one: bearer tokens are not offered in its place.
  if (dpop.required || used === 'DPoP') return challengeOf('DPoP', [...withError, algorithms])
  return `${challengeOf('Bearer', withError)}, ${challengeOf('DPoP', [...pairsOf(addresses, {}, scopeNames), algorithms])}`
}

function pairsOf (
  { origin, metadataUrl }: Challenge['addresses'], parameters: ChallengeParameters, scopeNames: ScopeNames
): readonly Pair[] {
  const { error, description, scopes = [], more = [] } = parameters
  const pairs: Pair[] = [['realm', origin]]
  if (error !== undefined) pairs.push(['error', error])
  if (description !== undefined) pairs.push(['error_description', description])
  pairs.push(['resource_metadata', metadataUrl])
  if (scopes.length > 0) pairs.push(['scope', requestedScopes(scopes, scopeNames).join(' ')])
  return [...pairs, ...more]
}

function challengeOf (scheme: Scheme, pairs: readonly Pair[]): string {
  return `${scheme} ${pairs.map(([name, value]) => `${name}=${quoted(value)}`).join(', ')}`
}

/** RFC 9110 §5.6.4 quoted-string; a character that is not printable ASCII becomes a question mark. */
function quoted (value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
