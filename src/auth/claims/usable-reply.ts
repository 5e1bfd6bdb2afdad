// Tells a token whose claims are bad from a server that states nothing about it or writes claims in another type. The client cannot
// change the second: 503, since every other token would be refused for the same reason.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import type { TokenStatus, UnusableClaim } from '../token-claims.ts'

/** A form of these that cannot be read is a setting of the server. Times, issuer and audience belong to the token. */
const WRITTEN_BY_THE_SERVER: ReadonlySet<UnusableClaim> = new Set(['sub', 'scope', 'cnf', 'client_id'])

/**
 * @param status of a token that the server calls active
 * @returns the same status
 * @throws AuthorizationServerUnavailable `unusable-reply`
 */
export function assertUsableReply (status: TokenStatus): TokenStatus {
  if (status.kind === 'unusable' && WRITTEN_BY_THE_SERVER.has(status.claim)) {
    throw new AuthorizationServerUnavailable('unusable-reply', `active token with "${status.claim}" in an unusable form`)
  }
  if (status.kind !== 'active') return status
  const { subject, unreadSubject, audience, expiresAt, missingScopeClaim, authorizationDetails } = status.claims
  const isNothingStated = subject === undefined && unreadSubject === undefined && audience[0] === undefined &&
    expiresAt === undefined && authorizationDetails === undefined && missingScopeClaim !== undefined
  if (isNothingStated) {
    const detail = 'active token about which nothing else is stated'
    throw new AuthorizationServerUnavailable('unusable-reply', detail, undefined, { circumstance: 'nothing-stated' })
  }
  return status
}
