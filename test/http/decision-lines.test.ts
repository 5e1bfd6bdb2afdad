// The log: one line for each decision, and no token, secret or credential in any line at any level.

import { createHash } from 'node:crypto'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call, challengeOf, CLIENT_SECRET, limitedTo, message, post } from '../support/gateway.ts'
import { rawRequest } from '../support/raw-request.ts'

const LIST = message('tools/call', { name: 'list_tickets', arguments: {} }).body

t.test('decision line — one for each request, with who, what, why and how long', async t => {
  covers('log.one-line-per-decision')
  const gateway = await buildGateway(t)
  const hash = (token: string) => createHash('sha256').update(token).digest('base64url').slice(0, 10)
  const requests: Array<[request: () => Promise<unknown>, line: Record<string, unknown>]> = [
    [() => call(gateway, { tool: 'list_tickets' }), {
      granted: true,
      reason: 'permitted',
      tool: 'list_tickets',
      method: 'tools/call',
      clientId: 'client-1',
      tokenHash: hash('token-full'),
      status: 200
    }],
    [() => call(gateway, { tool: 'list_tickets', args: { limit: 0 } }),
      { granted: true, reason: 'permitted', remark: 'invalid-arguments', status: 200 }],
    [() => call(gateway, { tool: 'reserve_ticket', args: { ticket_id: 99, seats: 1 } }),
      { granted: true, reason: 'permitted', remark: 'ticket-not-found', status: 200 }],
    [() => call(gateway, { token: 'token-read', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } }), {
      granted: false,
      reason: 'insufficient-scope',
      tool: 'reserve_ticket',
      clientId: 'client-1',
      tokenHash: hash('token-read'),
      status: 403
    }],
    [() => call(gateway, { token: 'token-limited', tool: 'reserve_ticket', args: { ticket_id: 2, seats: 2 } }),
      { granted: false, reason: 'insufficient-authorization', remark: 'insufficient:maxAmount', status: 403 }],
    [() => call(gateway, { token: 'token-inactive', tool: 'list_tickets' }),
      { granted: false, reason: 'inactive', tokenHash: hash('token-inactive'), status: 401 }],
    [() => call(gateway, { token: 'token-wrong-audience', tool: 'list_tickets' }),
      { granted: false, reason: 'wrong-audience', status: 401 }],
    [() => post(gateway, LIST), { granted: false, reason: 'missing-token', status: 401 }],
    [() => post(gateway, LIST, { authorization: 'Bearer a b' }), { granted: false, reason: 'malformed-credentials:syntax', status: 400 }],
    [() => post(gateway, LIST, { origin: 'https://evil.example' }), { granted: false, reason: 'origin-not-allowed', status: 403 }],
    [() => post(gateway, '{', { authorization: 'Bearer token-full' }),
      { granted: false, reason: 'unreadable-body', clientId: 'client-1', tokenHash: hash('token-full'), status: 400 }],
    [() => post(gateway, [], { authorization: 'Bearer token-full' }),
      { granted: false, reason: 'protocol-error', remark: '-32600', status: 400 }],
    [() => call(gateway, { tool: 'nothing' }), { granted: false, reason: 'unknown-tool', status: 200 }],
    [() => post(gateway, message('tools/list', {}).body, { authorization: 'Bearer token-full' }),
      { granted: true, reason: 'authenticated', method: 'tools/list', status: 200 }],
    [() => post(gateway, { jsonrpc: '2.0', method: 'notifications/initialized' }, { authorization: 'Bearer token-full' }),
      { granted: true, reason: 'authenticated', status: 202 }],
    [() => gateway.app.inject({ method: 'DELETE', url: '/mcp' }), { granted: false, reason: 'method-not-allowed', status: 405 }]
  ]
  for (const [index, [request, line]] of requests.entries()) {
    await request()
    const decisions = gateway.decisions()
    t.equal(decisions.length, index + 1, `one more line: ${String(line['reason'])}`)
    t.match(decisions.at(-1), { ...line, level: 30, event: 'decision', durationMs: Number })
  }
  gateway.clock.advance(1)
  const retry = await call(gateway, {
    token: 'token-limited',
    tool: 'reserve_ticket',
    args: { ticket_id: 2, seats: 1 },
    meta: { 'io.modelcontextprotocol/authorization-context-id': 'ctx-1' }
  })
  t.equal(retry.status, 200)
  t.match(gateway.decisions().at(-1), { retryOf: 'ctx-1' })
})

t.test('decision line — durations are measured on the clock that never jumps', async t => {
  const slow = 40
  let advance = (_ms: number) => {}
  const gateway = await buildGateway(t,
    { store: store => ({ ...store, listTickets: async limit => { advance(slow); return store.listTickets(limit) } }) })
  advance = gateway.clock.advance
  await call(gateway, { tool: 'list_tickets' })
  t.match(gateway.decisions().at(-1), { authenticationMs: 0, durationMs: slow })
})

