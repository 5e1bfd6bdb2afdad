// Both eras on one endpoint: discovery, metadata and headers of modern requests, what is ignored, and what is in the log.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { FULL, resultOf } from '../support/era-requests.ts'
import { buildGateway, call, ID, message, MODERN, post, type AnswerBody, type CallAnswer, type Gateway } from '../support/gateway.ts'

const META = 'io.modelcontextprotocol'

interface Sent {
  readonly era?: 'modern' | 'legacy'
  readonly params?: Readonly<Record<string, unknown>>
  readonly meta?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly name?: string | undefined
}

async function sendInEra (
  gateway: Gateway, method: string, { era = 'modern', params = {}, meta = {}, headers = {}, name }: Sent = {}
): Promise<CallAnswer> {
  const built = message(method, params, { era, meta, name })
  return await post(gateway, built.body, { ...FULL, ...built.headers, ...headers })
}
const errorOf = ({ status, body }: { status: number, body: AnswerBody }) => ({ status, code: body.error?.code })

t.test('discovery — states what is spoken, and an unknown revision is told the same', async t => {
  covers('eras.discover')
  const gateway = await buildGateway(t)
  const discovered = resultOf(await sendInEra(gateway, 'server/discover'))
  t.match(discovered, {
    supportedVersions: [MODERN, '2025-11-25', '2025-06-18', '2025-03-26'],
    capabilities: { tools: {} },
    resultType: 'complete',
    ttlMs: Number,
    cacheScope: 'public'
  })

  for (const version of ['1900-01-01', '2027-01-01', 'DRAFT', '2026-07-28 ']) {
    const answer = await sendInEra(gateway, 'tools/list', { meta: { [`${META}/protocolVersion`]: version }, headers: { 'mcp-protocol-version': version } })
    t.strictSame(errorOf(answer), { status: 400, code: -32022 }, version)
    t.strictSame(answer.body.error?.data, { supported: discovered['supportedVersions'], requested: version })
    t.equal(answer.body.id, ID)
  }
  for (const version of discovered['supportedVersions'] as string[]) {
    const answer = await sendInEra(gateway, 'tools/list', { meta: { [`${META}/protocolVersion`]: version }, headers: { 'mcp-protocol-version': version } })
    t.equal(answer.status, 200, `${version} is spoken, whoever states it`)
  }
})

t.test('modern results — say who answers and how long they keep, legacy ones are as their revision has them', async t => {
  covers('eras.results-say-who-answers', 'eras.cacheable-lists')
  const gateway = await buildGateway(t)
  const identity = { [`${META}/serverInfo`]: { name: 'mcp-resource-gateway', version: String } }
  for (const [method, params, name] of [['server/discover'], ['tools/list'],
    ['tools/call', { name: 'list_tickets', arguments: {} }, 'list_tickets']] as const) {
    t.match(resultOf(await sendInEra(gateway, method, { params: params ?? {}, name })), { resultType: 'complete', _meta: identity }, method)
  }
  t.match(resultOf(await sendInEra(gateway, 'tools/list')), { ttlMs: Number, cacheScope: 'public' })
  const legacy = resultOf(await sendInEra(gateway, 'tools/list', { era: 'legacy' }))
  t.strictSame(Object.keys(legacy), ['tools'])
  t.strictSame(legacy['tools'], resultOf(await sendInEra(gateway, 'tools/list'))['tools'],
    'the tools are the same in both eras, in the same order')
  t.strictSame(Object.keys(
    resultOf(await sendInEra(gateway, 'tools/call', { era: 'legacy', params: { name: 'list_tickets', arguments: {} } }))
  ).sort(), ['content', 'structuredContent'])

  const failed = resultOf(await sendInEra(gateway, 'tools/call',
    { params: { name: 'cancel_reservation', arguments: { reservation_id: 999 } }, name: 'cancel_reservation' }))
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
    const merged = Object.entries({ ...FULL, ...built.headers, ...headers })
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
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
  const legacy = await sendInEra(gateway, 'tools/call',
    { era: 'legacy', params: { name: 'list_tickets' }, headers: { 'mcp-method': 'ping', 'mcp-name': 'x' } })
  t.equal(legacy.status, 200, 'legacy revisions define no such headers')
})

t.test('methods — what an era does not have is unknown there', async t => {
  covers('eras.unknown-method')
  const gateway = await buildGateway(t)
  const unknown = {
    modern: ['initialize', 'ping', 'logging/setLevel', 'resources/list', 'subscriptions/listen', 'tools/CALL', '__proto__', 'constructor'],
    legacy: ['server/discover', 'resources/list', 'tools/CALL', '__proto__']
  }
  for (const method of unknown.modern) t.strictSame(errorOf(await sendInEra(gateway, method)), { status: 404, code: -32601 }, `modern ${method}`)
  for (const method of unknown.legacy) t.strictSame(errorOf(await sendInEra(gateway, method, { era: 'legacy' })), { status: 200, code: -32601 }, `legacy ${method}`)
  for (const era of ['modern', 'legacy'] as const) {
    t.equal((await sendInEra(gateway, 'tools/list', { era, params: { cursor: 'x' } })).body.error?.code, -32602, `${era}: a cursor that nobody gave out`)
    const { body, headers } = message('notifications/cancelled', { requestId: 1 }, { era })
    const { id: _id, ...notification } = body as { id?: unknown }
    t.equal((await post(gateway, notification, { ...FULL, ...headers })).status, 202, `${era}: a notification`)
  }
})

t.test('sessions — are neither given, nor kept, nor asked for', async t => {
  covers('eras.sessions-ignored')
  const gateway = await buildGateway(t)
  for (const era of ['modern', 'legacy'] as const) {
    const answer = await sendInEra(gateway, 'tools/list', { era, headers: { 'mcp-session-id': 'a-session', 'last-event-id': '7' } })
    t.equal(answer.status, 200)
    t.notOk('mcp-session-id' in answer.headers)
  }
  for (const method of ['GET', 'DELETE'] as const) {
    const response =
      await gateway.app.inject({ method, url: '/mcp', headers: { ...FULL, 'mcp-session-id': 'a-session', accept: 'text/event-stream' } })
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
