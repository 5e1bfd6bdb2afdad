// A list that hides the tools which a token cannot use, and documents that say no more.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { FULL, resultOf } from '../support/era-requests.ts'
import {
  activeToken, answerOf, buildGateway, call, challengeOf, INSPECTOR, message, post, READ, RESOURCE, WRITE, type CallAnswer
} from '../support/gateway.ts'

const PERMITTED = { config: { tools: { visibility: 'permitted' } } } as const

t.test('visibility permitted — the list shows what the token permits, and says that it is private', async t => {
  covers('visibility.hidden-like-unknown', 'eras.cacheable-lists')
  const gateway = await buildGateway(t, {
    ...PERMITTED,
    tokens: { 'token-admin': activeToken({ scope: 'tickets:admin' }) },
    config: { ...PERMITTED.config, policy: { scopeImplications: { 'tickets:admin': [READ, WRITE] } } }
  })
  const listed = async (token: string, era: 'modern' | 'legacy') => {
    const { body, headers } = message('tools/list', {}, { era })
    const result = resultOf(await post(gateway, body, { authorization: `Bearer ${token}`, ...headers }))
    if (era === 'modern') t.equal(result['cacheScope'], 'private')
    return (result['tools'] as ReadonlyArray<{ name: string }>).map(({ name }) => name)
  }
  const all = await listed('token-full', 'modern')
  t.ok(all.includes('reserve_ticket'))
  t.strictSame(await listed('token-admin', 'modern'), all, 'a scope that contains others shows what it allows')
  const reading = await listed('token-read', 'modern')
  t.ok(reading.includes('list_tickets'))
  t.notOk(reading.includes('reserve_ticket'))
  t.strictSame(await listed('token-read', 'legacy'), reading)
  t.notOk((await listed('token-no-scope', 'modern')).includes('list_tickets'))
})

t.test('visibility permitted — a hidden tool answers exactly like one that does not exist', async t => {
  covers('visibility.hidden-like-unknown')
  const gateway = await buildGateway(t, PERMITTED)
  const shown = ({ status, text, headers: { date: _date, ...headers } }: CallAnswer) => ({ status, text, headers })
  for (const era of ['modern', 'legacy'] as const) {
    for (const args of [{}, { ticket_id: 1, seats: 1 }, { ticket_id: 'x' }, [], 'x', null]) {
      const hidden = shown(await call(gateway, { tool: 'reserve_ticket', token: 'token-read', args, era }))
      const unknown = shown(await call(gateway, { tool: 'no_such_ticket', token: 'token-read', args, era }))
      t.strictSame(hidden, unknown, `${era} ${JSON.stringify(args)}`)
      t.match(JSON.parse(hidden.text), { error: { code: -32602 } })
    }
  }
  t.equal((await call(gateway, { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })).status, 200, 'who has the scope finds it')
})

t.test('visibility permitted — documents tell those without a token no more than how to begin', async t => {
  covers('visibility.pages-reveal-no-more')
  const gateway = await buildGateway(t, PERMITTED)
  const get = async (url: string, headers: Record<string, string> = {}) =>
    answerOf(await gateway.app.inject({ method: 'GET', url, headers }))
  const hidden = /reserve_ticket|cancel_reservation|tickets:write|ticket-reservation/
  for (const url of ['/docs/mcp', '/policy/mcp', '/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource',
    '/mcp/tools', '/authorization-details-types/mcp', '/authorization-details-types']) {
    t.notMatch((await get(url)).text, hidden, url)
  }
  t.strictSame(
    (JSON.parse((await get('/.well-known/oauth-protected-resource/mcp')).text) as { scopes_supported: unknown }).scopes_supported, [READ]
  )
  t.match((await get('/docs/mcp')).text, `${RESOURCE}/tools`)

  const withoutToken = await get('/mcp/tools')
  t.equal(withoutToken.status, 401)
  t.equal(challengeOf(withoutToken)['scope'], READ)
  t.equal((await get('/mcp/tools', { authorization: 'Bearer token-inactive' })).status, 401)
  t.equal((await get('/mcp/tools', { authorization: 'Bearer token-wrong-audience' })).status, 401)
  t.equal((await get('/mcp/tools', { ...FULL, origin: 'http://evil.example' })).status, 403)

  const names = (answer: CallAnswer) => (answer.body as { tools?: ReadonlyArray<{ name: string }> }).tools?.map(({ name }) => name) ?? []
  const reading = await get('/mcp/tools', { authorization: 'Bearer token-read', origin: INSPECTOR })
  t.match(reading.headers, { 'cache-control': 'no-store', 'access-control-allow-origin': INSPECTOR })
  t.ok(names(reading).includes('list_tickets'))
  t.notMatch(reading.text, /reserve_ticket|cancel_reservation/)
  t.ok(names(await get('/mcp/tools', FULL)).includes('reserve_ticket'))
  t.match(gateway.decisions().at(-1), { granted: true, method: 'tools/list', clientId: 'client-1' })
})

t.test('visibility all — the challenge for a missing scope steps the client up, and the table is public', async t => {
  covers('clients.step-up')
  const gateway = await buildGateway(t)
  const refused = await call(gateway, { tool: 'reserve_ticket', token: 'token-read', args: { ticket_id: 1, seats: 1 }, era: 'modern' })
  t.equal(refused.status, 403)
  t.match(challengeOf(refused), { error: 'insufficient_scope', scope: WRITE })
  const table = answerOf(await gateway.app.inject({ method: 'GET', url: '/mcp/tools' }))
  t.equal(table.status, 200)
  t.match(table.text, 'reserve_ticket')
  t.match(table.headers, { 'access-control-allow-origin': '*' })
})
