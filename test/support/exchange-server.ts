// An authorization server that introspects and exchanges tokens as a test says, wrong replies above all.

import type { ServerResponse } from 'node:http'
import type { Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { answersJson, startStubAuthorizationServer } from './stub-authorization-server.ts'

const EXCHANGED_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

export interface ExchangeReplyScript {
  readonly status?: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface ExchangeServer {
  readonly issuer: string
  /** The forms of all exchanges, in the order in which they came. */
  readonly exchanges: URLSearchParams[]
  /** `Authorization` of the last exchange. */
  authorization: string | undefined
  introspections: number
  /** How the next exchanges are answered; a promise keeps them waiting. */
  answer: (form: URLSearchParams) => ExchangeReplyScript | Promise<ExchangeReplyScript>
  readonly issue: (claims?: JsonObject) => string
  readonly revoke: (token: string) => void
}

/** The reply of a server that does what RFC 8693 says: a new token with what was asked for. */
export function exchanged (form: URLSearchParams, others: JsonObject = {}): ExchangeReplyScript {
  const details = form.get('authorization_details')
  return {
    body: {
      access_token: `exchanged-${Math.random().toString(36).slice(2)}`,
      issued_token_type: EXCHANGED_TYPE,
      token_type: 'Bearer',
      expires_in: 3600,
      ...(form.has('scope') ? { scope: form.get('scope') } : {}),
      ...(details === null ? {} : { authorization_details: JSON.parse(details) as unknown }),
      ...others
    }
  }
}

/** Epoch seconds of an expiry that no test reaches. */
const FAR = 4_000_000_000

let issued = 0

export async function startExchangeServer (t: Test, { audience }: { audience: string }): Promise<ExchangeServer> {
  const stub = await startStubAuthorizationServer()
  t.teardown(() => stub.close())
  const tokens = new Map<string, JsonObject>()
  const server: ExchangeServer = {
    issuer: stub.origin,
    exchanges: [],
    authorization: undefined,
    introspections: 0,
    answer: form => exchanged(form),
    issue (claims = {}) {
      issued += 1
      const token = `client-token-${issued}`
      tokens.set(token, { active: true, iss: stub.origin, sub: '1004', client_id: 'test-client', aud: audience, exp: FAR, ...claims })
      return token
    },
    revoke: token => { tokens.set(token, { active: false }) }
  }
  stub.on('/.well-known/oauth-authorization-server', answersJson({
    issuer: stub.origin, introspection_endpoint: `${stub.origin}/introspect`, token_endpoint: `${stub.origin}/token`
  }))
  stub.on('/introspect', (request, response, socket) => {
    server.introspections += 1
    answersJson(tokens.get(new URLSearchParams(request.body).get('token') ?? '') ?? { active: false })(request, response, socket)
  })
  stub.on('/token', ({ body, headers }, response) => {
    const form = new URLSearchParams(body)
    const isProbe = form.get('subject_token')?.startsWith('probe-') === true
    if (isProbe) return write(response, { status: 400, body: { error: 'invalid_request' } })
    server.exchanges.push(form)
    server.authorization = headers.authorization
    Promise.resolve(server.answer(form)).then(reply => { write(response, reply) }, () => { response.destroy() })
  })
  return server
}

function write (response: ServerResponse, { status = 200, body, headers = {} }: ExchangeReplyScript): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
