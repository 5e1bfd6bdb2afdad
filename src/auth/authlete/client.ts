// How is Authlete asked? Its SDK writes the request; ours are the connection, the bounds and the reading of the reply. The SDK's
// own reading loses members it does not know, throws on a null, and its errors carry the service access token: it never gets
// to see a reply. Why so: docs/decisions/0011-authlete-sdk-writes-we-read.md.

import type { Authlete } from '@authlete/typescript-sdk'
import type { HTTPClient } from '@authlete/typescript-sdk/lib/http.js'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { importOptional } from '../../kernel/optional-package.ts'
import type { Exchanger, ExchangeReply } from '../server/exchange.ts'
import type { PresentedToken } from '../presented-token.ts'

export interface AuthleteClientSettings {
  readonly baseUrl: string
  readonly serviceId: string
  /** The service access token. */
  readonly accessToken: string
  readonly exchanger: Exchanger
}

export interface AuthleteClient {
  /** @throws AuthorizationServerUnavailable; GatewayError `GW_CONFIG_INVALID` where the SDK is not installed */
  readonly introspect: (token: PresentedToken, timeoutMs: number) => Promise<ExchangeReply>
  /** Brings the SDK in. @throws GatewayError `GW_CONFIG_INVALID` */
  readonly load: () => Promise<void>
}

interface Sdk {
  readonly Authlete: typeof Authlete
  readonly HTTPClient: typeof HTTPClient
}

/** With AUTHLETE_DEBUG the SDK writes tokens to the console, unless it is given another place to write to. */
const SILENT = { group: () => {}, groupEnd: () => {}, log: () => {} }

export function createAuthleteClient ({ baseUrl, serviceId, accessToken, exchanger }: AuthleteClientSettings): AuthleteClient {
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
          exchanged = exchanger.exchange({
            origin, path: pathname + search, method: 'POST', headers: statedHeaders(request.headers), body: await request.text()
          }, timeoutMs)
          await exchanged.catch(() => {})
          return new Response('{}', { headers: { 'content-type': 'application/json' } })
        }
      })
      const authlete = new Authlete({ bearer: accessToken, serverURL: baseUrl, httpClient, debugLogger: SILENT })
      try {
        await authlete.introspection.process({ serviceId, introspectionRequest: { token: token.reveal() } })
      } catch {
        // Not passed on, nor looked at: it may hold the bearer.
        if (exchanged === undefined) throw new AuthorizationServerUnavailable('unreachable', 'the Authlete SDK could not write the request')
      }
      if (exchanged === undefined) throw new AuthorizationServerUnavailable('unreachable', 'the Authlete SDK sent nothing')
      return exchanged
    }
  }
}

/** The SDK sets an empty Cookie. */
function statedHeaders (headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([, value]) => value !== ''))
}

function importSdk (): Promise<Sdk> {
  return importOptional(async () => {
    const [{ Authlete }, { HTTPClient }] = await Promise.all([import('@authlete/typescript-sdk'), import('@authlete/typescript-sdk/lib/http.js')])
    return { Authlete, HTTPClient }
  }, 'authorizationServer.authlete needs a package that is not installed: npm install @authlete/typescript-sdk@0.0.3-beta')
}