t.test('log — a flood of different requests leaves no token, secret or credential in it, at the lowest level', async t => {
  covers('log.no-secrets', 'http.query-token-refused')
  const marks = ['SECRETFULL', 'SECRETREAD', 'SECRETLIMITED', 'SECRETUNKNOWN', 'SECRETQUERY', 'SECRETCRASH', 'SECRETBASIC', 'SECRETSUBJECT',
    'SECRETTITLE', 'SECRETPATH', 'SECRETUPSTREAM', 'SECRETHEADER', 'SECRETBODY']
  const crash = new Error('boom SECRETCRASH\n    at SECRETCRASH (SECRETCRASH:1:1)')
  const gateway = await buildGateway(t, {
    tokens: {
      SECRETFULL: activeToken({ sub: 'SECRETSUBJECT' }),
      SECRETREAD: activeToken({ scope: 'mcp:tickets:read' }),
      SECRETLIMITED: activeToken({ ...limitedTo(1000), sub: 'SECRETSUBJECT' })
    },
    store: store => ({
      ...store,
      searchTickets: search => search.title === 'crash' ? Promise.reject(crash) : store.searchTickets(search),
      findTicket: id => { if (id === 2) throw crash; return store.findTicket(id) }
    })
  })
  const { app } = gateway
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const raw = (...lines: string[]) =>
    rawRequest(app, ['POST /mcp HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...lines], JSON.stringify(LIST))
  for (const token of ['SECRETFULL', 'SECRETREAD', 'SECRETLIMITED', 'SECRETUNKNOWN']) {
    for (const [tool, args] of [
      ['list_tickets', {}], ['search_tickets', { title: 'SECRETTITLE' }], ['search_tickets', { title: 'crash' }],
      ['reserve_ticket', { ticket_id: 1, seats: 1 }], ['reserve_ticket', { ticket_id: 2, seats: 1 }],
      ['reserve_ticket', { ticket_id: 'SECRETTITLE', SECRETTITLE: 1 }], ['cancel_reservation', { reservation_id: 7 }], ['SECRETTITLE', {}]
    ] as const) {
      await call(gateway, { token, tool, args })
      await call(gateway, { token, tool, args, era: 'modern' })
    }
    for (const body of ['', '{SECRETBODY', '[]', '"SECRETBODY"', '{"jsonrpc":"2.0","id":"SECRETBODY","method":"SECRETBODY"}',
      '{"__proto__":"SECRETBODY"}', '{"jsonrpc":"2.0","id":1,"method":"ping","SECRETBODY":1}']) {
      await post(gateway, body, bearer(token))
      await post(gateway, body, { ...bearer(token), 'content-type': 'text/plain; SECRETHEADER=1' })
      await post(gateway, body, { ...bearer(token), 'content-encoding': 'SECRETHEADER' })
    }
    await post(gateway, LIST, { ...bearer(token), 'mcp-protocol-version': 'SECRETHEADER' })
    await post(gateway, LIST, { ...bearer(token), origin: 'https://SECRETHEADER.example' })
    await raw(`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`)
    await raw(`Authorization: Bearer ${token},`)
    await raw(`Authorization: Bearer "${token}"`)
    await raw(`Authorization: ${token}`)
    await raw(`Authorization: Bearer ${token}`, 'Bad Header')
    await raw(`Authorization: Bearer ${token}${'x'.repeat(60_000)}`)
    await raw('Authorization: Basic SECRETBASIC')
  }
  for (const query of ['access_token=SECRETQUERY', 'access%5Ftoken=SECRETQUERY', 'x=1;access_token=SECRETQUERY',
    'ACCESS_TOKEN=SECRETQUERY']) {
    for (const method of ['POST', 'GET', 'OPTIONS'] as const) {
      for (const path of ['/mcp', '/SECRETPATH', '/mcp/tools', '/docs/mcp']) await app.inject({ method, url: `${path}?${query}`, headers: bearer('SECRETFULL') })
    }
  }
  await app.inject('/%zzSECRETPATH')
  for (const failWith of ['refused', { status: 500, body: 'SECRETUPSTREAM' }, { status: 200, body: '{"active":true,"exp":"SECRETUPSTREAM"}' }, { status: 302, body: '', headers: { location: 'http://SECRETUPSTREAM/' } }, { status: 200, body: 'SECRETUPSTREAM' }] as const) {
    gateway.failWith = failWith
    await call(gateway, { token: 'SECRETFULL', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })
    await call(gateway, { token: `SECRETUNKNOWN${failWith === 'refused' ? 1 : failWith.status}`, tool: 'list_tickets' })
    await app.inject('/ready')
  }
  await gateway.store.close()
  gateway.failWith = undefined
  await call(gateway, { token: 'SECRETFULL', tool: 'list_tickets' })
  await app.inject('/ready')

  const log = gateway.log()
  t.ok(gateway.lines().length > 150, 'there is a log to look at')
  t.ok(gateway.lines().some(({ code }) => code === 'GW_TOOL_FAILED'), 'a tool has crashed')
  for (const mark of marks) t.notOk(log.toUpperCase().includes(mark), mark)
  for (const secret of [CLIENT_SECRET, Buffer.from(`mcp-server:${CLIENT_SECRET}`).toString('base64'), ...gateway.tokens.keys()]) t.notOk(log.includes(secret), secret)
  t.notOk(/bearer|basic /i.test(log))
  t.notOk(log.includes(String([...Buffer.from('SECRETFULL')])), 'nor as bytes')
  t.notOk(log.includes('"authorization"'), 'nor any header of that name')
})

t.test('query — a token there is refused even beside a good one, and the challenge says so', async t => {
  const gateway = await buildGateway(t)
  for (const url of ['/mcp?access_token=token-full', '/mcp?x=1&access_token=', '/mcp?access%5Ftoken=token-full',
    '/mcp?a=b;access_token=token-full']) {
    const { statusCode, headers } =
      await gateway.app.inject({ method: 'POST', url, payload: LIST, headers: { authorization: 'Bearer token-full' } })
    t.equal(statusCode, 400, url)
    t.match(challengeOf({ headers }), { error: 'invalid_request', error_description: /never in the URL/ })
  }
  t.equal(gateway.asked.length, 0)
  const form = await post(gateway, 'access_token=token-full', { 'content-type': 'application/x-www-form-urlencoded' })
  t.equal(form.status, 401, 'nor is one taken from a body')
  t.equal((await post(gateway, { ...LIST, access_token: 'token-full' }, {})).status, 401)
})
