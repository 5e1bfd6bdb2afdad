// The practice authorization server over HTTP: its documents, registration, the steps of the tutorial, and tokens for tests.

import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import t from 'tap'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { covers } from '../support/covers.ts'
import {
  BOTH_SCOPES, introspect, redeemCode, REDIRECT_URI, registerClient, RESOURCE, submitAndReturn, TUTORIAL_REGISTRATION
} from '../support/practice-client.ts'
import { freshPage, issuer, LOGIN } from '../support/practice-pages.ts'

interface RawReply { readonly status: number | undefined, readonly body: string }

/** A request with a header or target that fetch would not send. */
async function rawGet (path: string, headers: Record<string, string>): Promise<RawReply> {
  const { port } = new URL(issuer)
  const request = httpRequest({ host: '127.0.0.1', port, path, headers }).end()
  const [response] = await once(request, 'response') as [IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk)
  return { status: response.statusCode, body }
}

t.test('metadata — both well-known documents name every endpoint and feature of the tutorial', async t => {
  covers('practice.metadata')
  for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) {
    const response = await fetch(issuer + path, { headers: { origin: 'http://localhost:6274' } })
    t.equal(response.status, 200)
    t.equal(response.headers.get('access-control-allow-origin'), 'http://localhost:6274')
    const metadata = await response.json() as Record<string, unknown>
    t.match(metadata, {
      issuer,
      authorization_endpoint: `${issuer}/api/authorization`,
      token_endpoint: `${issuer}/api/token`,
      introspection_endpoint: `${issuer}/api/introspect`,
      revocation_endpoint: `${issuer}/api/revoke`,
      registration_endpoint: `${issuer}/connect/register`,
      jwks_uri: `${issuer}/api/jwks`,
      authorization_details_types_metadata_endpoint: `${issuer}/authorization-details-types`,
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true
    })
    t.strictSame(metadata['code_challenge_methods_supported'], ['S256'])
    t.strictSame(metadata['authorization_details_types_supported'], ['ticket-reservation'])
    t.strictSame(metadata['response_types_supported'], ['code'])
    const scopes = metadata['scopes_supported'] as string[]
    t.ok(BOTH_SCOPES.split(' ').every(scope => scopes.includes(scope)))
    t.notOk(scopes.includes('offline_access'))
  }
})

t.test('metadata — never follows Host, forwarding headers or an absolute request target', async t => {
  covers('practice.host-not-trusted')
  const path = '/.well-known/oauth-authorization-server'
  const { body: expected } = await rawGet(path, {})
  const spoofed =
    { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example;proto=https' }
  t.equal((await rawGet(path, spoofed)).body, expected)
  t.equal((await rawGet(`http://evil.example${path}`, spoofed)).body, expected)
  t.notMatch(expected, 'evil')
  t.equal((await rawGet(`//evil.example${path}`, {})).status, 404)
})

t.test('details types — the document states the version and the schema that the gateway enforces', async t => {
  covers('practice.details-types-metadata')
  const response = await fetch(`${issuer}/authorization-details-types`)
  t.equal(response.status, 200)
  t.equal(response.headers.get('access-control-allow-origin'), '*')
  t.match(response.headers.get('content-type'), /^application\/json/)
  const { 'ticket-reservation': published } = await response.json() as Record<string, unknown>
  t.strictSame(published, JSON.parse(JSON.stringify(ticketReservation.metadata)), 'version, schema and examples, to the letter')
  t.equal((await fetch(`${issuer}/authorization-details-types`, { method: 'POST' })).status, 405)
})

t.test('registration — the body of the tutorial gives a public client, also from a browser', async t => {
  covers('practice.dynamic-registration')
  const client = await registerClient(issuer)
  t.match(client, { client_id: /.+/, client_name: 'MCP Inspector', token_endpoint_auth_method: 'none', redirect_uris: [REDIRECT_URI], scope: BOTH_SCOPES })
  t.notOk('client_secret' in client)
  t.notOk('registration_access_token' in client)

  const origin = 'http://localhost:6274'
  const preflight = await fetch(`${issuer}/connect/register`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,mcp-protocol-version' }
  })
  t.equal(preflight.status, 204)
  t.equal(preflight.headers.get('access-control-allow-origin'), '*')
  t.equal(preflight.headers.get('access-control-allow-headers'), 'content-type,mcp-protocol-version')
  const posted = await fetch(`${issuer}/connect/register`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify(TUTORIAL_REGISTRATION)
  })
  t.equal(posted.status, 201)
  t.equal(posted.headers.get('access-control-allow-origin'), '*')
  const refused = await fetch(`${issuer}/connect/register`, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: '{"redirect_uris":["not a uri"]}' })
  t.equal(refused.status, 400)
  t.equal(refused.headers.get('access-control-allow-origin'), '*', 'a browser client can read why it was refused')
})

