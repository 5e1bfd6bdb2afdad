// Sends one introspection request to Authlete. Its SDK writes the request and never sees the reply, because it drops unknown
// members, throws on null, and puts the service access token into its errors: docs/decisions/0011-authlete-sdk-writes-we-read.md

import type { Authlete } from '@authlete/typescript-sdk'
import type { HTTPClient } from '@authlete/typescript-sdk/lib/http.js'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { importOptional } from '../../kernel/optional-package.ts'
import type { Exchange, ExchangeReply } from '../server/exchange.ts'
import type { PresentedToken } from '../presented-token.ts'

export interface AuthleteClientSettings {
  readonly baseUrl: string
  readonly serviceId: string
  /** The current service access token. */
  readonly accessToken: () => string
  readonly exchange: Exchange
}

export interface AuthleteClient {
  /** @throws AuthorizationServerUnavailable, or GatewayError `GW_CONFIG_INVALID` when the SDK is not installed */
  readonly introspect: (token: PresentedToken, timeoutMs: number) => Promise<ExchangeReply>
  /** Imports the SDK. @throws GatewayError `GW_CONFIG_INVALID` when it is not installed */
  readonly load: () => Promise<void>
}

interface Sdk {
  readonly Authlete: typeof Authlete
  readonly HTTPClient: typeof HTTPClient
}

/** With AUTHLETE_DEBUG the SDK writes tokens to the console, unless it gets another logger. */
const SILENT = { group: () => {}, groupEnd: () => {}, log: () => {} }

export function createAuthleteClient ({ baseUrl, serviceId, accessToken, exchange }: AuthleteClientSettings): AuthleteClient {
  let loading: Promise<Sdk> | undefined

  function sdk (): Promise<Sdk> {
    loading ??= importSdk()
    return loading
  }

  return {
    load: async () => { await sdk() },
    async introspect (token, timeoutMs) {
      const { Authlete, HTTPClient } = await sdk()
      let exchanged: Promise<ExchangeReply> | undefined
      const httpClient = new HTTPClient({
        fetcher: async (request: unknown) => {
          if (!(request instanceof Request)) throw new TypeError('the Authlete SDK sends no Request')
          const { origin, pathname, search } = new URL(request.url)
          exchanged = exchange({
            origin, path: pathname + search, method: 'POST', headers: statedHeaders(request.headers), body: await request.text()
          }, timeoutMs)
          await exchanged.catch(() => {})
          return new Response('{}', { headers: { 'content-type': 'application/json' } })
        }
      })
      const authlete = new Authlete({ bearer: accessToken(), serverURL: baseUrl, httpClient, debugLogger: SILENT })
      try {
        await authlete.introspection.process({ serviceId, introspectionRequest: { token: token.reveal() } })
      } catch {
        // The error is dropped unread, because it may contain the service access token.
        if (exchanged === undefined) throw new AuthorizationServerUnavailable('unreachable', 'the Authlete SDK could not write the request')
      }
      if (exchanged === undefined) throw new AuthorizationServerUnavailable('unreachable', 'the Authlete SDK sent nothing')
      return exchanged
    }
  }
}

/** Without the empty Cookie that the SDK sets. */
function statedHeaders (headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([, value]) => value !== ''))
}

function importSdk (): Promise<Sdk> {
  return importOptional(async () => {
    const [{ Authlete }, { HTTPClient }] = await Promise.all(
      [import('@authlete/typescript-sdk'), import('@authlete/typescript-sdk/lib/http.js')]
    )
    return { Authlete, HTTPClient }
  }, 'authorizationServer.authlete needs a package that is not installed: npm install @authlete/typescript-sdk@0.0.3-beta')
}
