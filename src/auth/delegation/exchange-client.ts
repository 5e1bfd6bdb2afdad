// Exchanges tokens at one authorization server for one upstream (RFC 8693). The gateway authenticates as it does at introspection; a
// server that fails is left alone, and is asked about a made-up token until it answers again.

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable, GatewayError } from '../../kernel/fault.ts'
import { memoizeLast } from '../../kernel/memoize.ts'
import { parsePrivateKey } from '../../kernel/private-key.ts'
import { err, type Result } from '../../kernel/result.ts'
import { createCircuitBreaker } from '../circuit-breaker.ts'
import {
  clientSecretBasic, clientSecretPost, createPrivateKeyJwt, withoutCredentials, type Authenticate
} from '../introspection/client-authentication.ts'
import type { AuthorizationServer } from '../server/authorization-server.ts'
import type { Exchange, ExchangeRequest } from '../server/exchange.ts'
import { readJsonBody } from '../server/json-body.ts'
import { readEndpoint, type ServerMetadata } from '../server/server-metadata.ts'
import { withinTime } from '../server/time-limit.ts'
import type { DelegationProblem, TokenExchange } from './delegation-target.ts'
import { readRefusal, type ExchangeRefusal } from './exchange-failure-reply.ts'
import {
  ACCESS_TOKEN_TYPE, judgeExchangeReply, type AskedDetails, type AskedToken, type ExchangedToken, type UnusableReply
} from './exchange-reply.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'
/** Waiting for a connection included; further ones are refused immediately. */
const MAX_IN_FLIGHT = 256
const NO_DETAILS: AskedDetails = { elements: undefined, digest: 'none' }
/** Refusals that say that the server answers, or that it wants fewer questions. */
const NO_OUTAGE: ReadonlySet<string> = new Set(['rate-limited', 'overloaded', 'circuit-open'])

export type ExchangeProblem =
  | ExchangeRefusal
  | { readonly kind: 'unusable', readonly reason: UnusableReply }
  | Extract<DelegationProblem, { readonly kind: 'unavailable' }>

export interface ExchangeClient {
  /** Never rejects. */
  readonly exchange: (asked: AskedToken) => Promise<Result<ExchangedToken, ExchangeProblem>>
}

export interface ExchangeClientSettings {
  readonly settings: TokenExchange
  readonly server: Pick<AuthorizationServer, 'issuer' | 'metadata'>
  /** Not that of introspection: a slow token endpoint must not keep its connections. */
  readonly send: Exchange
  readonly clock: Clock
  /** Of the gateway. Absent: audiences are not compared. */
  readonly ownAudiences?: readonly string[]
}

