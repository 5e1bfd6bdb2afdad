// Authorization requests to the practice authorization server: details, scopes, PKCE, resources, redirect URIs, pushed requests
// (RFC 9126) and client ID metadata documents.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'
import {
  authorizationUrl, BOTH_SCOPES, createPkce, introspect, obtainToken, openPage, redeemCode, REDIRECT_URI, registerClient, RESOURCE,
  submitAndReturn, TUTORIAL_REGISTRATION
} from '../support/practice-client.ts'
import { freshPage, issuer, JAPANESE, LOGIN } from '../support/practice-pages.ts'

/** Where the browser is sent when the request is refused before any page. */
async function refusedRedirect (parameters: Record<string, string | undefined>): Promise<URLSearchParams> {
  const { client_id: clientId } = await registerClient(issuer)
  const response = await fetch(authorizationUrl(issuer, clientId, createPkce().challenge, parameters), { redirect: 'manual' })
  return new URL(response.headers.get('location') ?? 'about:blank').searchParams
}

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
  covers('practice.client-id-metadata-document', 'practice.return-addresses')
  const clientId = 'https://client.example/oauth/metadata.json'
  const documents = createServer(({ url = '' }, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({
      client_id: `https://client.example${url}`,
      client_name: 'Client by document',
      redirect_uris: url === '/clear-text.json' ? [REDIRECT_URI, 'http://client.example/callback'] : [REDIRECT_URI],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code']
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
  const clearText = await fetch(authorizationUrl(other.issuer, 'https://client.example/clear-text.json', challenge), { redirect: 'manual' })
  t.equal(clearText.status, 400, 'http is for localhost alone')
  t.match(await clearText.text(), 'http is for localhost alone')
})