t.test('the way of the tutorial — from registration to a token that the resource server finds active', async t => {
  covers('practice.iss-in-redirect', 'practice.details-issued')
  const { clientId, verifier, page } = await freshPage()
  const back = await submitAndReturn(page, LOGIN)
  t.equal(back.origin + back.pathname, REDIRECT_URI)
  t.equal(back.searchParams.get('iss'), issuer)
  t.equal(back.searchParams.get('state'), 'random_state_value')
  const { status, headers, body } = await redeemCode(issuer, clientId, String(back.searchParams.get('code')), verifier)
  t.equal(status, 200)
  t.match(headers.get('cache-control'), 'no-store')
  t.match(body, { access_token: /^[\w-]{43}$/, token_type: 'Bearer', expires_in: 86_400, scope: BOTH_SCOPES, refresh_token: /.+/ })
  const { body: claims } = await introspect(issuer, String(body['access_token']))
  t.match(claims, {
    active: true,
    sub: '1004',
    iss: issuer,
    aud: RESOURCE,
    client_id: clientId,
    token_type: 'Bearer',
    scope: BOTH_SCOPES,
    exp: Number,
    auth_time: Number
  })
  t.match(claims['authorization_details'], [{ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY', budgetId: /.+/ }])
  t.strictSame(body['authorization_details'], claims['authorization_details'])
})

t.test('mintToken — a real token without a browser, on the server that minted it only', async t => {
  const other = await createPracticeServer({ resources: ['https://a.example/mcp', 'https://b.example/mcp'], introspectionClient: { id: 'rs', secret: 'a:secret' }, accessTokenTtlSeconds: 60 })
  t.teardown(() => other.close())
  const details = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 1000, currency: 'JPY' }]
  const token = await other.mintToken({ subject: 'somebody', clientId: 'some-client', scope: 'mcp:tickets:read', resource: 'https://b.example/mcp', authorizationDetails: details, extraClaims: { acr: 'high', auth_time: 1 } })
  const credentials = 'rs:a%3Asecret'
  const { body } = await introspect(other.issuer, token, credentials)
  t.match(body, { active: true, sub: 'somebody', client_id: 'some-client', scope: 'mcp:tickets:read', aud: 'https://b.example/mcp', iss: other.issuer, acr: 'high', auth_time: 1 })
  t.strictSame(body['authorization_details'], details)
  t.equal(Number(body['exp']) - Number(body['iat']), 60)
  t.strictSame((await introspect(issuer, token)).body, { active: false })

  const bare = await other.mintToken({ subject: '1004', scope: '', resource: null, ttlSeconds: 5 })
  const { body: bareClaims } = await introspect(other.issuer, bare, credentials)
  t.match(bareClaims, { active: true, sub: '1004' })
  t.notOk('aud' in bareClaims || 'scope' in bareClaims || 'authorization_details' in bareClaims)
  t.equal((await introspect(other.issuer, await other.mintToken({ subject: '1004', scope: 'mcp:tickets:read' }), credentials)).body['aud'], 'https://a.example/mcp')

  const before = other.introspections
  await other.revokeToken(token)
  t.strictSame((await introspect(other.issuer, token, credentials)).body, { active: false })
  t.equal(other.introspections, before + 1)
})

t.test('root page — says what this is, who can log in and where everything is', async t => {
  const html = (await (await fetch(`${issuer}/`)).text()).replaceAll('<wbr>', '')
  for (const text of ['Practice authorization server', 'For practice only', 'inga', '1005', `${issuer}/api/introspect`, RESOURCE]) t.match(html, text)
  t.match(await (await fetch(`${issuer}/?lang=ja`)).text(), '練習用認可サーバー')
  t.equal((await fetch(`${issuer}/`, { method: 'POST' })).status, 405)
  t.equal((await fetch(`${issuer}/?lang=ja`)).headers.get('content-type'), 'text/html; charset=utf-8')
})

t.test('unknown path — a page in both languages for a browser, JSON for others, and there is an icon', async t => {
  covers('practice.pages-for-people')
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  const page = await fetch(`${issuer}/nothing?a=1`, { headers: browser })
  t.equal(page.status, 404)
  t.match(page.headers.get('content-security-policy'), "default-src 'none'")
  const html = await page.text()
  t.match(html, 'There is no such page')
  t.match(html, 'href="/nothing?a=1&amp;lang=ja"')
  t.match(await (await fetch(`${issuer}/nothing?lang=ja`, { headers: browser })).text(), 'ページが見つかりません')
  const plain = await fetch(`${issuer}/nothing`)
  t.equal(plain.status, 404)
  t.match(await plain.json(), { error: 'not_found' })
  const icon = await fetch(`${issuer}/favicon.ico`)
  t.match([icon.status, icon.headers.get('content-type')], [200, 'image/svg+xml'])
})
