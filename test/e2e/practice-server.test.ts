// Does the practice authorization server do what the tutorial, the specifications and its page promise? Over HTTP, with
// a browser of a few lines; the process itself at the end.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createInterface } from 'node:readline'
import t from 'tap'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { covers } from '../support/covers.ts'
import {
  authorizationUrl, BOTH_SCOPES, createPkce, introspect, obtainToken, openPage, redeemCode, REDIRECT_URI, registerClient, requestToken, RESOURCE,
  submit, submitAndReturn, TUTORIAL_REGISTRATION
} from '../support/practice-client.ts'
import { programArguments } from '../support/program.ts'

const LOGIN = { loginId: 'inga', password: 'inga', authorized: 'Authorize' }
const JAPANESE = { 'accept-language': 'ja-JP,ja;q=0.9,en;q=0.5' }

const server = await createPracticeServer()
const { issuer } = server
t.teardown(() => server.close())

/** A fresh authorization request of a fresh client, opened in a browser. */
async function freshPage (parameters: Record<string, string | undefined> = {}, headers: Record<string, string> = {}) {
  const { client_id: clientId } = await registerClient(issuer)
  const { verifier, challenge } = createPkce()
  return { clientId, verifier, page: await openPage(authorizationUrl(issuer, clientId, challenge, parameters), headers) }
}

/** Where the browser is sent when the request is refused before any page. */
async function refusedRedirect (parameters: Record<string, string | undefined>): Promise<URLSearchParams> {
  const { client_id: clientId } = await registerClient(issuer)
  const response = await fetch(authorizationUrl(issuer, clientId, createPkce().challenge, parameters), { redirect: 'manual' })
  return new URL(response.headers.get('location') ?? 'about:blank').searchParams
}

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
  const spoofed = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example;proto=https' }
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
  t.match(claims, { active: true, sub: '1004', iss: issuer, aud: RESOURCE, client_id: clientId, token_type: 'Bearer', scope: BOTH_SCOPES, exp: Number, auth_time: Number })
  t.match(claims['authorization_details'], [{ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY', budgetId: /.+/ }])
  t.strictSame(body['authorization_details'], claims['authorization_details'])
})

t.test('page — works in English and Japanese, without script, frame, cache or form-action', async t => {
  covers('practice.page-not-framed')
  const { page } = await freshPage()
  t.match(page.html, '<html lang="en">')
  t.match(page.html, 'Allow MCP Inspector to use your tickets?')
  t.match(page.html, 'For practice only')
  t.notMatch(page.html, '<script')
  const policy = page.response.headers.get('content-security-policy') ?? ''
  t.match(policy, "frame-ancestors 'none'")
  t.notMatch(policy, 'form-action', 'browsers would apply it to the redirect back to the client')
  t.equal(page.response.headers.get('cache-control'), 'no-store')
  t.equal(page.response.headers.get('x-frame-options'), 'DENY')

  const { page: japanese } = await freshPage({}, JAPANESE)
  t.match(japanese.html, '<html lang="ja">')
  t.match(japanese.html, 'MCP Inspector にチケットの利用を許可しますか？')
  t.match(japanese.html, '練習専用')
  t.match((await freshPage({ ui_locales: 'fr ja' })).page.html, '<html lang="ja">', 'ui_locales comes before the browser')
  const other = /<a href="([^"]+)" hreflang="en"/.exec(japanese.html)?.[1] ?? ''
  const toggled = await japanese.jar.fetch(new URL(other, japanese.url), { headers: JAPANESE })
  t.match(await toggled.text(), '<html lang="en">')
  for (const { name } of page.jar.all) t.match(name, /^practice_as_/)
})

