// What anyone may read: metadata, pages, health; and the addresses that follow from the resource identifier.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, challengeOf, INSPECTOR, message } from '../support/gateway.ts'
import { preflight } from '../support/preflight.ts'

const LIST = message('tools/call', { name: 'list_tickets', arguments: {} }).body

t.test('documents — open to all pages, with preflight, for GET and HEAD, without a token', async t => {
  const gateway = await buildGateway(t)
  const each = collected(t)
  for (const url of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource', '/mcp/tools', '/docs/mcp',
    '/policy/mcp']) {
    for (const origin of [INSPECTOR, 'https://anyone.example', 'null']) {
      const asked = await preflight(gateway, url, origin, 'GET', 'mcp-protocol-version')
      each.match([asked.statusCode, asked.headers], [204, { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'mcp-protocol-version', 'access-control-allow-methods': /GET/ }], url)
      const read = await gateway.app.inject({ url, headers: { origin } })
      each.match([read.statusCode, read.headers], [200, { 'access-control-allow-origin': '*', 'cache-control': /public/ }], url)
      each.notOk(read.headers.vary, 'the same for everyone')
    }
    const head = await gateway.app.inject({ method: 'HEAD', url })
    each.match([head.statusCode, head.body], [200, ''])
    each.equal((await gateway.app.inject({ method: 'POST', url, payload: {} })).statusCode, 404)
  }
  each.end()
})

