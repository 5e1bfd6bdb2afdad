// An authorization server in memory that answers introspection (RFC 7662) from a table of tokens, or fails as the test says.

import type { MockAgent } from 'undici'

export const ISSUER = 'http://localhost:9000'

/** What introspection says of a token, `active` included. */
export type IntrospectionReply = Readonly<Record<string, unknown>>
/** An answer of the introspection endpoint that is no introspection reply. */
export interface RawReply { readonly status: number, readonly body: string, readonly headers?: Record<string, string> }

export interface IntrospectionTable {
  /** What happens to a question: by default the table of tokens answers; 'refused' is a connection refused. */
  readonly failWith: RawReply | 'refused' | undefined
  readonly tokens: ReadonlyMap<string, IntrospectionReply>
}

/** @param asked gets the tokens that are asked about, in order */
export function answerAsAuthorizationServer (agent: MockAgent, table: IntrospectionTable, asked: string[]): void {
  const server = agent.get(ISSUER)
  server.intercept({ path: '/.well-known/oauth-authorization-server', method: 'GET' }).reply(() => {
    const failure = table.failWith
    if (failure !== undefined) return failed(failure)
    return json(200, { issuer: ISSUER, introspection_endpoint: `${ISSUER}/api/introspect` })
  }).persist()
  server.intercept({ path: '/.well-known/openid-configuration', method: 'GET' }).reply(() => json(404, {})).persist()
  server.intercept({ path: '/api/introspect', method: 'POST' }).reply(({ body }) => {
    const token = new URLSearchParams(typeof body === 'string' ? body : '').get('token') ?? ''
    asked.push(token)
    const failure = table.failWith
    if (failure !== undefined) return failed(failure)
    return json(200, table.tokens.get(token) ?? { active: false })
  }).persist()
}

const json = (statusCode: number, data: object) =>
  ({ statusCode, data: JSON.stringify(data), responseOptions: { headers: { 'content-type': 'application/json' } } })

function failed (failure: RawReply | 'refused'): ReturnType<typeof json> {
  if (typeof failure === 'object') {
    return {
      statusCode: failure.status,
      data: failure.body,
      responseOptions: { headers: { 'content-type': 'application/json', ...failure.headers } }
    }
  }
  throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
}