t.test('page — shows no markup of a client, and cannot be answered from another site', async t => {
  const { client_id: clientId } = await registerClient(issuer, { ...TUTORIAL_REGISTRATION, client_name: '<img src=x onerror="alert(1)">&' })
  const page = await openPage(authorizationUrl(issuer, clientId, createPkce().challenge))
  t.notMatch(page.html, '<img')
  t.match(page.html, '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;')

  const foreign = await submit(page, LOGIN, { origin: 'http://localhost:6274' })
  t.equal(foreign.status, 403)
  t.equal(foreign.headers.get('location'), null)
  const withoutCookies = await fetch(page.url, { method: 'POST', body: new URLSearchParams(LOGIN), redirect: 'manual' })
  t.equal(withoutCookies.status, 400)
  t.match(await withoutCookies.text(), 'This page has expired')
  t.equal((await submit(page, LOGIN, { origin: issuer })).status, 303, 'the real page still works')
})

t.test('page — a body that is no small form is refused', async t => {
  const { page } = await freshPage()
  t.equal((await page.jar.fetch(page.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status, 415)
  t.equal((await submit(page, { ...LOGIN, loginId: 'x'.repeat(20_000) })).status, 413)
  t.equal((await page.jar.fetch(page.url, { method: 'DELETE' })).status, 405)
})

t.test('login — a wrong password shows the page again with what was chosen, never the password', async t => {
  const { page } = await freshPage({}, JAPANESE)
  const action = new URL(/<form method="post" action="([^"]+)"/.exec(page.html)?.[1] ?? '', page.url).href
  const again = await submit({ ...page, url: action }, { ...LOGIN, password: 'hunter2', limit: 'custom', customAmount: '7,000' })
  t.equal(again.status, 400)
  const html = await again.text()
  t.match(html, '<html lang="ja">', 'the language stays')
  t.match(html, 'ID またはパスワードが違います。')
  t.match(html, 'value="inga"')
  t.match(html, 'value="7,000"')
  t.match(html, /value="custom"[^>]* checked/)
  t.notMatch(html, 'hunter2')
  t.match((await submitAndReturn(page, LOGIN)).search, 'code=')
})

t.test('login — the second person has another subject, in the same browser too', async t => {
  const { accessToken } = await obtainToken(issuer, { form: { loginId: 'taro', password: 'taro' } })
  t.equal((await introspect(issuer, accessToken)).body['sub'], '1005')
  const { clientId, verifier, page } = await freshPage()
  await submitAndReturn(page, LOGIN)
  const next = createPkce()
  const first = await page.jar.fetch(authorizationUrl(issuer, clientId, next.challenge))
  const url = new URL(first.headers.get('location') ?? '', issuer).href
  t.match(url, '/interaction/', 'nobody stays logged in: everyone is asked every time')
  const back = await submitAndReturn({ ...page, url }, { ...LOGIN, loginId: 'taro', password: 'taro' })
  const { body } = await redeemCode(issuer, clientId, String(back.searchParams.get('code')), next.verifier)
  t.equal((await introspect(issuer, String(body['access_token']))).body['sub'], '1005')
  t.not(verifier, next.verifier)
})

t.test('deny — sends the browser back with access_denied, state and iss, without a login', async t => {
  covers('practice.iss-in-redirect')
  const { page } = await freshPage()
  const back = await submitAndReturn(page, { loginId: '', password: '', denied: 'Deny' })
  t.equal(back.origin + back.pathname, REDIRECT_URI)
  t.equal(back.searchParams.get('error'), 'access_denied')
  t.equal(back.searchParams.get('state'), 'random_state_value')
  t.equal(back.searchParams.get('iss'), issuer)
  t.notOk(back.searchParams.has('code'))
  t.equal((await submit(page, LOGIN)).status, 400, 'a request is answered once')
})

t.test('limits — each choice is what introspection says, with a budget of its own', async t => {
  covers('practice.details-issued')
  const budgets = new Set<unknown>()
  async function granted (form: Record<string, string>, requested?: readonly object[]): Promise<readonly Record<string, unknown>[] | undefined> {
    const { accessToken, reply } = await obtainToken(issuer, { form, parameters: requested === undefined ? {} : { authorization_details: JSON.stringify(requested) } })
    const { body } = await introspect(issuer, accessToken)
    t.equal(body['active'], true)
    t.strictSame(reply.body['authorization_details'], body['authorization_details'])
    const details = body['authorization_details'] as readonly Record<string, unknown>[] | undefined
    for (const element of details ?? []) {
      t.notOk(budgets.has(element['budgetId']))
      budgets.add(element['budgetId'])
    }
    return details
  }
  const whole = { type: 'ticket-reservation', actions: ['book', 'cancel'], currency: 'JPY', budgetId: String }
  t.match(await granted({ limit: 'standard' }), [{ ...whole, maxAmount: 10_000 }])
  t.match(await granted({ limit: 'custom', customAmount: '２５,０００' }), [{ ...whole, maxAmount: 25_000, maxTotalAmount: undefined }])
  t.match(await granted({ limit: 'custom', customAmount: '5000', customTotalAmount: '12000' }), [{ ...whole, maxAmount: 5000, maxTotalAmount: 12_000 }])
  t.equal(await granted({ limit: 'none' }), undefined)

  const requested = [
    { type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, maxTotalAmount: 20_000, ticketIds: [1, 2], locations: [RESOURCE], validUntil: '2099-01-01T00:00:00Z' },
    { type: 'ticket-reservation', actions: ['cancel'], maxAmount: 0, currency: 'USD', budgetId: 'mine' }
  ]
  t.match(await granted({}, requested), [{ ...requested[0], currency: 'JPY', budgetId: String }, requested[1]], 'untouched, the request is granted as it was made')
  t.match(await granted({ limit: 'standard' }, requested), [{ ...whole, maxAmount: 10_000 }])
  t.equal(await granted({ limit: 'none' }, requested), undefined)
})

t.test('limits — the page says the requested ones in words and preselects them', async t => {
  const details = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, maxTotalAmount: 20_000, ticketIds: [1, 2] }]
  const { page } = await freshPage({ authorization_details: JSON.stringify(details) })
  t.match(page.html, 'book, up to ¥8,000 per reservation, up to ¥20,000 in total, only tickets 1, 2')
  t.match(page.html, /value="requested"[^>]* checked/)
  const { page: japanese } = await freshPage({ authorization_details: JSON.stringify(details) }, JAPANESE)
  t.match(japanese.html, '予約、1 回の予約につき ¥8,000 まで、合計 ¥20,000 まで、対象チケット：1、2')

  const { page: plain } = await freshPage()
  t.notMatch(plain.html, 'value="requested"')
  t.match(plain.html, /value="standard"[^>]* checked/)
  t.equal((await submit(plain, { ...LOGIN, limit: 'requested' })).status, 400, 'nothing was requested')
})

