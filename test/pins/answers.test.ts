// What exactly goes over the wire when something is refused, and what is published? Frozen text, never imported from
// src: clients, tutorials and other people's code compare with these bytes.

import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import {
  activeToken, answerOf, buildGateway, call, INSPECTOR, limitedTo, message, post,
  type CallAnswer, type Gateway, type IntrospectionReply
} from '../support/gateway.ts'
import { MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'

const NOTIFICATION = { jsonrpc: '2.0', method: 'notifications/initialized' }
const REALM = 'Bearer realm="http://localhost:3443"'
const METADATA = 'resource_metadata="http://localhost:3443/.well-known/oauth-protected-resource/mcp"'
const READ_SCOPE = 'scope="mcp:tickets:read"'
const WRITE_SCOPE = 'scope="mcp:tickets:write"'

function pin (t: Test, answer: CallAnswer, status: number, challenge: string | undefined, body: object): void {
  t.equal(answer.status, status)
  t.equal(answer.headers['www-authenticate'], challenge)
  t.equal(answer.text, JSON.stringify(body))
  t.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  t.equal(answer.headers['cache-control'], 'no-store')
}

const withToken = (gateway: Gateway, token: string) => post(gateway, NOTIFICATION, { authorization: `Bearer ${token}` })

t.test('401 without a token — as the tutorial shows it', async t => {
  covers('http.challenge-without-token', 'http.challenge-names-metadata-and-scope')
  pin(t, await post(await buildGateway(t), NOTIFICATION), 401,
    'Bearer realm="http://localhost:3443", error="invalid_request", error_description="Access token is required", resource_metadata="http://localhost:3443/.well-known/oauth-protected-resource/mcp", scope="mcp:tickets:read"',
    { error: 'invalid_request', error_description: 'Access token is required' })
})

t.test('401 without a token — by configuration as RFC 6750 has it, without an error', async t => {
  covers('http.challenge-rfc6750-form')
  const gateway = await buildGateway(t, { config: { challenge: { whenTokenMissing: 'rfc6750' } } })
  const challenge = `${REALM}, ${METADATA}, ${READ_SCOPE}`
  const body = { error: 'invalid_request', error_description: 'Access token is required' }
  pin(t, await post(gateway, NOTIFICATION), 401, challenge, body)
  pin(t, await post(gateway, NOTIFICATION, { authorization: 'Basic dTpw' }), 401, challenge, body)
  t.match((await withToken(gateway, 'unknown')).headers['www-authenticate'], /error="invalid_token"/, 'a token that was sent is still called invalid')
})

t.test('401 invalid_token — each problem of a token has its words, and no other', async t => {
  covers('http.invalid-token')
  const problems: Record<string, [token: IntrospectionReply, description: string]> = {
    inactive: [{ active: false }, 'The access token is expired, revoked or unknown; obtain a new one'],
    expired: [activeToken({ exp: MANUAL_CLOCK_START_SECONDS }), 'The access token is expired, revoked or unknown; obtain a new one'],
    early: [activeToken({ nbf: MANUAL_CLOCK_START_SECONDS + 60 }), 'The access token is not valid yet'],
    issuer: [activeToken({ iss: 'https://elsewhere.example' }), 'The access token comes from another authorization server; see resource_metadata'],
    bound: [activeToken({ cnf: { jkt: 'x' } }), 'The access token is bound to a key and cannot be used as a bearer token'],
    audience: [activeToken({ aud: 'http://localhost:3443/mcp-evil' }), 'The access token was issued for another resource; request one with the resource in resource_metadata'],
    unaddressed: [activeToken({ aud: undefined }), 'The access token names no resource; request one with the resource in resource_metadata'],
    nobody: [activeToken({ sub: undefined }), 'The access token names no person; obtain one on behalf of a person'],
    unusable: [activeToken({ exp: 'tomorrow' }), 'The access token cannot be used here; obtain a new one']
  }
  const tokens = Object.fromEntries(Object.entries(problems).map(([name, [token]]) => [name, token]))
  const gateway = await buildGateway(t, { tokens })
  for (const [name, [, description]] of Object.entries(problems)) {
    pin(t, await withToken(gateway, name), 401,
      `${REALM}, error="invalid_token", error_description="${description}", ${METADATA}, ${READ_SCOPE}`,
      { error: 'invalid_token', error_description: description })
  }
})

t.test('400 invalid_request — credentials that cannot be read', async t => {
  covers('http.malformed-credentials')
  const gateway = await buildGateway(t)
  const malformed: Array<[answer: Promise<CallAnswer>, description: string]> = [
    [post(gateway, NOTIFICATION, { authorization: 'Bearer token-full, Bearer token-read' }), 'Send exactly one Authorization header with one access token'],
    [post(gateway, NOTIFICATION, { authorization: 'Bearer' }), 'The Authorization header holds no access token'],
    [post(gateway, NOTIFICATION, { authorization: 'Bearer to<ken' }), 'The access token holds characters that no access token has'],
    [
      gateway.app.inject({ method: 'POST', url: '/mcp?access_token=token-full', payload: NOTIFICATION }).then(answerOf),
      'Send the access token in the Authorization header, never in the URL'
    ]
  ]
  for (const [answer, description] of malformed) {
    pin(t, await answer, 400,
      `${REALM}, error="invalid_request", error_description="${description}", ${METADATA}, ${READ_SCOPE}`,
      { error: 'invalid_request', error_description: description })
  }
})

t.test('403 insufficient_scope — with the request\'s id and every scope of the operation', async t => {
  covers('http.insufficient-scope')
  const gateway = await buildGateway(t)
  const description = 'This operation needs more scope; authorize again with the scope named here'
  pin(t, await call(gateway, { token: 'token-read', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 }, id: 7 }), 403,
    `${REALM}, error="insufficient_scope", error_description="${description}", ${METADATA}, ${WRITE_SCOPE}`,
    {
      jsonrpc: '2.0',
      id: 7,
      error: {
        code: 403,
        message: description,
        data: {
          error: 'insufficient_scope',
          resource_metadata: 'http://localhost:3443/.well-known/oauth-protected-resource/mcp',
          scope: 'mcp:tickets:write'
        }
      }
    })
})

