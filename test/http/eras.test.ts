// Both eras on one endpoint, and what a token may see: discovery, metadata and headers of modern requests, what is
// ignored, what is in the log, and a list that hides what the token cannot use.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { activeToken, answerOf, buildGateway, call, challengeOf, ID, INSPECTOR, message, MODERN, post, READ, RESOURCE, WRITE, type AnswerBody, type CallAnswer, type Gateway } from '../support/gateway.ts'

const META = 'io.modelcontextprotocol'
const FULL = { authorization: 'Bearer token-full' }

interface Sent {
  readonly era?: 'modern' | 'legacy'
  readonly params?: Readonly<Record<string, unknown>>
  readonly meta?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly name?: string | undefined
}

async function send (gateway: Gateway, method: string, { era = 'modern', params = {}, meta = {}, headers = {}, name }: Sent = {}): Promise<CallAnswer> {
  const built = message(method, params, { era, meta, name })
  return await post(gateway, built.body, { ...FULL, ...built.headers, ...headers })
}

const resultOf = ({ body }: CallAnswer) => (body as { result?: Readonly<Record<string, unknown>> }).result ?? {}
const errorOf = ({ status, body }: { status: number, body: AnswerBody }) => ({ status, code: body.error?.code })

t.test('discovery — states what is spoken, and an unknown revision is told the same', async t => {
  covers('eras.discover')
  const gateway = await buildGateway(t)
  const discovered = resultOf(await send(gateway, 'server/discover'))
  t.match(discovered, { supportedVersions: [MODERN, '2025-11-25', '2025-06-18', '2025-03-26'], capabilities: { tools: {} }, resultType: 'complete', ttlMs: Number, cacheScope: 'public' })

  for (const version of ['1900-01-01', '2027-01-01', 'DRAFT', '2026-07-28 ']) {
    const answer = await send(gateway, 'tools/list', { meta: { [`${META}/protocolVersion`]: version }, headers: { 'mcp-protocol-version': version } })
    t.strictSame(errorOf(answer), { status: 400, code: -32022 }, version)
    t.strictSame(answer.body.error?.data, { supported: discovered['supportedVersions'], requested: version })
    t.equal(answer.body.id, ID)
  }
  for (const version of discovered['supportedVersions'] as string[]) {
    const answer = await send(gateway, 'tools/list', { meta: { [`${META}/protocolVersion`]: version }, headers: { 'mcp-protocol-version': version } })
    t.equal(answer.status, 200, `${version} is spoken, whoever states it`)
  }
})

t.test('modern results — say who answers and how long they keep, legacy ones are as their revision has them', async t => {
  covers('eras.results-say-who-answers', 'eras.cacheable-lists')
  const gateway = await buildGateway(t)
  const identity = { [`${META}/serverInfo`]: { name: 'mcp-resource-gateway', version: String } }
  for (const [method, params, name] of [['server/discover'], ['tools/list'], ['tools/call', { name: 'list_tickets', arguments: {} }, 'list_tickets']] as const) {
    t.match(resultOf(await send(gateway, method, { params: params ?? {}, name })), { resultType: 'complete', _meta: identity }, method)
  }
  t.match(resultOf(await send(gateway, 'tools/list')), { ttlMs: Number, cacheScope: 'public' })
  const legacy = resultOf(await send(gateway, 'tools/list', { era: 'legacy' }))
  t.strictSame(Object.keys(legacy), ['tools'])
  t.strictSame(legacy['tools'], resultOf(await send(gateway, 'tools/list'))['tools'], 'the tools are the same in both eras, in the same order')
  t.strictSame(Object.keys(resultOf(await send(gateway, 'tools/call', { era: 'legacy', params: { name: 'list_tickets', arguments: {} } }))).sort(), ['content', 'structuredContent'])

  const failed = resultOf(await send(gateway, 'tools/call', { params: { name: 'cancel_reservation', arguments: { reservation_id: 999 } }, name: 'cancel_reservation' }))
  t.match(failed, { isError: true, resultType: 'complete', _meta: identity }, 'a failure of a tool is a complete result')
})