t.test('limits — a custom amount that is no whole number of yen shows the page again', async t => {
  const { page } = await freshPage()
  for (const customAmount of ['', '0', '-5', '1.5', '1e3', 'ten', '1,00', '100000001', '0x10']) {
    const again = await submit(page, { ...LOGIN, limit: 'custom', customAmount })
    t.equal(again.status, 400, customAmount)
    t.match(await again.text(), 'The custom limit is a whole number of yen')
  }
  const total = await submit(page, { ...LOGIN, limit: 'custom', customAmount: '5000', customTotalAmount: '4999' })
  t.match(await total.text(), 'The total is a whole number of yen')
  t.equal((await submit(page, { ...LOGIN, limit: 'everything' })).status, 400)
  t.match(await (await submit(page, { loginId: 'inga', password: 'inga' })).text(), 'Choose Authorize or Deny.')
})

t.test('requested details — anything but a well-formed ticket-reservation is invalid_authorization_details', async t => {
  covers('practice.details-refused')
  const valid = { type: 'ticket-reservation', actions: ['book'], maxAmount: 8000 }
  const refused: readonly [unknown, RegExp][] = [
    [[{ ...valid, maximumAmount: 1 }], /unknown member maximumAmount/],
    [[{ ...valid, '"<evil>"': 1 }], /unknown member \(unprintable\)/],
    [[{ ...valid, maxAmount: '8000' }], /maxAmount/],
    [[{ ...valid, maxAmount: 0.5 }], /maxAmount/],
    [[{ ...valid, maxAmount: -1 }], /maxAmount/],
    [[{ ...valid, maxAmount: 2 ** 53 }], /maxAmount/],
    [[{ type: 'ticket-reservation', actions: ['book'] }], /maxAmount/],
    [[{ ...valid, actions: ['fly'] }], /actions/],
    [[{ ...valid, currency: 'yen' }], /currency/],
    [[{ ...valid, validUntil: 'tomorrow' }], /validUntil/],
    [[valid, { ...valid, type: 'payment' }], /type/],
    [valid, /array/]
  ]
  for (const [details, reason] of refused) {
    const answer = await refusedRedirect({ authorization_details: JSON.stringify(details) })
    t.equal(answer.get('error'), 'invalid_authorization_details', JSON.stringify(details))
    t.match(answer.get('error_description'), reason)
    t.equal(answer.get('iss'), issuer)
  }
  t.equal((await refusedRedirect({ authorization_details: '[{' })).get('error'), 'invalid_authorization_details')

  const { clientId, verifier, page } = await freshPage()
  const code = String((await submitAndReturn(page, LOGIN)).searchParams.get('code'))
  const narrowed = await redeemCode(issuer, clientId, code, verifier, { authorization_details: JSON.stringify([valid]) })
  t.equal(narrowed.body['error'], 'invalid_authorization_details', 'a wish to narrow is refused, never ignored')
})

