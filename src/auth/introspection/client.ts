// What does the introspection endpoint say of this token? One question over a kept-alive connection. Caches nothing.

import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { lastMade } from '../../kernel/remembered.ts'
import type { Exchanger, ExchangeReply } from '../exchange.ts'
import { readJsonBody } from '../json-body.ts'
import type { PresentedToken } from '../presented-token.ts'
import type { TokenStatus } from '../token-claims.ts'
import type { Authenticate, ClientAuthentication } from './client-authentication.ts'
import { explainFailure, saysUnsupportedToken } from './failure.ts'
import { parseIntrospectionReply } from './reply.ts'
import { isSignedReply, readSignedReply, SIGNED_REPLY_TYPE, type SignedReplySettings } from './signed-reply.ts'

export interface IntrospectionClient {
  /** @throws AuthorizationServerUnavailable */
  readonly introspect: (endpoint: URL, token: PresentedToken, timeoutMs: number) => Promise<TokenStatus>
}

export interface IntrospectionClientSettings {
  readonly exchanger: Exchanger
  readonly authenticate: Authenticate
  /** `jwt`: only signed replies (RFC 9701) are asked for, and only they count. */
  readonly accept: 'json' | 'jwt'
  /** How a signed reply is verified, asked for or not. */
  readonly signed: SignedReplySettings
  readonly clock: Clock
}

/** @see https://www.rfc-editor.org/rfc/rfc7662#section-2.1 */
export function createIntrospectionClient ({ exchanger, authenticate, accept, signed, clock }: IntrospectionClientSettings): IntrospectionClient {
  const partsOf = lastMade(({ origin, pathname, search }: URL) => ({ origin, path: pathname + search }))
  const headersOf = lastMade(({ headers }: ClientAuthentication) => ({
    accept: accept === 'jwt' ? SIGNED_REPLY_TYPE : 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers
  }))

  function read (reply: ExchangeReply): unknown {
    if (isSignedReply(reply)) return readSignedReply(reply, signed)
    if (accept === 'jwt') throw new AuthorizationServerUnavailable('signature-rejected', 'introspection reply without a signature')
    return readJsonBody(reply)
  }

  return {
    async introspect (endpoint, token, timeoutMs) {
      let leftMs = timeoutMs
      let authentication = authenticate(endpoint)
      if (authentication instanceof Promise) {
        const endAtMs = clock.monotonicMs() + timeoutMs
        authentication = await authentication
        leftMs = endAtMs - clock.monotonicMs()
      }
      // At the same time as the question, so that one deadline covers both; who reads the reply meets the failure.
      if (accept === 'jwt') Promise.resolve(signed.keys.ensure()).catch(() => {})
      const { origin, path } = partsOf(endpoint)
      const reply = await exchanger.exchange({
        origin,
        path,
        method: 'POST',
        headers: headersOf(authentication),
        body: `${formOf(authentication)}&token=${encodeURIComponent(token.reveal())}`
      }, leftMs)
      if (saysUnsupportedToken(reply)) return { kind: 'inactive' }
      if (reply.status !== 200) throw explainFailure(reply, clock.now())
      const said = read(reply)
      return parseIntrospectionReply(said instanceof Promise ? await said : said)
    }
  }
}

const HINT = 'token_type_hint=access_token'

function formOf ({ parameters }: ClientAuthentication): string {
  return Object.keys(parameters).length === 0 ? HINT : `${HINT}&${new URLSearchParams(parameters).toString()}`
}
