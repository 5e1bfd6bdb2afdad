// Requests that were opened with a good token and completed when it was no longer good: revocation and expiry count from the last byte.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { activeToken, buildGateway, call, ISSUER, message, RESOURCE, type Gateway } from '../support/gateway.ts'
import { MANUAL_CLOCK_START_SECONDS as NOW } from '../support/manual-clock.ts'
import { openRequest, type SlowRequest } from '../support/slow-request.ts'

const PERSON = { issuer: 'http://localhost:9000', subject: '1004' }
const DEFAULT_TTL_MS = 30_000

const tool = (name: string, args: object = {}) => message('tools/call', { name, arguments: args }).body
const MESSAGES: Readonly<Record<string, object>> = {
  'a tool that changes': tool('reserve_ticket', { ticket_id: 3, seats: 1 }),
  'a tool that reads what is private': tool('get_user_reservations'),
  list_tickets: tool('list_tickets'),
  explain_authorization: tool('explain_authorization'),
  'tools/list': message('tools/list', {}).body,
  ping: message('ping', {}).body,
  initialize: message('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } }).body,
  'a notification': { jsonrpc: '2.0', method: 'notifications/initialized' }
}
/** Only what requests ask about is counted. */
const QUIET = { authorizationServer: { issuer: ISSUER, selfTest: 'off' } } as const
const CACHING = { config: QUIET }
const STRICT = { config: { ...QUIET, cache: { ttlSeconds: 0 } } }

const warm = (gateway: Gateway, token: string) => call(gateway, { token, tool: 'list_tickets' })

/** Opened with a token that is judged, and good, by then. */
async function openJudged (gateway: Gateway, token: string, body: object): Promise<SlowRequest> {
  const judged = gateway.events.filter(({ kind }) => kind !== 'cache-miss').length
  const request = await openRequest(gateway.app, body, { authorization: `Bearer ${token}` })
  await eventually('the token is judged', () => gateway.events.filter(({ kind }) => kind !== 'cache-miss').length > judged)
  return request
}

t.test('slow body — a token that is revoked before the last byte serves nothing, with cache.ttlSeconds 0', async t => {
  covers('auth.revocation-counts-from-completion')
  const gateway = await buildGateway(t, STRICT)
  const each = collected(t)
  for (const [name, body] of Object.entries(MESSAGES)) {
    gateway.tokens.set('soon-revoked', activeToken())
    const request = await openJudged(gateway, 'soon-revoked', body)
    if (name === 'list_tickets') request.almost()
    gateway.clock.advance(20)
    gateway.tokens.set('soon-revoked', { active: false })
    const { status, headers } = await request.complete()
    each.equal(status, 401, name)
    each.match(headers['www-authenticate'], /error="invalid_token"/, name)
  }
  each.equal((await gateway.store.reservationsOf(PERSON)).length, 0, 'nothing was reserved')
  each.end()
})

t.test('slow body — a revoked token serves nothing after cache.ttlSeconds, and a tool that changes at once', async t => {
  covers('auth.revocation-counts-from-completion', 'policy.fresh-answer-after-arrival')
  const gateway = await buildGateway(t, CACHING)
  const each = collected(t)
  for (const state of ['cached', 'cold']) {
    const token = `token-${state}`
    gateway.tokens.set(token, activeToken())
    if (state === 'cached') await warm(gateway, token)
    const opened = new Map<string, SlowRequest>()
    for (const [name, body] of Object.entries(MESSAGES)) {
      opened.set(name, await openRequest(gateway.app, body, { authorization: `Bearer ${token}` }))
    }
    await eventually('the token is known', () => gateway.asked.includes(token))
    gateway.clock.advance(1)
    gateway.tokens.set(token, { active: false })
    each.equal((await opened.get('a tool that changes')?.complete())?.status, 401, `${state}: at once`)
    // The live answer has replaced the cached one: from now on nothing else is served either.
    gateway.clock.advance(20)
    opened.delete('a tool that changes')
    for (const [name, request] of opened) each.equal((await request.complete()).status, 401, `${state}: ${name}`)
  }
  gateway.tokens.set('token-reader', activeToken())
  await warm(gateway, 'token-reader')
  const inTime = await openRequest(gateway.app, tool('list_tickets'), { authorization: 'Bearer token-reader' })
  const late = await openRequest(gateway.app, tool('list_tickets'), { authorization: 'Bearer token-reader' })
  gateway.tokens.set('token-reader', { active: false })
  gateway.clock.advance(DEFAULT_TTL_MS - 1)
  each.equal((await inTime.complete()).status, 200, 'within the stated bound')
  gateway.clock.advance(1)
  each.equal((await late.complete()).status, 401, 'and not a moment later')
  each.equal((await gateway.store.reservationsOf(PERSON)).length, 0, 'nothing was reserved')
  each.end()
})

t.test('slow body — exp that passes before the last byte counts, with any setting of the cache', async t => {
  covers('auth.expiry-counts-from-completion')
  for (const [overrides, state] of [[CACHING, 'cached'], [CACHING, 'cold'], [STRICT, 'cold']] as const) {
    const gateway = await buildGateway(t, overrides)
    const each = collected(t)
    let lifetime = 60
    for (const [index, [name, body]] of Object.entries(MESSAGES).entries()) {
      const token = `short-${index}`
      gateway.tokens.set(token, activeToken({ exp: NOW + lifetime }))
      if (state === 'cached') await warm(gateway, token)
      const request = await openRequest(gateway.app, body, { authorization: `Bearer ${token}` })
      await eventually('the token is asked about', () => gateway.asked.includes(token))
      gateway.clock.advance(60_000)
      lifetime += 60
      each.equal((await request.complete()).status, 401, `${state}: ${name}`)
    }
    each.equal((await gateway.store.reservationsOf(PERSON)).length, 0, 'nothing was reserved')
    each.end()
  }
})

t.test('slow body — a good token is served, and asked about once more at most', async t => {
  covers('auth.revocation-counts-from-completion', 'auth.single-flight')
  const gateway = await buildGateway(t, CACHING)
  await warm(gateway, 'token-full')
  const read = await openRequest(gateway.app, tool('list_tickets'), { authorization: 'Bearer token-full' })
  gateway.clock.advance(20)
  t.equal((await read.complete()).status, 200)
  t.equal(gateway.asked.length, 1, 'a cached answer that is still good is enough for what reads')
  const reserve = tool('reserve_ticket', { ticket_id: 3, seats: 1 })
  const changing = await openRequest(gateway.app, reserve, { authorization: 'Bearer token-full' })
  gateway.clock.advance(20)
  t.equal((await changing.complete()).status, 200)
  t.equal(gateway.asked.length, 2, 'one question for what changes')

  const strict = await buildGateway(t, STRICT)
  const slow = await openJudged(strict, 'token-full', tool('list_tickets'))
  strict.clock.advance(20)
  t.equal((await slow.complete()).status, 200)
  t.equal(strict.asked.length, 2, 'without a cache: one at the headers, one when it was complete')
  t.equal((await call(strict, { tool: 'reserve_ticket', args: { ticket_id: 3, seats: 1 } })).status, 200)
  t.equal(strict.asked.length, 3, 'and one where everything was there at once')
})

t.test('slow body — while the authorization server is away, what was cached counts as long as it may, and nothing else', async t => {
  covers('auth.no-stale-answers', 'auth.revocation-counts-from-completion')
  const gateway = await buildGateway(t, CACHING)
  await warm(gateway, 'token-full')
  const early = await openRequest(gateway.app, tool('list_tickets'), { authorization: 'Bearer token-full' })
  const late = await openRequest(gateway.app, tool('list_tickets'), { authorization: 'Bearer token-full' })
  gateway.failWith = 'refused'
  gateway.clock.advance(20)
  t.equal((await early.complete()).status, 200)
  gateway.clock.advance(DEFAULT_TTL_MS)
  const answer = await late.complete()
  t.equal(answer.status, 503)
  t.match(answer.headers['retry-after'], /^\d+$/)
  t.equal(answer.headers['www-authenticate'], undefined, 'the token is not blamed')
  t.match(gateway.decisions().at(-1), { granted: false, reason: 'fault', status: 503 })
})

t.test('slow body — the answer names what is wrong as it would have at the headers', async t => {
  covers('auth.revocation-counts-from-completion')
  const gateway = await buildGateway(t, { ...CACHING, tokens: { moved: activeToken() } })
  await warm(gateway, 'moved')
  const request = await openRequest(gateway.app, tool('list_tickets'), { authorization: 'Bearer moved' })
  gateway.tokens.set('moved', activeToken({ aud: 'https://other.example/mcp' }))
  gateway.clock.advance(DEFAULT_TTL_MS)
  const { status, headers, body } = await request.complete()
  t.equal(status, 401)
  t.match(headers['www-authenticate'], `resource_metadata="${RESOURCE.replace('/mcp', '')}/.well-known/oauth-protected-resource/mcp"`)
  t.match(JSON.parse(body), { error: 'invalid_token' })
  t.match(gateway.decisions().at(-1), { granted: false, reason: 'wrong-audience', status: 401 })
  t.notOk(gateway.log().includes('"moved"'), 'no token in the log')
})