t.test('scope — a client that names none gets the ticket scopes it is registered for', async t => {
  const { accessToken, reply } = await obtainToken(issuer, { parameters: { scope: undefined } })
  t.equal(reply.body['scope'], BOTH_SCOPES)
  t.equal((await introspect(issuer, accessToken)).body['scope'], BOTH_SCOPES)

  const { client_id: clientId } = await registerClient(issuer, { ...TUTORIAL_REGISTRATION, scope: 'mcp:tickets:read' })
  const { verifier, challenge } = createPkce()
  const page = await openPage(authorizationUrl(issuer, clientId, challenge, { scope: undefined }))
  t.notMatch(page.html, 'mcp:tickets:write')
  const back = await submitAndReturn(page, LOGIN)
  const { body } = await redeemCode(issuer, clientId, String(back.searchParams.get('code')), verifier)
  t.equal(body['scope'], 'mcp:tickets:read')
  const { accessToken: readOnly } = await obtainToken(issuer, { parameters: { scope: 'mcp:tickets:read' } })
  t.equal((await introspect(issuer, readOnly)).body['scope'], 'mcp:tickets:read')
})

t.test('PKCE — no challenge, another method or a wrong verifier is refused', async t => {
  covers('practice.pkce-s256')
  t.equal((await refusedRedirect({ code_challenge: undefined, code_challenge_method: undefined })).get('error'), 'invalid_request')
  t.equal((await refusedRedirect({ code_challenge_method: 'plain' })).get('error'), 'invalid_request')
  t.equal((await refusedRedirect({ code_challenge_method: undefined })).get('error'), 'invalid_request', 'the default of RFC 7636 is plain')
  const { clientId, page } = await freshPage()
  const code = String((await submitAndReturn(page, LOGIN)).searchParams.get('code'))
  const { status, body } = await redeemCode(issuer, clientId, code, createPkce().verifier)
  t.equal(status, 400)
  t.equal(body['error'], 'invalid_grant')
})

t.test('resource — an unknown one is invalid_target; none gives a token without audience', async t => {
  covers('practice.unknown-resource')
  for (const resource of ['http://localhost:3443/other', `${RESOURCE}/`, 'http://127.0.0.1:3443/mcp', 'HTTP://localhost:3443/mcp', `${RESOURCE}-evil`]) {
    const answer = await refusedRedirect({ resource })
    t.equal(answer.get('error'), 'invalid_target', resource)
    t.match(answer.get('error_description'), RESOURCE, 'says which ones are known')
  }
  const { accessToken } = await obtainToken(issuer, { parameters: { resource: undefined } })
  const { body } = await introspect(issuer, accessToken)
  t.equal(body['active'], true)
  t.notOk('aud' in body)
  t.match(body['authorization_details'], [{ maxAmount: 10_000 }])
})

