// How is a challenge written? The only place that makes a WWW-Authenticate value. Values are quoted, escaped, and
// ASCII: RFC 6750 §3 allows nothing else, and clients read them as Latin-1.

import type { Addresses } from './addresses.ts'

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 and RFC 9470 §3, draft-ietf-oauth-rar-metadata-remediation */
export type ChallengeError =
  | 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  | 'insufficient_user_authentication' | 'insufficient_authorization'

export interface ChallengeParameters {
  /** Left out only where no credentials were sent and configuration wants RFC 6750 to the letter. */
  readonly error?: ChallengeError
  readonly description?: string
  readonly scopes?: readonly string[]
  /** Written after the others, in this order. */
  readonly more?: ReadonlyArray<readonly [name: string, value: string]>
}

/** @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1 */
export function bearerChallenge ({ origin, metadataUrl }: Addresses, parameters: ChallengeParameters): string {
  const { error, description, scopes = [], more = [] } = parameters
  const pairs: Array<readonly [string, string]> = [['realm', origin]]
  if (error !== undefined) pairs.push(['error', error])
  if (description !== undefined) pairs.push(['error_description', description])
  pairs.push(['resource_metadata', metadataUrl])
  if (scopes.length > 0) pairs.push(['scope', scopes.join(' ')])
  return `Bearer ${[...pairs, ...more].map(([name, value]) => `${name}=${quoted(value)}`).join(', ')}`
}

/** RFC 9110 §5.6.4 quoted-string; what is not printable ASCII becomes a question mark. */
function quoted (value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
