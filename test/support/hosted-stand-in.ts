// Answers as the shared hosted authorization server of the tutorial was recorded to answer (2026-11), since tests have no
// internet. "R" marks what was observed there, "I" what is inferred from how its family behaves.

import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const DAY_SECONDS = 86_400
const SCOPES = ['mcp:tickets:read', 'mcp:tickets:write']
const ACCOUNTS: Readonly<Record<string, { readonly password: string, readonly subject: string }>> = {
  inga: { password: 'inga', subject: '1004' }
}

export interface HostedStandIn {
  readonly issuer: string
  readonly close: () => Promise<void>
}

export interface HostedStandInOptions {
  /** The URI registered for the resource server: tokens for anything else are called inactive (R, the rsUri trap). */
  readonly resourceServerUri: string
}

interface Grant {
  readonly clientId: string
  readonly scope: string
  readonly resource: string
  readonly subject: string
  readonly challenge: string
  readonly redirectUri: string
  readonly authenticatedAt: number
}
interface Token extends Grant { readonly expiresAt: number }

export async function startHostedStandIn ({ resourceServerUri }: HostedStandInOptions): Promise<HostedStandIn> {
  const clients = new Map<string, readonly string[]>()
  const codes = new Map<string, Grant>()
  const tokens = new Map<string, Token>()
  const server = createServer((request, response) => { answer(request, response).catch(() => { response.destroy() }) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function answer (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    switch (`${request.method ?? ''} ${url.pathname}`) {
      case 'GET /.well-known/oauth-authorization-server':
      case 'GET /.well-known/openid-configuration': return send(response, 200, metadata())
      case 'POST /connect/register': return register(response, JSON.parse(body) as { readonly redirect_uris?: readonly string[] })
      case 'GET /api/authorization': return authorize(response, url.searchParams)
      case 'POST /api/authorization': return decide(response, new URLSearchParams(body))
      case 'POST /api/token': return redeem(response, new URLSearchParams(body))
      case 'POST /api/introspect': return introspect(request, response, new URLSearchParams(body))
      default: return send(response, 404, {})
    }
  }

  // R: paths and the issuer. I: no mention of details types, which are enabled per client there.
  function metadata (): object {
    return {
      issuer,
      authorization_endpoint: `${issuer}/api/authorization`,
      token_endpoint: `${issuer}/api/token`,
      registration_endpoint: `${issuer}/connect/register`,
      introspection_endpoint: `${issuer}/api/introspect`,
      code_challenge_methods_supported: ['plain', 'S256'],
      authorization_response_iss_parameter_supported: true,
      scopes_supported: ['openid', ...SCOPES]
    }
  }

  // R: 201, and a client id that is a number in a string.
  function register (response: ServerResponse, { redirect_uris: redirectUris = [] }: { readonly redirect_uris?: readonly string[] }): void {
    const clientId = String(1_000_000_000 + clients.size)
    clients.set(clientId, redirectUris)
    send(response, 201, { client_id: clientId, redirect_uris: redirectUris, token_endpoint_auth_method: 'none' })
  }

  function authorize (response: ServerResponse, parameters: URLSearchParams): void {
    const redirectUri = parameters.get('redirect_uri') ?? ''
    if (clients.get(parameters.get('client_id') ?? '')?.includes(redirectUri) !== true) {
      return send(response, 400, { error: 'invalid_request' })
    }
    // I: the type is not enabled for a client that registered without an operator.
    if (parameters.has('authorization_details')) {
      return back(response, redirectUri, { error: 'invalid_authorization_details', state: parameters.get('state') ?? '' })
    }
    show(response, page(parameters))
  }

  // R: the names of the fields, and of the two buttons.
  function page (parameters: URLSearchParams): string {
    const hidden = [...parameters].map(([name, value]) => `<input type="hidden" name="${name}" value="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">`)
    return `<!DOCTYPE html><html><body><form method="post" action="/api/authorization">${hidden.join('')}
      <input type="text" name="loginId"><input type="password" name="password">
      <input type="submit" name="authorized" value="Authorize"><input type="submit" name="denied" value="Deny"></form></body></html>`
  }

  function decide (response: ServerResponse, form: URLSearchParams): void {
    const text = (name: string) => form.get(name) ?? ''
    if (form.has('denied')) return back(response, text('redirect_uri'), { error: 'access_denied', state: text('state') })
    const account = ACCOUNTS[text('loginId')]
    if (account?.password !== text('password')) return show(response, page(form))
    const code = randomBytes(24).toString('base64url')
    codes.set(code, {
      clientId: text('client_id'),
      scope: text('scope'),
      resource: text(
        'resource'
      ),
      subject: account.subject,
      challenge: text('code_challenge'),
      redirectUri: text('redirect_uri'),
      authenticatedAt: seconds()
    })
    back(response, text('redirect_uri'), { state: text('state'), code })
  }

  // R: state, code and iss, in the query.
  function back (response: ServerResponse, redirectUri: string, parameters: Readonly<Record<string, string>>): void {
    response.writeHead(302, { location: `${redirectUri}?${String(new URLSearchParams({ ...parameters, iss: issuer }))}` }).end()
  }

  function redeem (response: ServerResponse, form: URLSearchParams): void {
    // R
    if (!clients.has(form.get('client_id') ?? '')) {
      return send(response, 401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="token"' })
    }
    const code = form.get('code') ?? ''
    const grant = codes.get(code)
    codes.delete(code)
    const verified = grant !== undefined && grant.clientId === form.get('client_id') && grant.redirectUri === form.get('redirect_uri') &&
      createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') === grant.challenge
    if (!verified) return send(response, 400, { error: 'invalid_grant' })
    const accessToken = randomBytes(32).toString('base64url')
    tokens.set(accessToken, { ...grant, expiresAt: seconds() + DAY_SECONDS })
    send(response, 200, {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: DAY_SECONDS,
      scope: grant.scope,
      refresh_token: randomBytes(32).toString('base64url')
    })
  }

  function introspect (request: IncomingMessage, response: ServerResponse, form: URLSearchParams): void {
    // R: 500, where others say 401.
    if (request.headers.authorization !== `Basic ${Buffer.from('mcp-server:mcp-server-secret').toString('base64')}`) {
      return send(response, 500, { error: 'internal_server_error', error_description: 'Resource server authentication failed' })
    }
    const token = tokens.get(form.get('token') ?? '')
    if (token === undefined || token.resource !== resourceServerUri) return send(response, 200, { active: false })
    const { subject, scope, resource, expiresAt, clientId, authenticatedAt } = token
    // R: these members, and `aud` as an array.
    send(response, 200, {
      active: true,
      sub: subject,
      scope,
      iss: issuer,
      aud: [resource],
      exp: expiresAt,
      client_id: clientId,
      token_type: 'Bearer',
      auth_time: authenticatedAt
    })
  }

  return {
    issuer,
    async close () {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}

const seconds = () => Math.floor(Date.now() / 1000)

function show (response: ServerResponse, page: string): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end(page)
}

function send (response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }).end(JSON.stringify(body))
}