t.test('redirect URI — one that is not registered gets a page, never a redirect', async t => {
  const { client_id: clientId } = await registerClient(issuer)
  const response = await fetch(authorizationUrl(issuer, clientId, createPkce().challenge, { redirect_uri: 'http://evil.example/<b>' }), {
    redirect: 'manual', headers: { accept: 'text/html', ...JAPANESE }
  })
  t.equal(response.status, 400)
  t.equal(response.headers.get('location'), null)
  t.match(response.headers.get('content-security-policy'), "frame-ancestors 'none'")
  const html = await response.text()
  t.match(html, 'この要求には応答できません')
  t.notMatch(html, '<b>')
})

t.test('refresh — rotates, keeps details and budget, and a reuse ends the grant', async t => {
  covers('practice.refresh-rotation')
  const { clientId, accessToken, refreshToken, reply } = await obtainToken(issuer)
  const first = await requestToken(issuer, { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, resource: RESOURCE })
  t.equal(first.status, 200)
  t.not(first.body['refresh_token'], refreshToken)
  const { body: claims } = await introspect(issuer, String(first.body['access_token']))
  t.match(claims, { active: true, aud: RESOURCE, scope: BOTH_SCOPES, auth_time: Number })
  t.strictSame(claims['authorization_details'], reply.body['authorization_details'], 'the same budget goes on')

  const reused = await requestToken(issuer, { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, resource: RESOURCE })
  t.equal(reused.body['error'], 'invalid_grant')
  for (const token of [accessToken, String(first.body['access_token'])]) t.strictSame((await introspect(issuer, token)).body, { active: false })
})

t.test('code — works once; its reuse ends the grant', async t => {
  const { clientId, verifier, page } = await freshPage()
  const code = String((await submitAndReturn(page, LOGIN)).searchParams.get('code'))
  const { body } = await redeemCode(issuer, clientId, code, verifier)
  t.equal((await redeemCode(issuer, clientId, code, verifier)).body['error'], 'invalid_grant')
  t.strictSame((await introspect(issuer, String(body['access_token']))).body, { active: false })
})

t.test('revocation — a revoked token is inactive at once, also when a browser asked', async t => {
  covers('practice.revocation')
  const { clientId, accessToken, refreshToken } = await obtainToken(issuer)
  const origin = 'http://localhost:6274'
  const stranger = await fetch(`${issuer}/api/revoke`, { method: 'POST', body: new URLSearchParams({ token: accessToken, client_id: (await registerClient(issuer)).client_id }) })
  t.equal(stranger.status, 200)
  t.equal((await introspect(issuer, accessToken)).body['active'], true, 'nobody else can revoke it')
  const response = await fetch(`${issuer}/api/revoke`, { method: 'POST', headers: { origin }, body: new URLSearchParams({ token: accessToken, client_id: clientId }) })
  t.equal(response.status, 200)
  t.equal(response.headers.get('access-control-allow-origin'), origin)
  t.strictSame((await introspect(issuer, accessToken)).body, { active: false })
  const refreshed = await requestToken(issuer, { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, resource: RESOURCE })
  t.equal(refreshed.body['error'], 'invalid_grant', 'the whole grant is gone')
})