export function createExchangeClient ({ settings, server, send, clock, ownAudiences = [] }: ExchangeClientSettings): ExchangeClient {
  const { deadlineMs } = settings
  const configured = settings.tokenEndpoint === undefined ? undefined : new URL(settings.tokenEndpoint)
  const endpointOf = memoizeLast((known: ServerMetadata) => readEndpoint(known, 'token_endpoint'))
  const authenticate = authenticationOf(settings, server.issuer, clock)
  const breaker = createCircuitBreaker(clock)
  // A configuration that asks for one of them means it.
  const refusedAudiences = new Set(ownAudiences.filter(audience => audience !== settings.resource && audience !== settings.audience))
  let inFlight = 0

  async function ask (asked: AskedToken): Promise<Result<ExchangedToken, ExchangeProblem>> {
    const endAtMs = clock.monotonicMs() + deadlineMs
    const leftMs = () => endAtMs - clock.monotonicMs()
    const known = configured === undefined ? server.metadata.get() : undefined
    const endpoint = configured ?? endpointOf(await withinTime(Promise.resolve(known as ServerMetadata), leftMs()))
    const reply = await send(await requestOf(endpoint, asked), leftMs())
    if (reply.status !== 200) return err(readRefusal(reply, clock.now()))
    const judged = judgeExchangeReply(readJsonBody(reply), asked, refusedAudiences)
    return judged.ok ? judged : err({ kind: 'unusable', reason: judged.error })
  }

  async function requestOf (endpoint: URL, asked: AskedToken): Promise<ExchangeRequest> {
    const { headers, parameters, once } = await authenticate(endpoint)
    return {
      origin: endpoint.origin,
      path: endpoint.pathname + endpoint.search,
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: formOf(settings, asked, parameters),
      again: once === true ? () => requestOf(endpoint, asked) : undefined
    }
  }

  /** About a random token, so that no client influences the result. */
  function startProbe (): void {
    ask({ subjectToken: `probe-${randomBytes(24).toString('base64url')}`, scopes: [], details: NO_DETAILS }).then(
      () => { breaker.recordProbe({ answered: true }) },
      (failure: unknown) => {
        const retryAfterSeconds = failure instanceof AuthorizationServerUnavailable ? failure.retryAfterSeconds : 0
        breaker.recordProbe(isOutage(failure) ? { answered: false, retryAfterSeconds } : { answered: true })
      }
    )
  }

  function assertAdmitted (): void {
    const admission = breaker.admit()
    if (admission.kind === 'refuse') {
      throw new AuthorizationServerUnavailable('circuit-open', 'the token endpoint is not asked', admission.retryAfterSeconds)
    }
    if (admission.kind === 'probe') startProbe()
    if (inFlight >= MAX_IN_FLIGHT) throw new AuthorizationServerUnavailable('overloaded', `${inFlight} exchanges are in flight`, 1)
  }

  return {
    async exchange (asked) {
      let sent = false
      try {
        assertAdmitted()
        inFlight += 1
        sent = true
        const result = await ask(asked)
        if (breaker.record('answered')) startProbe()
        return result
      } catch (failure) {
        if (sent && isOutage(failure) && breaker.record('failed')) startProbe()
        return err(unavailable(failure))
      } finally {
        if (sent) inFlight -= 1
      }
    }
  }
}

function isOutage (failure: unknown): boolean {
  return failure instanceof AuthorizationServerUnavailable && !NO_OUTAGE.has(failure.reason)
}

function unavailable (failure: unknown): ExchangeProblem {
  if (failure instanceof AuthorizationServerUnavailable) {
    const { reason, retryAfterSeconds } = failure
    return { kind: 'unavailable', reason, retryAfterSeconds }
  }
  return { kind: 'unavailable', reason: failure instanceof GatewayError ? failure.code : 'defect', retryAfterSeconds: 5 }
}

function formOf (
  { resource, audience }: TokenExchange, { subjectToken, scopes, details }: AskedToken, credentials: Readonly<Record<string, string>>
): string {
  return new URLSearchParams({
    grant_type: GRANT_TYPE,
    requested_token_type: ACCESS_TOKEN_TYPE,
    subject_token: subjectToken,
    subject_token_type: ACCESS_TOKEN_TYPE,
    ...(resource === undefined ? {} : { resource }),
    ...(audience === undefined ? {} : { audience }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(details.elements === undefined ? {} : { authorization_details: JSON.stringify(details.elements) }),
    ...credentials
  }).toString()
}

function authenticationOf (settings: TokenExchange, issuer: string, clock: Clock): Authenticate {
  const { clientId, clientAuthentication, clientSecret = '', assertionAudience } = settings
  switch (clientAuthentication) {
    case 'client_secret_basic': {
      const basic = clientSecretBasic(clientId, clientSecret)
      return () => basic
    }
    case 'client_secret_post': {
      const post = clientSecretPost(clientId, clientSecret)
      return () => post
    }
    case 'none': {
      const unauthenticated = withoutCredentials(clientId)
      return () => unauthenticated
    }
    case 'private_key_jwt': {
      const privateKey = parsePrivateKey(settings.privateKey ?? '')
      if (privateKey === undefined) return () => { throw new GatewayError('GW_CONFIG_INVALID', 'the private key cannot be read') }
      return createPrivateKeyJwt({
        clientId,
        key: privateKey.key,
        keyId: settings.privateKeyId ?? privateKey.keyId,
        algorithm: settings.privateKeyAlgorithm,
        audience: endpoint => assertionAudience === 'endpoint' ? endpoint.href : issuer,
        member: 'credentials.tokenExchange.privateKey',
        clock
      })
    }
  }
}
