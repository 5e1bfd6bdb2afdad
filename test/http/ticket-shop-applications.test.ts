// Applications that may act for a person: what the shop shows of them, what a revocation ends, and what is said where the authorization
// server offers less or does not answer.

import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import {
  authorizationUrl, createPkce, introspect, obtainToken, openPage, requestToken, submitAndReturn
} from '../support/practice-client.ts'
import { openShop, Visitor } from '../support/shop.ts'

const ELEMENT = { type: 'ticket-reservation', actions: ['book'], maxAmount: 16_000, ticketIds: [2] }

t.test('shop — a person sees what was allowed, and a revocation ends tokens and refresh tokens at once', async t => {
  covers('shop.applications', 'practice.own-grants')
  const { origin, practice } = await openShop(t, { readsEndAfter: 60 })
  const { issuer } = practice
  const allowed = await obtainToken(issuer, { parameters: { authorization_details: JSON.stringify([ELEMENT]) } })
  const ofTaro = await obtainToken(issuer, { form: { loginId: 'taro', password: 'taro' } })
  const inga = new Visitor(origin)
  await inga.logIn('inga')
  const page = await inga.get('/applications')
  t.match(page.html, /◆ <bdi>MCP Inspector<\/bdi>[^]*localhost:6274[^]*make and cancel reservations[^]*book, up to ¥16,000 per reservation, only ticket 2/)
  t.match(page.html, /up to 60 seconds/)
  t.equal([...page.html.matchAll(/◆/g)].length, 1, 'neither the shop nor what others allowed')

  const question = `/applications/revoke?client=${allowed.clientId}`
  t.equal((await inga.submit(question, '/applications/revoke')).location, '/applications?revoked=late')
  t.match((await inga.get('/applications?revoked=late')).html, /may not act for you any more\.[^<]*up to 60 seconds[^]*not allowed any application/)
  t.strictSame((await introspect(issuer, allowed.accessToken)).body, { active: false })
  const { clientId, refreshToken } = allowed
  const refreshed = await requestToken(issuer, { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId })
  t.match(refreshed, { status: 400, body: { error: 'invalid_grant' } })
  t.match((await introspect(issuer, ofTaro.accessToken)).body, { active: true })
  t.equal((await inga.get(question)).status, 404)
})

t.test('practice — a person\'s own grants are for the token of the ticket shop alone', async t => {
  covers('practice.own-grants')
  const { practice: { issuer } } = await openShop(t)
  const { accessToken } = await obtainToken(issuer)
  const ask = async (path: string, init: RequestInit = {}) => (await fetch(`${issuer}/api/my-grants${path}`, init)).status
  t.equal(await ask(''), 401)
  t.equal(await ask('', { headers: { authorization: `Bearer ${accessToken}` } }), 401, 'of another client')
  t.equal(await ask('/some-client', { method: 'DELETE', headers: { authorization: `Bearer ${accessToken}` } }), 401)
  t.equal(await ask('', { headers: { origin: 'http://localhost:3000' } }), 403)
  t.match((await introspect(issuer, accessToken)).body, { active: true })
})

t.test('practice — who asks for a login alone gets a page without limits, in both languages, and no details', async t => {
  covers('practice.login-alone')
  const { origin, practice: { issuer } } = await openShop(t)
  const { verifier, challenge } = createPkce()
  const asked = { scope: 'openid', resource: undefined, redirect_uri: `${origin}/login/callback`, nonce: 'n-1' }
  const page = await openPage(authorizationUrl(issuer, 'ticket-shop', challenge, asked))
  t.match(page.html, /<h1>Log in to <bdi class="client">Ticket shop<\/bdi>[^]*know who you are[^]*>Log in<\/button>/)
  t.notMatch(page.html, /name="limit"|How much/)
  t.match((await openPage(authorizationUrl(issuer, 'ticket-shop', challenge, { ...asked, ui_locales: 'ja' }))).html, /Ticket shop<\/bdi> にログイン/)
  const back = await submitAndReturn(page, { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
  const reply = await requestToken(issuer, {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
    redirect_uri: asked.redirect_uri,
    client_id: 'ticket-shop'
  })
  const claims: unknown = JSON.parse(Buffer.from(String(reply.body['id_token']).split('.')[1] ?? '', 'base64url').toString())
  t.match(claims, { iss: issuer, aud: 'ticket-shop', sub: '1004', nonce: 'n-1', preferred_username: 'inga' })
  t.notOk('authorization_details' in reply.body)
})

t.test('shop — while the authorization server is down, tickets are shown, and the rest says so', async t => {
  covers('shop.outage')
  const { origin, practice } = await openShop(t)
  const inga = new Visitor(origin)
  await inga.logIn('inga')
  await practice.close()
  t.match(await inga.get('/applications'), { status: 503, html: /does not answer/ })
  t.match(await inga.get('/reservations'), { status: 200, html: /You have no reservations/ })

  const closed = await serve(t, (_request, response) => { response.end() })
  await new Promise(resolve => closed.server.close(resolve))
  const { origin: other } = await openShop(t, { issuer: closed.issuer })
  const visitor = new Visitor(other)
  t.match(await visitor.get('/'), { status: 200, html: /a login is not possible now[^]*50 of 50 seats left/ })
  t.match(await visitor.get('/login'), { status: 503, html: /does not answer/ })
})

t.test('shop — an authorization server without OpenID Connect cannot tell who a person is, and the shop says so', async t => {
  covers('shop.outage')
  const server = await serve(t, (_request, response) => { response.writeHead(404).end() })
  const { origin } = await openShop(t, { issuer: server.issuer })
  const visitor = new Visitor(origin)
  for (const path of ['/', '/reservations', '/login']) {
    const { html } = await visitor.get(path)
    t.match(html, /has no OpenID Connect/, path)
    t.notMatch(html, /href="\/login\?to/, path)
  }
  t.match((await visitor.get('/tickets/1?lang=ja')).html, /<html lang="ja">/)
  t.equal((await visitor.get('/ready')).status, 200)
})

t.test('shop — where the server offers no withdrawal, the shop says where to do it', async t => {
  covers('shop.applications')
  let issuer = ''
  const { practice, ...rest } = await openShop(t)
  // The same server, without the member of its metadata.
  const plain = globalThis.fetch
  t.teardown(() => { globalThis.fetch = plain })
  globalThis.fetch = async (...request) => {
    const response = await plain(...request)
    const url = request[0] instanceof Request ? request[0].url : String(request[0])
    if (!url.endsWith('/.well-known/openid-configuration')) return response
    const { practice_grants_endpoint: _, ...metadata } = await response.json() as Record<string, unknown>
    issuer = String(metadata['issuer'])
    return Response.json(metadata)
  }
  const inga = new Visitor(rest.origin)
  await inga.logIn('inga')
  const { status, html } = await inga.get('/applications')
  t.equal(status, 200)
  t.match(html, /offers no way to withdraw/)
  t.ok(html.includes(`href="${practice.issuer}"`) && issuer === practice.issuer)
})

async function serve (t: Test, answer: RequestListener): Promise<{ readonly server: Server, readonly issuer: string }> {
  const server = createServer(answer)
  await new Promise<void>(resolve => { server.listen(0, 'localhost', resolve) })
  t.teardown(() => { server.close() })
  return { server, issuer: `http://localhost:${(server.address() as AddressInfo).port}` }
}