t.test('introspection — for the resource server only, for access tokens only, not for browsers', async t => {
  covers('practice.introspection-for-the-resource-server')
  const { accessToken, refreshToken } = await obtainToken(issuer)
  t.equal((await introspect(issuer, accessToken)).body['active'], true)
  t.strictSame((await introspect(issuer, refreshToken)).body, { active: false })
  t.strictSame((await introspect(issuer, 'no-such-token')).body, { active: false })
  t.equal((await introspect(issuer, accessToken, 'mcp-server:wrong')).status, 401)
  t.equal((await introspect(issuer, accessToken, 'nobody:wrong')).status, 401)

  const confidential = await registerClient(issuer, { ...TUTORIAL_REGISTRATION, token_endpoint_auth_method: 'client_secret_basic' })
  const asClient = await introspect(issuer, accessToken, `${confidential.client_id}:${confidential.client_secret ?? ''}`)
  t.strictSame(asClient.body, { active: false }, 'a registered client learns nothing')
  const asPublic = await fetch(`${issuer}/api/introspect`, { method: 'POST', body: new URLSearchParams({ token: accessToken, client_id: (await registerClient(issuer)).client_id }) })
  t.strictSame(await asPublic.json(), { active: false })

  const basic = `Basic ${Buffer.from('mcp-server:mcp-server-secret').toString('base64')}`
  const fromBrowser = await fetch(`${issuer}/api/introspect`, {
    method: 'POST', headers: { origin: 'http://localhost:6274', authorization: basic }, body: new URLSearchParams({ token: accessToken })
  })
  t.equal(fromBrowser.status, 403)
  t.equal(fromBrowser.headers.get('access-control-allow-origin'), null)
  const preflight = await fetch(`${issuer}/api/introspect`, { method: 'OPTIONS', headers: { origin: 'http://localhost:6274', 'access-control-request-method': 'POST' } })
  t.equal(preflight.headers.get('access-control-allow-origin'), null)
})

t.test('CORS — a browser client can read the token endpoint and the keys', async t => {
  const origin = 'http://localhost:6274'
  for (const path of ['/api/token', '/api/revoke']) {
    const preflight = await fetch(issuer + path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } })
    t.equal(preflight.status, 204)
    t.equal(preflight.headers.get('access-control-allow-origin'), origin)
  }
  const { clientId, verifier, page } = await freshPage()
  const code = String((await submitAndReturn(page, LOGIN)).searchParams.get('code'))
  const response = await fetch(`${issuer}/api/token`, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT_URI, resource: RESOURCE, client_id: clientId })
  })
  t.equal(response.status, 200)
  t.equal(response.headers.get('access-control-allow-origin'), origin)
  const keys = await fetch(`${issuer}/api/jwks`, { headers: { origin } })
  t.equal(keys.headers.get('access-control-allow-origin'), origin)
  const { keys: [key] } = await keys.json() as { keys: Record<string, unknown>[] }
  t.match(key, { kty: 'EC', alg: 'ES256' })
  t.notOk(key !== undefined && 'd' in key, 'the private part stays here')
})

t.test('pushed authorization request — leads to the same page', async t => {
  const { client_id: clientId } = await registerClient(issuer)
  const { challenge } = createPkce()
  const pushed = await fetch(`${issuer}/api/par`, { method: 'POST', body: new URL(authorizationUrl(issuer, clientId, challenge)).searchParams })
  t.equal(pushed.status, 201)
  const { request_uri: requestUri } = await pushed.json() as { request_uri: string }
  const page = await openPage(`${issuer}/api/authorization?${String(new URLSearchParams({ client_id: clientId, request_uri: requestUri }))}`)
  t.match((await submitAndReturn(page, LOGIN)).search, 'code=')
})