t.test('pages — exist where the metadata points, in the configured language, and run nothing', async t => {
  for (const [locale, words] of [['en', ['Tools', 'Policy', 'Reserve a ticket']], ['ja', ['ツール', 'ポリシー', 'チケット予約']]] as const) {
    const { app } = await buildGateway(t, { config: { tools: { locale }, cache: { ttlSeconds: 17 } } })
    const metadata = (await app.inject('/.well-known/oauth-protected-resource/mcp')).json<Record<string, string>>()
    const pages = await Promise.all([metadata['resource_documentation'], metadata['resource_policy_uri']].map(url =>
      app.inject(new URL(url ?? '').pathname)))
    const [docs = '', policy = ''] = pages.map(({ body }) => body)
    for (const { statusCode, headers, body } of pages) {
      t.equal(statusCode, 200)
      t.match(headers, { 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff', 'content-security-policy': /default-src 'none'/ })
      t.match(body, new RegExp(`^<!doctype html>\\n<html lang="${locale}">`))
      t.notOk(/<script|javascript:|\son\w+=/.test(body))
    }
    for (const word of words.filter(word => word !== 'ポリシー' && word !== 'Policy')) t.match(docs, word)
    for (const tool of ['list_tickets', 'search_tickets', 'reserve_ticket', 'cancel_reservation', 'get_user_reservations']) t.match(docs, `id="${tool}"`)
    t.match(policy, words[1])
    t.match(policy, '17', 'how long a revoked token may go on working')
  }
})

t.test('health — alive without anything, and without revealing anything', async t => {
  const gateway = await buildGateway(t)
  gateway.failWith = 'refused'
  await gateway.store.close()
  const { statusCode, body, headers } = await gateway.app.inject('/health')
  t.match([statusCode, body, headers], [200, '{"status":"alive"}', { 'cache-control': 'no-store' }])
})

t.test('ready — the storage and the metadata of the authorization server, and by itself again', async t => {
  covers('http.readiness')
  const gateway = await buildGateway(t)
  const ready = async () => {
    const { statusCode, body } = await gateway.app.inject('/ready')
    return [statusCode, JSON.parse(body) as unknown]
  }
  gateway.failWith = 'refused'
  t.match(await ready(), [503, { status: 'not ready', checks: { 'authorization-server': 'not ready', storage: 'ready' } }])
  t.match(gateway.lines().at(-1), { event: 'not-ready', check: 'authorization-server' }, 'the log says why')
  gateway.failWith = undefined
  // Metadata that could not be fetched are requested again after a second.
  gateway.clock.advance(1000)
  t.match(await ready(), [200, { status: 'ready', checks: { 'authorization-server': 'ready', storage: 'ready' } }])
  await gateway.store.close()
  t.match(await ready(), [503, { status: 'not ready', checks: { 'authorization-server': 'ready', storage: 'not ready' } }])
})

t.test('nothing here — a path that is none is a 404 in our shape', async t => {
  const { app } = await buildGateway(t)
  for (const url of ['/', '/favicon.png', '/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource/other', '/docs',
    '/mcp/other']) {
    const { statusCode, headers, body } = await app.inject(url)
    t.equal(statusCode, 404, url)
    t.equal(headers['content-type'], 'application/json; charset=utf-8')
    t.equal(body, '{"error":"not_found","error_description":"There is nothing here; the MCP endpoint is http://localhost:3443/mcp"}')
  }
})

t.test('browsers — the first page, an unknown address and the endpoint are pages in their language; programs get JSON', async t => {
  covers('http.pages-for-browsers')
  const { app } = await buildGateway(t)
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': 'ja' }
  const each = collected(t)
  for (const [url, status, words] of [
    ['/', 200, 'MCP ゲートウェイ'], ['/nothing<script>', 404, 'ページが見つかりません'], ['/mcp', 405, 'プログラム用のエンドポイントです']
  ] as const) {
    const { statusCode, headers, body } = await app.inject({ url: encodeURI(url), headers: browser })
    each.equal(statusCode, status, url)
    each.match(headers, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': /style-src 'sha256-/ }, url)
    each.match(body, words, url)
    each.match(body, /href="http:\/\/localhost:3443\/docs\/mcp\?lang=ja"/, url)
    each.notMatch(body, /<script/, url)
    const english = await app.inject({ url: `${encodeURI(url)}?lang=en`, headers: browser })
    each.match(english.body, '<html lang="en">', `${url} by its link`)
    const plain = await app.inject({ url: encodeURI(url), headers: { accept: '*/*' } })
    each.match(plain.headers['content-type'], 'application/json', url)
  }
  each.equal((await app.inject({ url: '/mcp', headers: browser })).headers.allow, 'POST, OPTIONS')
  each.match((await app.inject('/favicon.ico')).headers['content-type'], 'image/svg+xml')
  const posted = await app.inject({ method: 'POST', url: '/nothing', headers: browser })
  each.equal(posted.headers['content-type'], 'application/json; charset=utf-8')
  each.end()
})

t.test('pages — a link leads to the other language, and the texts of the tools keep their own', async t => {
  covers('http.pages-for-browsers')
  const { app } = await buildGateway(t, { config: { tools: { locale: 'ja' } } })
  const docs = await app.inject('/docs/mcp?lang=en')
  t.match(docs.body, /<html lang="en">[^]*<title>Tools - [^]*<main[^]*hreflang="ja"[^]*<span lang="ja">チケット予約<\/span>/)
  t.match(docs.body, 'href="http://localhost:3443/policy/mcp?lang=en"')
  const policy = await app.inject('/policy/mcp?lang=en')
  t.match(policy.body, /<html lang="en">[^]*href="http:\/\/localhost:3443\/docs\/mcp\?lang=en"/)
  t.match((await app.inject('/docs/mcp?lang=fr')).body, '<html lang="ja">')
})

t.test('resource identifiers — another host, port or path moves every address, and nothing else', async t => {
  const identifier = 'https://tickets.example/api/v1/mcp'
  const gateway = await buildGateway(t, { config: { resource: { identifier } }, tokens: { there: activeToken({ aud: identifier }) } })
  const answer = await gateway.app.inject({ method: 'POST', url: '/api/v1/mcp', payload: LIST, headers: { authorization: 'Bearer there' } })
  t.equal(answer.statusCode, 200)
  const refused = await gateway.app.inject({ method: 'POST', url: '/api/v1/mcp', payload: LIST })
  t.match(challengeOf(refused), { realm: 'https://tickets.example', resource_metadata: 'https://tickets.example/.well-known/oauth-protected-resource/api/v1/mcp' })
  for (const url of ['/.well-known/oauth-protected-resource/api/v1/mcp', '/.well-known/oauth-protected-resource', '/docs/api/v1/mcp',
    '/policy/api/v1/mcp', '/api/v1/mcp/tools']) {
    t.equal((await gateway.app.inject(url)).statusCode, 200, url)
  }
  t.equal((await gateway.app.inject({ method: 'POST', url: '/mcp', payload: LIST })).statusCode, 404)
})
