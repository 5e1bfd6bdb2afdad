// How is a challenge written? The only place that makes a WWW-Authenticate value. Values are quoted, escaped, and
// ASCII: RFC 6750 §3 allows nothing else, and clients read them as Latin-1.

import type { Scheme } from '../../auth/possession/possession.ts'
import type { Addresses } from '../addresses.ts'

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 and RFC 9449 §7.1, RFC 9470 §3, draft-ietf-oauth-rar-metadata-remediation */
export type ChallengeError =
  | 'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'invalid_dpop_proof' | 'use_dpop_nonce'
  | 'insufficient_user_authentication' | 'insufficient_authorization'

export interface ChallengeParameters {
  /** Left out only where no credentials were sent and configuration wants RFC 6750 to the letter. */
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

type Pair = readonly [name: string, value: string]

/**
 * @param used the scheme that was presented; the error belongs to it. Where none was, to the first that is accepted.
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.1
 */
export function writeChallenge (addresses: Addresses, parameters: ChallengeParameters, { dpop }: AcceptedSchemes = BEARER_ONLY, used?: Scheme): string {
  if (dpop === undefined) return bearerChallenge(addresses, parameters)
  const algorithms: Pair = ['algs', dpop.algorithms.join(' ')]
  // Whoever has shown a proof can do so again: bearer tokens are not offered in its place.
  if (dpop.required || used === 'DPoP') return written('DPoP', [...pairsOf(addresses, parameters), algorithms])
  return `${bearerChallenge(addresses, parameters)}, ${written('DPoP', [...pairsOf(addresses, {}), algorithms])}`
}

export function bearerChallenge (addresses: Addresses, parameters: ChallengeParameters): string {
  return written('Bearer', pairsOf(addresses, parameters))
}

function pairsOf ({ origin, metadataUrl }: Addresses, { error, description, scopes = [], more = [] }: ChallengeParameters): readonly Pair[] {
  const pairs: Pair[] = [['realm', origin]]
  if (error !== undefined) pairs.push(['error', error])
  if (description !== undefined) pairs.push(['error_description', description])
  pairs.push(['resource_metadata', metadataUrl])
  if (scopes.length > 0) pairs.push(['scope', scopes.join(' ')])
  return [...pairs, ...more]
}

function written (scheme: Scheme, pairs: readonly Pair[]): string {
  return `${scheme} ${pairs.map(([name, value]) => `${name}=${quoted(value)}`).join(', ')}`
}

/** RFC 9110 §5.6.4 quoted-string; what is not printable ASCII becomes a question mark. */
function quoted (value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