t.test('client ID metadata document — a client is known by its URL', async t => {
  covers('practice.client-id-metadata-document')
  const clientId = 'https://client.example/oauth/metadata.json'
  const documents = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({
      client_id: clientId, client_name: 'Client by document', redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'], response_types: ['code']
    }))
  }).listen(0, '127.0.0.1')
  await once(documents, 'listening')
  t.teardown(() => documents.close())
  const { port } = documents.address() as AddressInfo
  const asked: string[] = []
  const other = await createPracticeServer({
    fetch: async input => {
      const url = new URL(input instanceof Request ? input.url : input)
      asked.push(url.href)
      return await fetch(`http://127.0.0.1:${port}${url.pathname}`)
    }
  })
  t.teardown(() => other.close())
  const { verifier, challenge } = createPkce()
  const page = await openPage(authorizationUrl(other.issuer, clientId, challenge, { scope: undefined }))
  t.match(page.html, 'Client by document')
  t.match(page.html, clientId)
  const back = await submitAndReturn(page, LOGIN)
  const { body } = await redeemCode(other.issuer, clientId, String(back.searchParams.get('code')), verifier)
  t.equal((await introspect(other.issuer, String(body['access_token']))).body['client_id'], clientId)
  t.equal(asked[0], clientId)

  const borrowed = await fetch(authorizationUrl(other.issuer, 'https://thief.example/oauth/metadata.json', challenge), { redirect: 'manual' })
  t.equal(borrowed.status, 400, 'a document that names another client is refused')
  t.equal(borrowed.headers.get('location'), null)
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
  const html = await (await fetch(`${issuer}/`)).text()
  for (const text of ['Practice authorization server', 'For practice only', 'inga', '1005', `${issuer}/api/introspect`, RESOURCE]) t.match(html, text)
  t.match(await (await fetch(`${issuer}/?lang=ja`)).text(), '練習用認可サーバー')
  t.equal((await fetch(`${issuer}/`, { method: 'POST' })).status, 405)
  t.equal((await fetch(`${issuer}/nothing`)).status, 404)
})

function start (environment: Record<string, string>, ...args: string[]) {
  const { PRACTICE_AS_PORT: _port, PRACTICE_AS_RESOURCE: _resource, ...inherited } = process.env
  return spawn(process.execPath, [...programArguments('src/practice-as/practice-as'), ...args], { env: { ...inherited, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function finish (child: ReturnType<typeof start>): Promise<{ code: number | null, stdout: string, stderr: string }> {
  const reply = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => { reply.stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { reply.stderr += text })
  const [code] = await once(child, 'close') as [number | null]
  return { code, ...reply }
}

t.test('process — says when it is ready and that it is for practice, and ends on SIGTERM', async t => {
  const child = start({ PRACTICE_AS_PORT: '0', PRACTICE_AS_RESOURCE: 'https://a.example/mcp, https://b.example/mcp' })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = finish(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ready = String((await lines.next()).value)
  const url = /^practice authorization server ready: (http:\/\/localhost:\d+)$/.exec(ready)?.[1] ?? ''
  t.match(String((await lines.next()).value), 'for practice only')
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []).map(({ address }) => address)
  for (const address of ['127.0.0.1', ...(addresses.includes('::1') ? ['[::1]'] : [])]) {
    t.match(await (await fetch(url.replace('localhost', address))).text(), 'https://b.example/mcp')
  }
  child.kill('SIGTERM')
  const { code, stderr } = await ended
  t.equal(code, 0)
  t.equal(stderr, '', 'no warning of a runtime')
})

t.test('process — a port in use, a wrong value or argument is one clear line and status 1', async t => {
  const { port } = new URL(issuer)
  const cases: readonly [Record<string, string>, string[], RegExp][] = [
    [{ PRACTICE_AS_PORT: port }, [], new RegExp(`^practice authorization server: port ${port} on localhost is in use; .*PRACTICE_AS_PORT.*\n$`)],
    [{ PRACTICE_AS_PORT: 'http' }, [], /^practice authorization server: PRACTICE_AS_PORT: expected a port number from 0 to 65535\n$/],
    [{ PRACTICE_AS_RESOURCE: 'mcp' }, [], /^practice authorization server: PRACTICE_AS_RESOURCE: expected absolute URIs .*\n$/],
    [{}, ['--prot'], /^practice authorization server: unknown argument --prot; .*\n$/]
  ]
  for (const [environment, args, line] of cases) {
    const { code, stdout, stderr } = await finish(start(environment, ...args))
    t.equal(code, 1)
    t.equal(stdout, '')
    t.match(stderr, line)
  }
  const help = await finish(start({}, '--help'))
  t.equal(help.code, 0)
  t.match(help.stdout, 'PRACTICE_AS_RESOURCE')
})
