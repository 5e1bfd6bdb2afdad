// Verifies JWT access tokens (RFC 9068) with the keys that the authorization server publishes, or with a shared secret. No
// request is made for a token, so a revocation is not noticed before the token expires.

import type { JsonObject } from '../../kernel/json.ts'
import type { Result } from '../../kernel/result.ts'
import { isAccessToken } from '../claims/token-kind.ts'
import { readClaims } from '../claims/claim-reader.ts'
import type { ClaimNames } from '../claims/claim-names.ts'
import type { AuthorizationServer } from '../server/authorization-server.ts'
import { withinTime } from '../server/time-limit.ts'
import type { TokenStatus, UnverifiableProblem } from '../token-claims.ts'
import type { RemoteVerifier } from '../verifier.ts'
import { verifyPublishedSignature, verifySignature, type JwsProfile } from './signature.ts'

export interface JwtVerifierSettings {
  /** Publishes the keys. Not asked where there is a shared secret. */
  readonly server: Pick<AuthorizationServer, 'keys'>
  /** For the fetches of keys that one token causes, together. Default 3000. */
  readonly deadlineMs?: number
  /** Accepted values of `alg`. */
  readonly algorithms: readonly string[]
  /** Accepted values of `typ`: RFC 9068 says `at+jwt`. */
  readonly types: readonly string[]
  /** Accept a token without `typ`, as issuers older than RFC 9068 make them. */
  readonly allowMissingType: boolean
  /** Present: HMAC with this text as UTF-8, in place of published keys. */
  readonly sharedSecret?: string | undefined
  /** How the server names its claims. Default: as RFC 9068 does. */
  readonly claimNames?: ClaimNames | undefined
}

/** @see https://www.rfc-editor.org/rfc/rfc9068#section-4 */
export function createJwtVerifier (
  { server: { keys }, deadlineMs = 3000, algorithms, types, allowMissingType, sharedSecret, claimNames }: JwtVerifierSettings
): RemoteVerifier {
  const acceptedTypes = new Set<string | undefined>(types.map(type => type.toLowerCase()))
  if (allowMissingType) acceptedTypes.add(undefined)
  const profile: JwsProfile = { algorithms, types: acceptedTypes }
  if (sharedSecret === undefined) {
    return {
      verify: async (token, timeoutMs = deadlineMs) =>
        statusOf(await withinTime(verifyPublishedSignature(token.reveal(), keys, profile), timeoutMs), claimNames),
      ready: async () => { await keys.get() }
    }
  }
  const secret = new TextEncoder().encode(sharedSecret)
  return {
    verify: async token => statusOf(await verifySignature(token.reveal(), () => secret, profile), claimNames),
    ready: async () => {}
  }
}

function statusOf (verified: Result<JsonObject, UnverifiableProblem>, names: ClaimNames | undefined): TokenStatus {
  if (!verified.ok) return { kind: 'unverifiable', problem: verified.error }
  // At some servers only the payload tells an ID token from an access token.
  if (!isAccessToken(verified.value)) return { kind: 'unverifiable', problem: 'type' }
  const status = readClaims(verified.value, names)
  if (status.kind !== 'active') return status
  // An introspection reply may omit `iss` and `exp`; a JWT access token must have both (RFC 9068 §2.2).
  if (status.claims.issuer === undefined) return { kind: 'unusable', claim: 'iss' }
  return status.claims.expiresAt === undefined ? { kind: 'unusable', claim: 'exp' } : status
}
