// Verifies reference tokens by asking Authlete directly, with the service access token. The reply becomes the same claims as
// an introspection reply, and the same checks follow.

import type { Clock } from '../../kernel/clock.ts'
import type { ClaimNames } from '../claims/claim-names.ts'
import type { AuthorizationServer } from '../server/authorization-server.ts'
import { createReplyFailure } from '../server/exchange-failure.ts'
import { readJsonBody } from '../server/json-body.ts'
import type { RemoteVerifier } from '../verifier.ts'
import { createAuthleteClient } from './authlete-client.ts'
import { parseAuthleteReply } from './authlete-reply.ts'

export interface AuthleteVerifierSettings {
  readonly server: Pick<AuthorizationServer, 'exchange'>
  /** Address of the Authlete API. */
  readonly baseUrl: string
  readonly serviceId: string
  /** The current service access token. */
  readonly accessToken: () => string
  /** For one whole introspection, connection and retry included. */
  readonly deadlineMs: number
  /** Names in the members of RFC 7662 into which a reply is translated. Default: as RFC 7662 does. */
  readonly claimNames?: ClaimNames | undefined
  readonly clock: Clock
}

/** @see https://docs.authlete.com/en/shared/latest#post-/api/auth/introspection */
export function createAuthleteVerifier (
  { server, baseUrl, serviceId, accessToken, deadlineMs, claimNames, clock }: AuthleteVerifierSettings
): RemoteVerifier {
  const client = createAuthleteClient({ baseUrl, serviceId, accessToken, exchange: server.exchange })
  return {
    async verify (token, timeoutMs = deadlineMs) {
      const reply = await client.introspect(token, timeoutMs)
      if (reply.status !== 200) throw createReplyFailure(reply, 'Authlete', clock.now())
      return parseAuthleteReply(readJsonBody(reply), claimNames)
    },
    // The address is configured; only the SDK may be missing.
    ready: client.load
  }
}