const TOO_SMALL = 'The authorization details of the access token do not allow this call; authorize again with details that do'
const REMEDY = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 16000, currency: 'JPY', ticketIds: [2] }]
const DEAR = { token: 'token-limited', tool: 'reserve_ticket', args: { ticket_id: 2, seats: 2 } }

t.test('403 insufficient_authorization — without remediation it is a plain challenge', async t => {
  covers('http.insufficient-authorization')
  const gateway = await buildGateway(t, { config: { policy: { remediation: 'off' } } })
  pin(t, await call(gateway, DEAR), 403,
    `${REALM}, error="insufficient_authorization", error_description="${TOO_SMALL}", ${METADATA}, ${WRITE_SCOPE}`,
    {
      jsonrpc: '2.0',
      id: 'request-1',
      error: {
        code: 403,
        message: TOO_SMALL,
        data: { error: 'insufficient_authorization', resource_metadata: 'http://localhost:3443/.well-known/oauth-protected-resource/mcp' }
      }
    })
})

t.test('403 insufficient_authorization — with remediation it carries the smallest details that would do', async t => {
  covers('http.remediation')
  const gateway = await buildGateway(t, { config: { policy: { remediation: 'draft', referenceSecret: 'introspection-secret-of-the-tests' } } })
  const answer = await call(gateway, DEAR)
  // base64url of {"authorization_details":[{"type":"ticket-reservation","actions":["book"],"maxAmount":16000,"currency":"JPY","ticketIds":[2]}],"authorization_reference":"xAFA5SViSFVTGBhhiPq2JA"}
  const remediation = 'eyJhdXRob3JpemF0aW9uX2RldGFpbHMiOlt7InR5cGUiOiJ0aWNrZXQtcmVzZXJ2YXRpb24iLCJhY3Rpb25zIjpbImJvb2siXSwibWF4QW1vdW50IjoxNjAwMCwiY3VycmVuY3kiOiJKUFkiLCJ0aWNrZXRJZHMiOlsyXX1dLCJhdXRob3JpemF0aW9uX3JlZmVyZW5jZSI6InhBRkE1U1ZpU0ZWVEdCaGhpUHEySkEifQ'
  t.equal(answer.status, 403)
  t.equal(answer.headers['www-authenticate'],
    `${REALM}, error="insufficient_authorization", error_description="${TOO_SMALL}", ${METADATA}, ${WRITE_SCOPE}, authorization_remediation="${remediation}"`)
  t.strictSame(answer.body.error?.data, {
    error: 'insufficient_authorization',
    resource_metadata: 'http://localhost:3443/.well-known/oauth-protected-resource/mcp',
    authorization_remediation: { authorization_details: REMEDY, authorization_reference: 'xAFA5SViSFVTGBhhiPq2JA' }
  })
  t.equal(answer.headers['cache-control'], 'no-store')
})

t.test('insufficient_authorization — 401 by configuration, and words for each problem', async t => {
  covers('http.insufficient-authorization-status')
  const gateway = await buildGateway(t, {
    config: { policy: { remediation: 'off', insufficientAuthorizationStatus: 401, authorizationDetailsWhenAbsent: 'deny' } },
    tokens: { other: activeToken({ authorization_details: [{ type: 'payment' }] }), unreadable: activeToken(limitedTo(10_000, { surprise: true })) }
  })
  const problems = {
    'token-limited': TOO_SMALL,
    'token-full': 'This operation needs authorization details; authorize again with authorization_details',
    other: 'The authorization details are of another type than this operation needs',
    unreadable: 'The authorization details of the access token cannot be read and allow nothing'
  }
  for (const [token, description] of Object.entries(problems)) {
    const answer = await call(gateway, { ...DEAR, token })
    t.equal(answer.status, 401)
    t.equal(answer.headers['www-authenticate'], `${REALM}, error="insufficient_authorization", error_description="${description}", ${METADATA}, ${WRITE_SCOPE}`)
    t.equal(answer.body.error?.message, description)
  }
})

