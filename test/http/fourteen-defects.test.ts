// The fourteen defects of the system that this one replaces, each by its number. Each test does what went wrong there,
// as a client would have seen it.

import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { covers } from '../support/covers.ts'
import {
  activeToken, answerOf, buildGateway, call, challengeOf, CLIENT_SECRET, INSPECTOR, limitedTo, message, post, READ, type CallAnswer,
  type Gateway
} from '../support/gateway.ts'
import { MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

const RESOURCE = 'http://localhost:3443/mcp'
const LIST = message('tools/call', { name: 'list_tickets', arguments: {} }).body
const PERSON = { issuer: 'http://localhost:9000', subject: '1004' }

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const reserve = (gateway: Gateway, token: string, args: object) => call(gateway, { token, tool: 'reserve_ticket', args })
const seats = async ({ store }: Gateway, id: number) => (await store.findTicket(id))?.availableSeats
const isInvalidToken = (answer: CallAnswer) => answer.status === 401 && challengeOf(answer)['error'] === 'invalid_token'

t.test('defect 1 — active is read: an inactive token is refused whatever else the reply says', async t => {
  covers('auth.introspection-active-is-boolean')
  const gateway = await buildGateway(t, { tokens: { revoked: activeToken({ active: false }) } })
  t.ok(isInvalidToken(await post(gateway, LIST, bearer('revoked'))))
  for (const active of ['true', 1, null, 'false', undefined]) {
    gateway.tokens.set(`odd-${active}`, activeToken({ active }))
    t.equal((await post(gateway, LIST, bearer(`odd-${active}`))).status, 503, `active: ${JSON.stringify(active)} is no answer at all`)
  }
})

t.test('defect 2 — authorization details reach the tool: ¥16,000 does not pass under ¥1,000', async t => {
  covers('tools.details-enforced')
  const gateway = await buildGateway(t, { tokens: { small: activeToken(limitedTo(1000)) } })
  const answer = await reserve(gateway, 'small', { ticket_id: 2, seats: 2 })
  t.equal(answer.status, 403)
  t.equal(challengeOf(answer)['error'], 'insufficient_authorization')
  t.equal(await seats(gateway, 2), 30)
})

t.test('defect 3 — the audience is configured, not taken from Host', async t => {
  covers('http.host-not-trusted')
  const gateway = await buildGateway(t, { tokens: { 'for-evil': activeToken({ aud: 'http://evil.example/mcp' }) } })
  const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
  t.ok(isInvalidToken(await post(gateway, LIST, { ...bearer('for-evil'), ...headers })), 'a token for the spoofed host is refused')
  t.equal((await post(gateway, LIST, { ...bearer('token-full'), ...headers })).status, 200, 'a token for this resource is not')
})

t.test('defect 4 — audiences are compared whole, not by substring', async t => {
  covers('auth.audience-compared-whole')
  const others = [`${RESOURCE}-evil`, `${RESOURCE}/`, `x${RESOURCE}`, 'http://localhost:3443/', 'http://localhost:3443', 'HTTP://LOCALHOST:3443/mcp', 'https://localhost:3443/mcp', `${RESOURCE} https://other.example`, '']
  const gateway = await buildGateway(t)
  for (const [index, aud] of others.entries()) {
    gateway.tokens.set(`text-${index}`, activeToken({ aud }))
    gateway.tokens.set(`list-${index}`, activeToken({ aud: ['https://other.example', aud] }))
    t.ok(isInvalidToken(await post(gateway, LIST, bearer(`text-${index}`))), aud)
    t.ok(isInvalidToken(await post(gateway, LIST, bearer(`list-${index}`))), `[…, ${aud}]`)
  }
  gateway.tokens.set('text', activeToken({ aud: RESOURCE }))
  t.equal((await post(gateway, LIST, bearer('text'))).status, 200, 'and a string that is equal is enough')
})

t.test('defect 5 — the scope of the tool, exp and iss are checked, and a missing scope is no crash', async t => {
  const gateway = await buildGateway(t, {
    tokens: {
      openid: activeToken({ scope: 'openid' }),
      scopeless: activeToken({ scope: undefined }),
      expired: activeToken({ exp: MANUAL_CLOCK_START_SECONDS - 1 }),
      foreign: activeToken({ iss: 'https://evil.example' })
    }
  })
  for (const token of ['openid', 'scopeless']) {
    const answer = await call(gateway, { token, tool: 'list_tickets' })
    t.equal(answer.status, 403, token)
    t.match(challengeOf(answer), { error: 'insufficient_scope', scope: READ })
  }
  for (const token of ['expired', 'foreign']) t.ok(isInvalidToken(await post(gateway, LIST, bearer(token))), token)
})

t.test('defect 6 — a failing authorization server is a 503, never invalid_token and never a 500', async t => {
  covers('auth.authorization-server-failure-is-not-a-bad-token')
  const gateway = await buildGateway(t)
  for (const failWith of ['refused', {
    status: 500,
    body: '{"error":"internal_server_error","error_description":"Resource server authentication failed"}'
  }, { status: 502, body: '<html>' }, { status: 401, body: '' }] as const) {
    gateway.failWith = failWith
    const answer = await post(gateway, LIST, bearer('token-full'))
    t.equal(answer.status, 503)
    t.ok(answer.headers['retry-after'])
    t.equal(answer.headers['www-authenticate'], undefined)
  }
})

t.test('defect 7 — seats are a positive integer: -5 adds no stock, 0.5 and "3" do not pass', async t => {
  covers('tools.arguments-strict')
  const gateway = await buildGateway(t)
  for (const wrong of [-5, 0, 0.5, '3', true, null, [3]]) {
    t.equal((await reserve(gateway, 'token-full', { ticket_id: 1, seats: wrong })).body.result?.isError, true, JSON.stringify(wrong))
  }
  t.equal(await seats(gateway, 1), 50)
  t.strictSame(await gateway.store.reservationsOf(PERSON), [])
})

t.test('defect 8 — only one\'s own reservation can be cancelled, and only once', async t => {
  covers('tools.another-persons-reservation', 'tickets.cancelled-once')
  const gateway = await buildGateway(t)
  await reserve(gateway, 'token-full', { ticket_id: 1, seats: 2 })
  const cancel = (token: string) => call(gateway, { token, tool: 'cancel_reservation', args: { reservation_id: 1 } })
  t.equal((await cancel('token-other-person')).body.result?.isError, true)
  t.equal(await seats(gateway, 1), 48)
  t.equal((await cancel('token-full')).body.result?.isError, undefined)
  t.equal((await cancel('token-full')).body.result?.isError, true)
  t.equal(await seats(gateway, 1), 50, 'the seats came back once')
})

t.test('defect 9 — "1004evil" is not user 1004', async t => {
  covers('tickets.person-is-issuer-and-subject')
  const gateway = await buildGateway(t, { tokens: { evil: activeToken({ sub: '1004evil' }), number: activeToken({ sub: 1004 }) } })
  await reserve(gateway, 'token-full', { ticket_id: 1, seats: 1 })
  const seen = await call(gateway, { token: 'evil', tool: 'get_user_reservations' })
  t.strictSame(seen.body.result?.structuredContent, { reservations: [] })
  t.equal((await call(gateway, { token: 'evil', tool: 'cancel_reservation', args: { reservation_id: 1 } })).body.result?.isError, true)
  const number = await call(gateway, { token: 'number', tool: 'get_user_reservations' })
  t.strictSame([number.status, number.body.error?.data?.['code']], [503, 'GW_AUTHORIZATION_SERVER_UNAVAILABLE'],
    'a sub that is a number is the fault of the server, and not converted')
})

t.test('defect 10 — a missing scope is an HTTP 403 with a challenge, so that a client can step up', async t => {
  covers('http.insufficient-scope')
  const gateway = await buildGateway(t)
  const refused = await reserve(gateway, 'token-read', { ticket_id: 1, seats: 1 })
  t.equal(refused.status, 403)
  t.match(challengeOf(refused), { error: 'insufficient_scope', scope: 'mcp:tickets:write', resource_metadata: /^http/ })
  t.equal(refused.body.result, undefined)
})

t.test('defect 11 — GET is a 405 and bad JSON a JSON-RPC error; a browser is told the former in a page', async t => {
  covers('http.method-not-allowed', 'http.body-errors-are-json-rpc')
  const gateway = await buildGateway(t)
  const getting = async (accept: string) => answerOf(await gateway.app.inject({ method: 'GET', url: '/mcp', headers: { accept } }))
  const get = await getting('text/event-stream')
  const page = await getting('text/html')
  const bad = await post(gateway, '{"jsonrpc":', { ...bearer('token-full'), accept: 'text/html' })
  t.match([get.status, get.headers['allow'], bad.status, bad.body.error?.code], [405, 'POST, OPTIONS', 400, -32700])
  for (const { headers, text } of [get, bad]) {
    t.match(headers['content-type'], /^application\/json/)
    t.notMatch(text, /<|\bat .*:\d+:\d+/)
  }
  t.match([page.status, page.headers['allow']], [405, 'POST, OPTIONS'])
  t.notMatch(page.text, /\bat .*:\d+:\d+/)
})

t.test('defect 12 — a browser client can read the challenge', async t => {
  covers('http.cors-exposes-challenge')
  const gateway = await buildGateway(t)
  const { headers } = await post(gateway, LIST, { origin: INSPECTOR })
  t.equal(headers['access-control-allow-origin'], INSPECTOR)
  t.match(headers['access-control-expose-headers'], 'WWW-Authenticate')
})

t.test('defect 13 — no state is shared between users: what one client says of itself changes nothing for another', async t => {
  covers('mcp.answers-never-crossed')
  const gateway = await buildGateway(t)
  const initialize = (token: string, protocolVersion: string) => post(gateway,
    message('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: token, version: '1' } }, { id: 1 }).body, bearer(token))
  const [one, two] = await Promise.all([initialize('token-full', '2025-11-25'), initialize('token-other-person', '2025-03-26')])
  t.match([one.body.result, two.body.result], [{ protocolVersion: '2025-11-25' }, { protocolVersion: '2025-03-26' }])
  await post(gateway, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }, bearer('token-other-person'))
  const [mine, theirs] = await Promise.all([
    call(gateway, { token: 'token-full', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 }, id: 1 }),
    call(gateway, { token: 'token-other-person', tool: 'get_user_reservations', id: 1 })
  ])
  t.match(mine.body.result?.structuredContent, { reservation: { ticket_id: 1 } })
  t.strictSame(theirs.body.result?.structuredContent, { reservations: [] })
})

t.test('defect 14 — one question for many requests, within a time, and no token on the console', async t => {
  covers('auth.single-flight', 'auth.deadline-covers-everything', 'log.no-secrets')
  const gateway = await buildGateway(t)
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(gateway, LIST, bearer('token-full'))))
  answers.push(await post(gateway, LIST, bearer('token-full')))
  t.ok(answers.every(({ status }) => status === 200))
  t.strictSame(gateway.asked, ['token-full'], 'one introspection')
  t.notOk(gateway.log().includes('token-full'))

  const silent = await startStubAuthorizationServer()
  t.teardown(silent.close)
  silent.on('/introspect', () => {})
  const introspection = { endpoint: `${silent.origin}/introspect`, clientId: 'mcp-server', clientSecret: CLIENT_SECRET }
  const hanging =
    await buildGateway(t, { network: true, config: { authorizationServer: { issuer: silent.origin, introspection, deadlineMs: 100 } } })
  t.equal((await post(hanging, LIST, bearer('token-full'))).status, 503, 'a server that never answers is given up')

  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !/^(?:practice-as|ticket-site|exercises)\b/.test(file))
  t.ok(sources.length > 50)
  // An example in a comment may.
  t.strictSame(sources.filter(file => /^(?! \*).*\bconsole\.(?:debug|error|info|log|table|trace|warn)\(/m.test(readFileSync(`src/${file}`, 'utf8'))), [], 'nothing of the product writes to the console')
})
