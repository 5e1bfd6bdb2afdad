// Sends one introspection request (RFC 7662 §2.1) and reads the reply, signed or not. It keeps no answer: cache/ does.

import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { memoizeLast } from '../../kernel/memoize.ts'
import type { ClaimNames } from '../claims/claim-names.ts'
import type { PresentedToken } from '../presented-token.ts'
import type { AuthorizationServer } from '../server/authorization-server.ts'
import type { ExchangeReply, ExchangeRequest } from '../server/exchange.ts'
import { readJsonBody } from '../server/json-body.ts'
import { withinTime } from '../server/time-limit.ts'
import type { TokenStatus } from '../token-claims.ts'
import type { Authenticate, ClientAuthentication } from './client-authentication.ts'
import { parseIntrospectionReply } from './introspection-reply.ts'
import { createRefusal, reportsInactive, UnexplainedRefusal } from './negative-reply.ts'
import { isSignedReply, readSignedReply, SIGNED_REPLY_TYPE, type SignedReplySettings } from './signed-reply.ts'

export interface IntrospectionClient {
  /** @throws AuthorizationServerUnavailable (as a rejected promise) */
  readonly introspect: (endpoint: URL, token: PresentedToken, timeoutMs: number) => Promise<TokenStatus>
}

export interface IntrospectionClientSettings {
  readonly server: AuthorizationServer
  /** How the gateway authenticates at the endpoint. */
  readonly authenticate: Authenticate
  /** It authenticates with a bearer token. Default: no. */
  readonly byToken?: boolean
  /** `jwt`: only signed replies (RFC 9701) are requested and accepted. A signed reply is verified in either case. */
  readonly accept: 'json' | 'jwt'
  readonly signedReplies: SignedReplySettings
  /** How the server names its claims. Default: as RFC 7662 does. */
  readonly claimNames?: ClaimNames | undefined
  readonly clock: Clock
}

/** @see https://www.rfc-editor.org/rfc/rfc7662#section-2.1 */
export function createIntrospectionClient (
  { server, authenticate, byToken = false, accept, signedReplies, claimNames, clock }: IntrospectionClientSettings
): IntrospectionClient {
  // Made again only when the endpoint or the credentials have changed: docs/performance.md#introspection-request
  const targetOf = memoizeLast(({ origin, pathname, search }: URL) => ({ origin, path: pathname + search }))
  const headersOf = memoizeLast(({ headers }: ClientAuthentication) => ({
    accept: accept === 'jwt' ? SIGNED_REPLY_TYPE : 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers
  }))
  const formOf = memoizeLast(formWith)

  function requestOf (endpoint: URL, authentication: ClientAuthentication, token: PresentedToken): ExchangeRequest {
    const { origin, path } = targetOf(endpoint)
    return {
      origin,
      path,
      method: 'POST',
      headers: headersOf(authentication),
      body: `${formOf(authentication)}&token=${encodeURIComponent(token.reveal())}`,
      again: authentication.once === true ? async () => requestOf(endpoint, await authenticate(endpoint), token) : undefined
    }
  }

  function ask (endpoint: URL, authentication: ClientAuthentication, token: PresentedToken, timeoutMs: number): Promise<TokenStatus> {
    // Fetched at the same time, so that one deadline covers both. A failure is reported when the reply is verified.
    if (accept === 'jwt') Promise.resolve(server.keys.get()).catch(() => {})
    const endAtMs = clock.monotonicMs() + timeoutMs
    const exchange = server.exchange(requestOf(endpoint, authentication, token), timeoutMs)
    const answer = exchange.then(reply => read(reply, endAtMs))
    return authentication.encoded === true ? answer.catch(blameEncoding) : answer
  }

  async function askWhenAuthenticated (
    endpoint: URL, authentication: Promise<ClientAuthentication>, token: PresentedToken, timeoutMs: number
  ): Promise<TokenStatus> {
    const endAtMs = clock.monotonicMs() + timeoutMs
    return ask(endpoint, await authentication, token, endAtMs - clock.monotonicMs())
  }

  function read (reply: ExchangeReply, endAtMs: number): TokenStatus | Promise<TokenStatus> {
    if (reply.status !== 200) {
      if (reportsInactive(reply, byToken)) return { kind: 'inactive' }
      throw createRefusal(reply, byToken, clock.now())
    }
    if (isSignedReply(reply)) {
      return withinTime(readSignedReply(reply, server, signedReplies, clock), endAtMs - clock.monotonicMs())
        .then(signed => parseIntrospectionReply(signed, claimNames))
    }
    if (accept === 'jwt') throw new AuthorizationServerUnavailable('signature-rejected', 'introspection reply without a signature')
    return parseIntrospectionReply(readJsonBody(reply), claimNames)
  }

  return {
    introspect (endpoint, token, timeoutMs) {
      const authentication = authenticate(endpoint)
      return authentication instanceof Promise
        ? askWhenAuthenticated(endpoint, authentication, token, timeoutMs)
        : ask(endpoint, authentication, token, timeoutMs)
    }
  }
}

const HINT = 'token_type_hint=access_token'

function formWith ({ parameters }: ClientAuthentication): string {
  return Object.keys(parameters).length === 0 ? HINT : `${HINT}&${new URLSearchParams(parameters).toString()}`
}

/** Rejected credentials that form encoding changed: the server may not decode them. */
function blameEncoding (failure: unknown): never {
  if (failure instanceof UnexplainedRefusal) {
    const { status, challenged } = failure
    throw new UnexplainedRefusal(status, { challenged, encoded: true })
  }
  if (!(failure instanceof AuthorizationServerUnavailable) || failure.reason !== 'credentials-rejected') throw failure
  const { reason, detail, retryAfterSeconds } = failure
  throw new AuthorizationServerUnavailable(reason, detail, retryAfterSeconds, { circumstance: 'encoded-credentials' })
}
