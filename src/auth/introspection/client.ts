// What does the introspection endpoint say of this token? One question over a kept-alive connection. Caches nothing.

import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { lastMade } from '../../kernel/remembered.ts'
import type { Exchanger, ExchangeReply } from '../server/exchange.ts'
import { readJsonBody } from '../server/json-body.ts'
import type { PresentedToken } from '../presented-token.ts'
import type { TokenStatus } from '../token-claims.ts'
import type { Authenticate, ClientAuthentication } from './client-authentication.ts'
import { explainFailure, saysUnsupportedToken } from '../server/exchange-failure.ts'
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

  function ask (endpoint: URL, authentication: ClientAuthentication, token: PresentedToken, timeoutMs: number): Promise<TokenStatus> {
    // At the same time as the question, so that one deadline covers both; who reads the reply meets the failure.
    if (accept === 'jwt') Promise.resolve(signed.keys.ensure()).catch(() => {})
    const { origin, path } = partsOf(endpoint)
    const exchange = exchanger.exchange({
      origin,
      path,
      method: 'POST',
      headers: headersOf(authentication),
      body: `${formOf(authentication)}&token=${encodeURIComponent(token.reveal())}`
    }, timeoutMs)
    return exchange.then(understand)
  }

  function understand (reply: ExchangeReply): TokenStatus | Promise<TokenStatus> {
    if (saysUnsupportedToken(reply)) return { kind: 'inactive' }
    if (reply.status !== 200) throw explainFailure(reply, clock.now())
    const said = read(reply)
    return said instanceof Promise ? said.then(parseIntrospectionReply) : parseIntrospectionReply(said)
  }

  async function askOnceAuthenticated (endpoint: URL, authentication: Promise<ClientAuthentication>, token: PresentedToken, timeoutMs: number): Promise<TokenStatus> {
    const endAtMs = clock.monotonicMs() + timeoutMs
    return ask(endpoint, await authentication, token, endAtMs - clock.monotonicMs())
  }

  return {
    introspect (endpoint, token, timeoutMs) {
      const authentication = authenticate(endpoint)
      return authentication instanceof Promise
        ? askOnceAuthenticated(endpoint, authentication, token, timeoutMs)
        : ask(endpoint, authentication, token, timeoutMs)
    }
  }
}

const HINT = 'token_type_hint=access_token'

function formOf ({ parameters }: ClientAuthentication): string {
  return Object.keys(parameters).length === 0 ? HINT : `${HINT}&${new URLSearchParams(parameters).toString()}`
}
