// A small HTTP server whose answers a test gives, request by request. What the test does not answer is answered as a resource server in
// good order does without a token: challenge, metadata, and metadata of the authorization server, all on one port of loopback.

import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** Scheme, host and port of the server. */
  readonly origin: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface ModelServer {
  readonly url: string
  readonly asked: readonly Asked[]
  readonly close: () => Promise<void>
}

export async function startModelServer (answer: (asked: Asked) => Answer | undefined): Promise<ModelServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) }).on('end', () => {
      const url = new URL(request.url ?? '/', origin)
      const one: Asked = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        origin
      }
      asked.push(one)
      const { status, headers = {}, body = '' } = answer(one) ?? inOrder(one)
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
    })
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    url: `${origin}/mcp`,
    asked,
    async close () {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}

/** @param parameters of the challenge, before those that every challenge has */
export function challenge ({ origin }: Pick<Asked, 'origin'>, parameters = ''): Record<string, string> {
  const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`
  return { 'www-authenticate': `Bearer ${parameters}realm="model", resource_metadata="${metadata}", scope="read"` }
}

/** The answer of a resource server in good order. */
export function inOrder (asked: Asked): Answer {
  const { method, path, headers: { authorization }, origin } = asked
  const cors = { 'access-control-allow-origin': '*' }
  if (path.startsWith('/.well-known/oauth-protected-resource')) {
    const document = { resource: `${origin}/mcp`, authorization_servers: [origin], scopes_supported: ['read'] }
    return { status: 200, headers: cors, body: JSON.stringify(document) }
  }
  if (path === '/.well-known/oauth-authorization-server') {
    return {
      status: 200,
      headers: cors,
      body: JSON.stringify({
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        registration_endpoint: `${origin}/register`,
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true
      })
    }
  }
  if (path !== '/mcp') return { status: 404, body: '{}' }
  if (method !== 'POST') return { status: 405, headers: { allow: 'POST' } }
  const isToken = /^bearer \S+$/i.test(authorization ?? '')
  return { status: 401, headers: challenge(asked, isToken ? 'error="invalid_token", ' : ''), body: '{}' }
}