t.test('503 — the authorization server does not answer: no challenge, the token is kept', async t => {
  covers('http.outage-is-503')
  const gateway = await buildGateway(t)
  gateway.failWith = 'refused'
  const answer = await withToken(gateway, 'token-full')
  pin(t, answer, 503, undefined, {
    jsonrpc: '2.0',
    error: {
      code: 503,
      message: 'The authorization server cannot be asked about this token right now. Try again in 5 seconds with the same access token.',
      data: { code: 'GW_AUTHORIZATION_SERVER_UNAVAILABLE', retryAfterSeconds: 5 }
    }
  })
  t.equal(answer.headers['retry-after'], '5')
})

t.test('protected resource metadata — the same document at the path-inserted and the root well-known URI', async t => {
  covers('http.metadata-document')
  const { app } = await buildGateway(t, { config: { resource: { identifier: 'http://localhost:3443/mcp', name: 'Ticket reservations' } } })
  const document = JSON.stringify({
    resource: 'http://localhost:3443/mcp',
    authorization_servers: ['http://localhost:9000'],
    scopes_supported: ['mcp:tickets:read', 'mcp:tickets:write'],
    bearer_methods_supported: ['header'],
    resource_documentation: 'http://localhost:3443/docs/mcp',
    resource_policy_uri: 'http://localhost:3443/policy/mcp',
    authorization_details_types_supported: ['ticket-reservation'],
    authorization_details_types_metadata_endpoint: 'http://localhost:3443/authorization-details-types/mcp',
    resource_name: 'Ticket reservations',
    mcp_resource_gateway_revocation_bound_seconds: 30
  })
  for (const url of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']) {
    const { statusCode, headers, body } = await app.inject(url)
    t.equal(statusCode, 200)
    t.equal(body, document)
    t.match(headers, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=3600', 'access-control-allow-origin': '*' })
  }
})

t.test('what every client asks first — initialize, ping, server/discover, a notification', async t => {
  covers('mcp.initialize-stateless')
  const gateway = await buildGateway(t)
  const authorization = 'Bearer token-full'
  const serverInfo = { name: 'mcp-resource-gateway', title: 'Ticket reservations', version: '0.0.0-test' }
  for (const protocolVersion of ['2025-11-25', '2025-06-18', '2025-03-26']) {
    const answer = await post(gateway, message('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'c', version: '1' } }).body, { authorization })
    t.strictSame(answer.body, { jsonrpc: '2.0', id: 'request-1', result: { protocolVersion, capabilities: { tools: {} }, serverInfo } })
    t.equal(answer.headers['mcp-session-id'], undefined, 'there is no session')
  }
  const unknown = await post(gateway, message('initialize', { protocolVersion: '1999-01-01' }).body, { authorization })
  t.match(unknown.body.result, { protocolVersion: '2025-11-25' })
  t.equal((await post(gateway, message('ping', {}).body, { authorization })).text, '{"jsonrpc":"2.0","id":"request-1","result":{}}')

  const discover = message('server/discover', {}, { era: 'modern' })
  t.strictSame((await post(gateway, discover.body, { authorization, ...discover.headers })).body.result, {
    resultType: 'complete',
    supportedVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'],
    capabilities: { tools: {}, extensions: { 'io.modelcontextprotocol/structured-authorization-denials': {} } },
    ttlMs: 3_600_000,
    cacheScope: 'public',
    _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo }
  })

  const accepted = await withToken(gateway, 'token-full')
  t.equal(accepted.status, 202)
  t.equal(accepted.text, '')
})

t.test('403 for a foreign Origin and 405 for a foreign method — JSON-RPC errors without a challenge', async t => {
  const gateway = await buildGateway(t)
  pin(t, await post(gateway, NOTIFICATION, { origin: 'https://evil.example' }), 403, undefined, {
    jsonrpc: '2.0',
    error: { code: 403, message: 'This origin may not call the endpoint; the operator can add it to cors.allowedOrigins' }
  })
  const { statusCode, headers, body } = await gateway.app.inject({ method: 'GET', url: '/mcp', headers: { origin: INSPECTOR } })
  t.equal(statusCode, 405)
  t.equal(headers['allow'], 'POST, OPTIONS')
  t.equal(body, JSON.stringify({ jsonrpc: '2.0', error: { code: -32600, message: 'Method not allowed: send JSON-RPC messages with POST' } }))
})
