// An MCP client for tests: it sends requests to a Fastify instance in memory (`app.inject`), without a socket. It returns what came back
// and throws for no status, so that a test can look at refusals.

import type { FastifyInstance } from 'fastify'
import { META, MODERN_VERSIONS, NEWEST_LEGACY_VERSION } from '../mcp/protocol.ts'
import type { ContentBlock } from '../mcp/tool-outcome.ts'

export interface TestClientOptions {
  /** Absent: requests carry no token. */
  readonly token?: string
  /** The path of the endpoint. Default `/mcp`. */
  readonly path?: string
  /** `modern`: every request states its protocol revision; `legacy`: `initialize` does. Default `modern`. */
  readonly era?: 'modern' | 'legacy'
}

/** @see https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result */
export interface TestToolResult {
  readonly content: readonly ContentBlock[]
  readonly structuredContent?: Readonly<Record<string, unknown>>
  readonly isError?: boolean
}

export interface TestAnswer<Result> {
  /** HTTP. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  /** The parsed body; the text where it is no JSON. */
  readonly body: unknown
  /** Of the JSON-RPC answer; absent when there is none. */
  readonly result?: Result
  /** Of the JSON-RPC answer, or the OAuth error of a rejected token. */
  readonly error?: unknown
  /** The parameters of the first challenge in `WWW-Authenticate`; absent when there is none. */
  readonly challenge?: Readonly<Record<string, string>>
}

/** An entry of `tools/list`. */
type ListedTool = Readonly<Record<string, unknown>> & { readonly name: string }

export interface TestClient {
  readonly initialize: () => Promise<TestAnswer<Readonly<Record<string, unknown>>>>
  readonly listTools: () => Promise<TestAnswer<{ readonly tools: readonly ListedTool[] }>>
  readonly callTool: (name: string, args?: object) => Promise<TestAnswer<TestToolResult>>
  /** Any other request. */
  readonly request: (method: string, params?: object) => Promise<TestAnswer<unknown>>
}

const CLIENT_INFO = { name: 'test-client', version: '1.0.0' }

/**
 * @example
 * const client = createTestClient(app, { token: server.issue({ scopes: ['orders:read'] }) })
 * const { status, result } = await client.callTool('list_orders', { status: 'sent' })
 */
export function createTestClient (app: FastifyInstance, { token, path = '/mcp', era = 'modern' }: TestClientOptions = {}): TestClient {
  let lastId = 0

  async function send<Result> (method: string, params: object, name?: string): Promise<TestAnswer<Result>> {
    lastId += 1
    const version = era === 'modern' ? MODERN_VERSIONS[0] : NEWEST_LEGACY_VERSION
    const meta = { [META.protocolVersion]: version, [META.clientCapabilities]: {}, 'io.modelcontextprotocol/clientInfo': CLIENT_INFO }
    const response = await app.inject({
      method: 'POST',
      url: path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': version,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(era === 'modern' ? { 'mcp-method': method, ...(name === undefined ? {} : { 'mcp-name': name }) } : {})
      },
      payload: JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params: era === 'modern' ? { ...params, _meta: meta } : params })
    })
    return answerOf(response.statusCode, response.headers, response.body)
  }

  return {
    initialize: () => era === 'modern'
      ? send('server/discover', {})
      : send('initialize', { protocolVersion: NEWEST_LEGACY_VERSION, capabilities: {}, clientInfo: CLIENT_INFO }),
    listTools: () => send('tools/list', {}),
    callTool: (name, args = {}) => send('tools/call', { name, arguments: args }, name),
    request: (method, params = {}) => send(method, params)
  }
}

function answerOf<Result> (status: number, headers: TestAnswer<Result>['headers'], text: string): TestAnswer<Result> {
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : /^(?:event)?:/.test(text) ? lastEventOf(text) : text
  const { result, error } = typeof body === 'object' && body !== null ? body as { result?: Result, error?: unknown } : {}
  const challenge = challengeOf(headers['www-authenticate'])
  return {
    status,
    headers,
    body,
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
    ...(challenge === undefined ? {} : { challenge })
  }
}

/** A tool that reports progress answers with a stream; its last event is the answer. */
function lastEventOf (text: string): unknown {
  const [data = ''] = text.trimEnd().split('\n').slice(-1)
  return JSON.parse(data.replace(/^data: /, ''))
}

function challengeOf (header: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof header !== 'string') return undefined
  const parameters: Record<string, string> = {}
  for (const [, name = '', value = ''] of header.matchAll(/([\w-]+)="((?:[^"\\]|\\.)*)"/g)) {
    parameters[name] ??= value.replace(/\\(.)/g, '$1')
  }
  return parameters
}