t.test('modern metadata — what is required is required, what is not is not', async t => {
  covers('eras.request-metadata')
  const gateway = await buildGateway(t)
  const headers = { ...FULL, 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/list' }
  const meta = { [`${META}/protocolVersion`]: MODERN, [`${META}/clientCapabilities`]: {} }
  const list = (params: unknown) => post(gateway, { jsonrpc: '2.0', id: ID, method: 'tools/list', params }, headers)
  t.equal((await list({ _meta: meta })).status, 200, 'clientInfo is only asked for')
  const wrong: ReadonlyArray<[string, unknown]> = [
    ['no params', undefined],
    ['no _meta', {}],
    ['an empty _meta', { _meta: {} }],
    ['no version', { _meta: { [`${META}/clientCapabilities`]: {} } }],
    ['a version that is no text', { _meta: { ...meta, [`${META}/protocolVersion`]: 20260728 } }],
    ['no capabilities', { _meta: { [`${META}/protocolVersion`]: MODERN } }],
    ['capabilities that are no object', { _meta: { ...meta, [`${META}/clientCapabilities`]: [] } }]
  ]
  for (const [name, params] of wrong) {
    const answer = await list(params)
    t.strictSame(errorOf(answer), { status: 400, code: -32602 }, name)
    t.equal(answer.body.id, ID, name)
  }
})

t.test('mirrored headers — another method, name or revision than the body says is refused', async t => {
  covers('eras.headers-mirror-the-body')
  const gateway = await buildGateway(t)
  const callList = (headers: Record<string, string | undefined>) => {
    const built = message('tools/call', { name: 'list_tickets', arguments: {} }, { era: 'modern', name: 'list_tickets' })
    const merged = Object.entries({ ...FULL, ...built.headers, ...headers }).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return post(gateway, built.body, Object.fromEntries(merged))
  }
  const accepted: ReadonlyArray<[string, Record<string, string>]> = [
    ['as they are', {}],
    ['in capitals', { 'MCP-NAME': 'list_tickets' }],
    ['the name encoded', { 'mcp-name': `=?base64?${Buffer.from('list_tickets').toString('base64')}?=` }],
    ['one that mirrors nothing', { 'mcp-param-region': 'anything' }]
  ]
  for (const [name, headers] of accepted) t.equal((await callList(headers)).status, 200, name)
  const refused: ReadonlyArray<[string, Record<string, string | undefined>]> = [
    ['no version', { 'mcp-protocol-version': undefined }],
    ['another version', { 'mcp-protocol-version': '2025-11-25' }],
    ['no method', { 'mcp-method': undefined }],
    ['another method', { 'mcp-method': 'tools/list' }],
    ['the method in capitals', { 'mcp-method': 'TOOLS/CALL' }],
    ['no name', { 'mcp-name': undefined }],
    ['another name', { 'mcp-name': 'reserve_ticket' }],
    ['the name in capitals', { 'mcp-name': 'LIST_TICKETS' }],
    ['the name badly encoded', { 'mcp-name': '=?base64?bGlzd?=' }],
    ['an encoded other name', { 'mcp-name': `=?base64?${Buffer.from('reserve_ticket').toString('base64')}?=` }]
  ]
  for (const [name, headers] of refused) {
    const answer = await callList(headers)
    t.strictSame(errorOf(answer), { status: 400, code: -32020 }, name)
    t.equal(answer.body.id, ID, name)
  }
  t.strictSame(gateway.decisions().map(({ granted, tool }) => [granted, tool]), [
    ...accepted.map(() => [true, 'list_tickets']), ...refused.map(() => [false, undefined])
  ], 'a call that is refused for its headers reaches no tool')
  const legacy = await send(gateway, 'tools/call', { era: 'legacy', params: { name: 'list_tickets' }, headers: { 'mcp-method': 'ping', 'mcp-name': 'x' } })
  t.equal(legacy.status, 200, 'legacy revisions define no such headers')
})

t.test('methods — what an era does not have is unknown there', async t => {
  covers('eras.unknown-method')
  const gateway = await buildGateway(t)
  const unknown = { modern: ['initialize', 'ping', 'logging/setLevel', 'resources/list', 'subscriptions/listen', 'tools/CALL', '__proto__', 'constructor'], legacy: ['server/discover', 'resources/list', 'tools/CALL', '__proto__'] }
  for (const method of unknown.modern) t.strictSame(errorOf(await send(gateway, method)), { status: 404, code: -32601 }, `modern ${method}`)
  for (const method of unknown.legacy) t.strictSame(errorOf(await send(gateway, method, { era: 'legacy' })), { status: 200, code: -32601 }, `legacy ${method}`)
  for (const era of ['modern', 'legacy'] as const) {
    t.equal((await send(gateway, 'tools/list', { era, params: { cursor: 'x' } })).body.error?.code, -32602, `${era}: a cursor that nobody gave out`)
    const { body, headers } = message('notifications/cancelled', { requestId: 1 }, { era })
    const { id: _id, ...notification } = body as { id?: unknown }
    t.equal((await post(gateway, notification, { ...FULL, ...headers })).status, 202, `${era}: a notification`)
  }
})

t.test('sessions — are neither given, nor kept, nor asked for', async t => {
  covers('eras.sessions-ignored')
  const gateway = await buildGateway(t)
  for (const era of ['modern', 'legacy'] as const) {
    const answer = await send(gateway, 'tools/list', { era, headers: { 'mcp-session-id': 'a-session', 'last-event-id': '7' } })
    t.equal(answer.status, 200)
    t.notOk('mcp-session-id' in answer.headers)
  }
  for (const method of ['GET', 'DELETE'] as const) {
    const response = await gateway.app.inject({ method, url: '/mcp', headers: { ...FULL, 'mcp-session-id': 'a-session', accept: 'text/event-stream' } })
    t.equal(response.statusCode, 405)
    t.equal(response.headers.allow, 'POST, OPTIONS')
  }
})

t.test('log — names the trace of a request, allowed or refused', async t => {
  covers('eras.trace-context')
  const gateway = await buildGateway(t)
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`
  const traced = { traceId, parentId: '00f067aa0ba902b7', sampled: true }
  for (const era of ['modern', 'legacy'] as const) {
    await call(gateway, { tool: 'list_tickets', era, meta: { traceparent, tracestate: 'vendor=1', baggage: 'person=inga' } })
    t.match(gateway.decisions().at(-1), { ...traced, traceState: 'vendor=1', granted: true }, era)
    await call(gateway, { tool: 'reserve_ticket', token: 'token-read', args: { ticket_id: 1, seats: 1 }, era, headers: { traceparent } })
    t.match(gateway.decisions().at(-1), { ...traced, granted: false, reason: 'insufficient-scope' }, era)
  }
  await call(gateway, { tool: 'list_tickets', token: 'token-inactive', headers: { traceparent } })
  t.match(gateway.decisions().at(-1), { ...traced, granted: false, reason: 'inactive' })
  await call(gateway, { tool: 'list_tickets', meta: { traceparent: 'nonsense' }, headers: { traceparent: `${traceparent}"} forged` } })
  t.notOk('traceId' in (gateway.decisions().at(-1) ?? {}), 'what is not well formed is not repeated')
  t.notMatch(gateway.log(), /inga|forged|nonsense/)
})

const PERMITTED = { config: { tools: { visibility: 'permitted' } } } as const

t.test('visibility permitted — the list shows what the token permits, and says that it is private', async t => {
  covers('visibility.hidden-like-unknown', 'eras.cacheable-lists')
  const gateway = await buildGateway(t, { ...PERMITTED, tokens: { 'token-admin': activeToken({ scope: 'tickets:admin' }) }, config: { ...PERMITTED.config, policy: { scopeImplications: { 'tickets:admin': [READ, WRITE] } } } })
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
  const get = async (url: string, headers: Record<string, string> = {}) => answerOf(await gateway.app.inject({ method: 'GET', url, headers }))
  const hidden = /reserve_ticket|cancel_reservation|tickets:write|ticket-reservation/
  for (const url of ['/docs/mcp', '/policy/mcp', '/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource', '/mcp/tools', '/authorization-details-types/mcp', '/authorization-details-types']) {
    t.notMatch((await get(url)).text, hidden, url)
  }
  t.strictSame((JSON.parse((await get('/.well-known/oauth-protected-resource/mcp')).text) as { scopes_supported: unknown }).scopes_supported, [READ])
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
