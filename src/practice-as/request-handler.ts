// Routes requests: pages and the two documents that oidc-provider does not have are answered here, all others go to
// oidc-provider. Adds CORS for registration and none for introspection, and sets the request target and `Host` to the
// configured ones, so that no document names another origin.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Account } from './accounts.ts'
import { AUTHLETE_INTROSPECTION_PATH } from './authlete-api.ts'
import { DETAILS_TYPES_PATH, ENDPOINTS, GRANTS_PATH, INTERACTION_PATH } from './endpoints.ts'
import type { KnownResources } from './gateways/known-resources.ts'
import type { DetailsTypeFacts } from './gateways/resource-facts.ts'
import { renderGatewayDownPage } from './pages/error-page.ts'
import type { ProviderGeneration } from './provider-generations.ts'
import { iconMarkup } from '../kernel/page-style.ts'
import { chooseLanguage } from '../kernel/page-language.ts'
import { renderRootPage } from './pages/root-page.ts'
import { sendPage } from './pages/send-page.ts'

interface Parts {
  readonly issuer: string
  readonly known: KnownResources
  /** For what is known now. */
  readonly generation: () => ProviderGeneration
  /** Answers at AUTHLETE_INTROSPECTION_PATH. */
  readonly authlete: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** What a person allowed. @returns false for another path */
  readonly myGrants: (request: IncomingMessage, response: ServerResponse, pathname: string) => Promise<boolean>
  /** Raises the limits of a token. @returns false for another path */
  readonly agreement: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>
  /** @returns false for a path that is not one of the identity provider */
  readonly identityProvider: (request: IncomingMessage, response: ServerResponse, pathname: string) => Promise<boolean>
  /** Signed challenges for one call. @returns false for another path */
  readonly transaction: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>
  /** The lab. @returns false for another path */
  readonly lab: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>
  /** Whether this path is to get no answer at all. */
  readonly isDown: (pathname: string) => boolean
  readonly accounts: readonly Account[]
  readonly onIntrospection: () => void
  readonly onFailure: (problem: unknown) => void
}

/** Nothing there depends on what gateways have; introspection must not wait for them. */
const NEVER_ASKS: ReadonlySet<string> = new Set([
  ENDPOINTS.introspection, ENDPOINTS.revocation, ENDPOINTS.jwks, AUTHLETE_INTROSPECTION_PATH
])

export function createRequestHandler (parts: Parts): RequestListener {
  const { host } = new URL(parts.issuer)
  return (request, response) => {
    request.headers.host = host
    const url = ownUrl(request, parts.issuer)
    request.url = url.pathname + url.search
    route(parts, request, response, url).catch((problem: unknown) => {
      parts.onFailure(problem)
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { 'Content-Type': 'application/json' }).end('{"error":"server_error"}')
    })
  }
}

/** The target may be absolute (RFC 9112 section 3.2.2); only its path and query are believed. */
function ownUrl (request: IncomingMessage, issuer: string): URL {
  const target = request.url ?? '/'
  const pathAndQuery = target.startsWith('/') ? target : target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
  const url = new URL(issuer)
  const queryAt = pathAndQuery.indexOf('?')
  url.pathname = queryAt < 0 ? pathAndQuery : pathAndQuery.slice(0, queryAt)
  url.search = queryAt < 0 ? '' : pathAndQuery.slice(queryAt)
  return url
}

async function route (parts: Parts, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const { pathname } = url
  if (parts.isDown(pathname)) {
    request.socket.destroy()
    return
  }
  if (await parts.lab(request, response, url)) return
  if (!NEVER_ASKS.has(pathname) && !pathname.startsWith(GRANTS_PATH)) await parts.known.refresh()
  if (pathname === '/') return answerRoot(parts, request, response, url)
  if (pathname === '/favicon.ico') return answerIcon(request, response)
  if (pathname.startsWith(INTERACTION_PATH)) {
    if (!isOneOf(['GET', 'HEAD', 'POST'], request, response)) return
    return parts.generation().interactionPage.handle(request, response, url)
  }
  if (pathname === ENDPOINTS.authorization) {
    // Without the gateway the request could only be refused for a wrong reason, as one with unknown scopes.
    const problem = url.searchParams.getAll('resource').map(parts.known.problemOf).find(one => one !== undefined)
    if (problem !== undefined) return sendPage(request, response, renderGatewayDownPage(request, problem))
  }
  if (pathname === DETAILS_TYPES_PATH) return answerDetailsTypes(parts, request, response)
  if (pathname === ENDPOINTS.registration) {
    allowAnyOrigin(request, response)
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end()
      return
    }
  }
  if (pathname === AUTHLETE_INTROSPECTION_PATH) {
    parts.onIntrospection()
    return parts.authlete(request, response)
  }
  if (pathname === ENDPOINTS.introspection) {
    // Resource servers ask here, with a secret. A page in a browser has neither reason nor right to.
    if (request.headers.origin !== undefined || request.method === 'OPTIONS') {
      response
        .writeHead(403, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
        .end('{"error":"access_denied","error_description":"not for browsers"}')
      return
    }
    if (request.method === 'POST') parts.onIntrospection()
  }
  if (await parts.agreement(request, response, url)) return
  if (await parts.transaction(request, response, url)) return
  if (await parts.myGrants(request, response, pathname)) return
  if (await parts.identityProvider(request, response, pathname)) return
  await parts.generation().handle(request, response)
}

function answerRoot ({ issuer, known, accounts }: Parts, request: IncomingMessage, response: ServerResponse, url: URL): void {
  if (!isOneOf(['GET', 'HEAD'], request, response)) return
  const language = chooseLanguage({ clicked: url.searchParams.get('lang'), acceptLanguage: request.headers['accept-language'] })
  sendPage(request, response, renderRootPage(issuer, known.current().resources, accounts, language))
}

function answerIcon (request: IncomingMessage, response: ServerResponse): void {
  if (!isOneOf(['GET', 'HEAD'], request, response)) return
  const headers = { 'Content-Type': 'image/svg+xml', 'Cache-Control': 'public, max-age=86400', 'X-Content-Type-Options': 'nosniff' }
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : iconMarkup())
}

function answerDetailsTypes ({ known }: Parts, request: IncomingMessage, response: ServerResponse): void {
  if (!isOneOf(['GET', 'HEAD'], request, response)) return
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'public, max-age=60',
    'Access-Control-Allow-Origin': '*'
  }).end(request.method === 'HEAD' ? undefined : detailsTypesDocument(known.current().typesAt([])))
}

function isOneOf (methods: readonly string[], request: IncomingMessage, response: ServerResponse): boolean {
  if (methods.includes(request.method ?? '')) return true
  response.writeHead(405, { Allow: methods.join(', ') }).end()
  return false
}

/** Registration is open to everyone, so it may be read from everywhere; it uses no cookies. */
function allowAnyOrigin (request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*')
  if (request.method !== 'OPTIONS') return
  response.setHeader('Access-Control-Allow-Methods', 'POST')
  response.setHeader('Access-Control-Allow-Headers', request.headers['access-control-request-headers'] ?? 'content-type')
  response.setHeader('Access-Control-Max-Age', '3600')
  response.setHeader('Vary', 'Access-Control-Request-Headers')
}

/** The types of all resources, as a gateway publishes them. */
function detailsTypesDocument (types: readonly DetailsTypeFacts[]): string {
  return JSON.stringify(Object.fromEntries(types.map(({ type, published }) => [type, published])))
}
