// A small MCP server with its own authorization server metadata, in good order but for the faults that a test asks for.
// Faults are named after the rule that must find them.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const GOOD_TOKEN = 'good-token-of-the-poor-server'
const FRIEND = 'http://localhost:6274'
const MODERN = '2026-07-28'
const STACK = 'TypeError: undefined is not a function\n    at handler (/srv/app/server.js:12:34)\n'
const PAGE = '<!DOCTYPE html><html><body>Cannot GET /mcp</body></html>'

export interface PoorServer {
  readonly url: string
  /** Every Authorization value it was sent. */
  readonly credentials: readonly string[]
  /** Methods and paths it was asked for. */
  readonly requests: readonly string[]
  readonly close: () => Promise<void>
}

export async function startPoorServer (...faults: readonly string[]): Promise<PoorServer> {
  const has = (fault: string) => faults.includes(fault)
  const credentials: string[] = []
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`)
    for (const value of request.headersDistinct['authorization'] ?? []) credentials.push(value)
    answer(request, response).catch(() => { response.destroy() })
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const resource = `${origin}/mcp`

  async function answer (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (url.pathname.startsWith('/.well-known/oauth-protected-resource')) return answerMetadata(request, response, url.pathname)
    if (url.pathname === '/.well-known/oauth-authorization-server') return answerServerMetadata(response)
    if (url.pathname !== '/mcp') return send(response, 404, {}, '{}')
    answerEndpoint(request, response, url, Buffer.concat(chunks).toString())
  }

  function answerMetadata (request: IncomingMessage, response: ServerResponse, path: string): void {
    const root = path === '/.well-known/oauth-protected-resource'
    if (has('metadata.found') || (!root && has('metadata.at-path')) || (root && has('metadata.at-root'))) {
      return send(response, 404, {}, '{}')
    }
    const host = has('metadata.host-independent')
      ? String(request.headers['x-forwarded-host'] ?? request.headers.host)
      : new URL(origin).host
    const document = {
      resource: has('metadata.resource') ? origin : has('metadata.agrees') && root ? `${resource}/` : `http://${host}/mcp`,
      authorization_servers: has('metadata.authorization-servers') ? [] : has('server-metadata.found') ? [`${origin}/nowhere`] : has('server-metadata.issuer') ? [`${origin}/`] : [origin],
      bearer_methods_supported: has('metadata.bearer-methods') ? ['header', 'query'] : ['header'],
      scopes_supported: has('metadata.scopes') ? ['read', 'offline_access'] : ['read']
    }
    const cors = has('metadata.cors') ? {} : { 'access-control-allow-origin': '*' }
    send(response, 200, { ...cors, 'content-type': has('metadata.content-type') ? 'text/plain' : 'application/json' },
      JSON.stringify(document))
  }

  function answerServerMetadata (response: ServerResponse): void {
    send(response, 200, has('server-metadata.cors') ? {} : { 'access-control-allow-origin': '*' }, JSON.stringify({
      issuer: origin,
      authorization_endpoint: has('server-metadata.endpoints') ? 'javascript:alert(1)' : `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      ...(has('server-metadata.registration') ? {} : { registration_endpoint: `${origin}/register` }),
      ...(has('server-metadata.pkce') ? { code_challenge_methods_supported: ['plain'] } : { code_challenge_methods_supported: ['S256'] }),
      ...(has('server-metadata.iss-parameter') ? {} : { authorization_response_iss_parameter_supported: true }),
      scopes_supported: has('server-metadata.scopes') ? ['openid'] : ['openid', 'read'],
      protected_resources: has('server-metadata.protected-resources') ? ['https://other.example/mcp'] : [resource]
    }))
  }

  function challenge (error?: string): string {
    if (has('challenge.syntax')) return `Bearer realm="${origin}" error=invalid token`
    if (has('challenge.bearer')) return 'Basic realm="poor"'
    const metadata = has('challenge.resource-metadata-url') ? '/.well-known/oauth-protected-resource/mcp' : `${origin}/.well-known/oauth-protected-resource/mcp`
    const bound = [
      ...(has('dpop.algorithms') ? ['algs="HS256"'] : ['algs="ES256 EdDSA"']),
      ...(has('dpop.resource-metadata') ? [] : [`resource_metadata="${metadata}"`])
    ].join(', ')
    return `Bearer ${[
      ...(has('challenge.realm') ? [] : [`realm="${origin}"`]),
      ...(error !== undefined && !(error === 'invalid_token' && has('credentials.invalid-token-error')) ? [`error="${error}"`] : []),
      ...(has('challenge.resource-metadata') || (error !== undefined && has('credentials.invalid-token-metadata')) ? [] : [`resource_metadata="${metadata}"`]),
      ...(has('challenge.scope') ? ['scope="read offline_access"'] : ['scope="read"'])
    ].join(', ') || 'x="y"'}, DPoP ${bound}`
  }

  function refuse (response: ServerResponse, status: number, error?: string, body = '{}'): void {
    send(response, status, status === 401 && !has('challenge.present') ? { 'www-authenticate': challenge(error) } : {}, body)
  }

  function answerEndpoint (request: IncomingMessage, response: ServerResponse, url: URL, body: string): void {
    const { method, headers } = request
    if (has('connection.no-redirect')) return send(response, 307, { location: `${resource}/` }, '')
    allowPages(response, headers.origin)
    if (method === 'OPTIONS' && !has('browser.preflight')) return answerPreflight(response)
    if (method === 'GET' && has('surface.get')) return send(response, 404, { 'content-type': 'text/html' }, PAGE)
    if (method === 'GET' && has('surface.no-html')) return send(response, 405, { allow: 'POST', 'content-type': 'text/html' }, PAGE)
    if (method === 'DELETE' && has('surface.delete')) return send(response, 200, {}, '{}')
    if (method === 'PUT' && has('surface.other-methods')) return send(response, 200, {}, '{}')
    if (method !== 'POST' && method !== 'OPTIONS' && !(method === 'GET' && has('token.get') && headers.authorization !== undefined)) {
      return send(response, 405, has('surface.allow') ? {} : { allow: 'POST' }, '{}')
    }
    if (headers.origin !== undefined && headers.origin !== FRIEND && !has('browser.foreign-origin')) return send(response, 403, {}, '{}')
    if (has('surface.no-internals') && body === '{"jsonrpc":') return send(response, 400, {}, STACK)
    if (has('surface.no-failures') && body === '') return send(response, 500, {}, '{}')
    if (has('surface.bodies') && body.startsWith('[')) return send(response, 200, {}, '[]')
    authenticate(request, response, url, body)
  }

  function allowPages (response: ServerResponse, from: string | undefined): void {
    if (has('browser.origin-not-reflected') && from !== undefined) {
      response.setHeader('access-control-allow-origin', from)
      response.setHeader('access-control-allow-credentials', 'true')
    } else if (from === FRIEND) response.setHeader('access-control-allow-origin', FRIEND)
    if (!has('browser.challenge-exposed')) response.setHeader('access-control-expose-headers', 'WWW-Authenticate')
  }

  function answerPreflight (response: ServerResponse): void {
    const names = has('browser.preflight-allows') ? '*' : 'authorization, content-type, mcp-protocol-version, mcp-method, mcp-name'
    send(response, 204, { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': names }, '')
  }

  function authenticate (request: IncomingMessage, response: ServerResponse, url: URL, body: string): void {
    const fields = request.headersDistinct['authorization'] ?? []
    const [field] = fields
    if (has('credentials.injection') && url.searchParams.has('next')) return send(response, 401, { 'www-authenticate': `Bearer realm="${field ?? ''}"` }, '{}')
    if (has('credentials.query-token') && url.searchParams.has('access_token')) return refuse(response, 401, 'invalid_token')
    if (has('challenge.unauthorized') && body.includes('"initialize"')) return serve(request, response, body)
    if (field === undefined && has('token.session-is-no-credential') && request.headers['mcp-session-id'] !== undefined) {
      return serve(request, response, body)
    }
    if (field === undefined) return refuse(response, 401, has('challenge.no-error-without-token') ? 'invalid_request' : undefined)
    if (has('dpop.proof-needed') && field === `DPoP ${GOOD_TOKEN}`) return serve(request, response, body)
    if (/^basic /i.test(field)) return has('credentials.basic') ? send(response, 403, {}, '{}') : refuse(response, 401)
    if (has('token.twice') && field === `Bearer ${GOOD_TOKEN}`) return serve(request, response, body)
    const token = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(field)?.[1]
    if (fields.length > 1 || token === undefined || token.length > 8000) {
      return has('credentials.malformed') ? send(response, 403, {}, '{}') : refuse(response, 400)
    }
    if (has('credentials.scheme-case') && !field.startsWith('Bearer ')) return refuse(response, 400)
    if (has('credentials.unsigned-jwt') && token.split('.').length === 3) return serve(request, response, body)
    if (token === GOOD_TOKEN && !has('token.accepted')) return serve(request, response, body)
    if (has('credentials.invalid-token')) return send(response, 403, {}, '{}')
    refuse(response, 401, 'invalid_token', has('credentials.reflected') ? JSON.stringify({ error: `unknown token ${token}` }) : '{}')
  }

  function serve (request: IncomingMessage, response: ServerResponse, body: string): void {
    const { headers, method } = request
    if (method === 'GET') return send(response, 200, {}, '{}')
    if (headers['content-type'] !== 'application/json' && !has('token.media-type')) return send(response, 415, {}, '{}')
    let message: { readonly id?: number, readonly method?: string, readonly params?: Readonly<Record<string, unknown>> }
      | readonly unknown[]
    try {
      message = JSON.parse(body) as typeof message
    } catch {
      return has('token.bad-json')
        ? send(response, 500, { 'content-type': 'text/html' }, PAGE)
        : send(response, 400, {}, rpcError(null, -32700))
    }
    if (Array.isArray(message)) return has('token.batch') ? send(response, 200, {}, '[]') : send(response, 400, {}, rpcError(null, -32600))
    const { id, method: called = '', params = {} } = message as Exclude<typeof message, readonly unknown[]>
    if (id === undefined) return has('token.notification') ? send(response, 200, {}, '{}') : send(response, 202, {}, '')
    const stated = headers['mcp-protocol-version']
    if ('_meta' in params) {
      if (stated !== MODERN && !has('token.unsupported-version')) return send(response, 400, {}, rpcError(id, -32022))
      if (headers['mcp-method'] !== called && !has('token.header-mismatch')) return send(response, 400, {}, rpcError(id, -32020))
    }
    if (called === 'initialize') {
      return send(response, 200, { 'mcp-session-id': 'session-1' }, rpcResult(id, { protocolVersion: '2025-11-25' }))
    }
    if (called === 'server/discover') return send(response, 200, {}, rpcResult(id, { supportedVersions: [MODERN] }))
    // As many servers answer: one event of a stream, which then stays open.
    if (called === 'tools/list') {
      if (has('token.lists-tools')) return send(response, 200, {}, rpcError(id, -32603))
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`event: message\ndata: ${rpcResult(id, { tools: [] })}\n\n`)
      return
    }
    if (called === 'tools/call') {
      return has('token.unknown-tool') ? send(response, 500, {}, '{}') : send(response, 200, {}, rpcError(id, -32602))
    }
    return has('token.unknown-method') ? send(response, 200, {}, rpcResult(id, {})) : send(response, 404, {}, rpcError(id, -32601))
  }

  return {
    url: resource,
    credentials,
    requests,
    async close () {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}

function send (response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

const rpcError = (id: number | null, code: number) => JSON.stringify({ jsonrpc: '2.0', id, error: { code, message: 'no' } })
const rpcResult = (id: number, result: object) => JSON.stringify({ jsonrpc: '2.0', id, result })
