// What does the introspection endpoint say of this token? One question over a kept-alive connection. Caches nothing.

import type { Clock } from '../../kernel/clock.ts'
import type { Exchanger } from '../exchange.ts'
import { readJsonBody } from '../json-body.ts'
import type { PresentedToken } from '../presented-token.ts'
import type { TokenStatus } from '../token-claims.ts'
import type { ClientAuthentication } from './client-authentication.ts'
import { explainFailure, saysUnsupportedToken } from './failure.ts'
import { parseIntrospectionReply } from './reply.ts'

export interface IntrospectionClient {
  /** @throws AuthorizationServerUnavailable */
  readonly introspect: (endpoint: URL, token: PresentedToken, timeoutMs: number) => Promise<TokenStatus>
}

/** @see https://www.rfc-editor.org/rfc/rfc7662#section-2.1 */
export function createIntrospectionClient (exchanger: Exchanger, authenticate: () => ClientAuthentication, clock: Clock): IntrospectionClient {
  return {
    async introspect (endpoint, token, timeoutMs) {
      const authentication = authenticate()
      const parameters = new URLSearchParams({ token_type_hint: 'access_token', ...authentication.parameters }).toString()
      const reply = await exchanger.exchange({
        origin: endpoint.origin,
        path: endpoint.pathname + endpoint.search,
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          ...authentication.headers
        },
        body: `${parameters}&token=${encodeURIComponent(token.reveal())}`
      }, timeoutMs)
      if (saysUnsupportedToken(reply)) return { kind: 'inactive' }
      if (reply.status !== 200) throw explainFailure(reply, clock.now())
      return parseIntrospectionReply(readJsonBody(reply))
    }
  }
}
