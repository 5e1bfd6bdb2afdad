// The audit log and OpenTelemetry traces: what is recorded, and what happens when nothing can be recorded.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openRotatedFile } from '../../src/audit/rotated-file.ts'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call, CLIENT_SECRET, ISSUER, limitedTo, message, post } from '../support/gateway.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startStubAuthorizationServer } from '../support/stub-authorization-server.ts'
import { folder, measured, valueOf } from '../support/measured-gateway.ts'
import { startTraceCollector } from '../support/trace-collector.ts'

interface AuditLine {
  readonly event: string
  readonly call?: string
  readonly granted?: boolean
  readonly reason?: string
  readonly tool?: string
  readonly subject?: string
  readonly details?: unknown
  readonly lost?: number
}
const linesOf = (file: string): AuditLine[] =>
  readFileSync(file, 'utf8').split('\n').filter(line => line !== '').map(line => JSON.parse(line) as AuditLine)

t.test('audit — one line for each decision about a tool call, and one before whatever may change something', async t => {
  covers('operations.audit')
  const file = join(folder(t), 'kept', 'audit.log')
  const gateway = await buildGateway(t, { config: { audit: { file } } })
  await call(gateway, { tool: 'reserve_ticket', token: 'token-limited', args: { ticket_id: 3, seats: 2 } })
  await call(gateway, { tool: 'reserve_ticket', token: 'token-limited', args: { ticket_id: 1, seats: 3 } })
  await call(gateway, { tool: 'list_tickets', token: 'token-other-person' })
  await call(gateway, { tool: 'list_tickets', token: 'token-no-scope' })
  await call(gateway, { tool: 'list_tickets', token: 'token-inactive' })
  await post(gateway, message('tools/list', {}).body, { authorization: 'Bearer token-full' })

  const lines = linesOf(file)
  t.same(lines.map(({ event, granted, reason, tool }) => [event, granted, reason, tool]), [
    ['permitted', undefined, undefined, 'reserve_ticket'],
    ['decision', true, 'permitted', 'reserve_ticket'],
    ['decision', false, 'insufficient-authorization', 'reserve_ticket'],
    ['decision', true, 'permitted', 'list_tickets'],
    ['decision', false, 'insufficient-scope', 'list_tickets']
  ])
  t.equal(lines[0]?.call, lines[1]?.call, 'the two lines of one call belong together')
  t.match(lines[1], { issuer: ISSUER, subject: '1004', clientId: 'client-1', status: 200, tokenHash: /^[\w-]{10}$/, time: /^\d{4}-.*Z$/ })
  t.match(lines[0]?.details, [{ index: 0, element: { type: 'ticket-reservation', maxAmount: 10_000 } }], 'what of the grant allowed it')
  t.match(lines[2], { status: 403, contextId: /^[\w-]{22}$/, subject: '1004' })
  t.equal(lines[2]?.details, undefined)
  t.equal(statSync(file).mode & 0o777, 0o600, 'nobody else reads who did what')
})

t.test('audit — holds no token, argument or secret', async t => {
  covers('operations.audit-redacted')
  const file = join(folder(t), 'audit.log')
  const gateway = await buildGateway(t, { config: { audit: { file } } })
  for (const tool of ['reserve_ticket', 'search_tickets', 'tool-nobody-may-see']) {
    await call(gateway, {
      tool,
      token: 'token-limited',
      args: { ticket_id: 3, seats: 1, title: 'argument-nobody-may-see' },
      id: 'id-nobody-may-see',
      meta: { more: 'meta-nobody-may-see' }
    })
  }
  const text = readFileSync(file, 'utf8')
  t.ok(text.includes('reserve_ticket') || text.includes('search_tickets'))
  for (const secret of ['token-limited', 'nobody-may-see', CLIENT_SECRET,
    createHash('sha256').update('token-limited').digest('base64url')]) t.notOk(text.includes(secret), secret)
})

t.test('audit — a call that cannot be recorded is not made; what only reads goes on; it mends itself',
  { skip: !existsSync('/dev/full') }, async t => {
    covers('operations.audit-fails-closed')
    // A folder that is a link, since a link in place of the file is not followed.
    const device = join(folder(t), 'device')
    symlinkSync('/dev', device)
    const path = join(device, 'full')
    const { gateway, scrape } = await measured(t, { config: { audit: { file: path } } })
    const reserve = () => call(gateway, { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })
    const refused = await reserve()
    t.equal(refused.status, 503)
    t.match(refused.body, { error: { code: 503, data: { code: 'GW_AUDIT_UNAVAILABLE' } } })
    t.match(refused.headers['retry-after'], /^\d+$/)
    t.same((await gateway.store.findTicket(1))?.availableSeats, 50, 'nothing was reserved')
    t.equal((await call(gateway, { tool: 'list_tickets' })).status, 200)
    t.match((await gateway.app.inject('/ready')).json(), { status: 'not ready', checks: { audit: 'not ready' } })
    t.ok((valueOf(await scrape(), 'mcp_gateway_audit_failures_total') ?? 0) >= 2)
    t.match(gateway.lines().find(({ event }) => event === 'audit-unavailable'), { level: 50, code: 'ENOSPC' })
    t.equal(gateway.lines().filter(({ event }) => event === 'audit-unavailable').length, 1, 'told once a minute')

    rmSync(device)
    gateway.clock.advance(1000)
    t.equal((await gateway.app.inject('/ready')).statusCode, 200)
    t.equal((await reserve()).status, 200)
    const lines = linesOf(path)
    t.equal(lines[0]?.event, 'resumed', 'how many lines are missing is the first thing said')
    t.ok((lines[0]?.lost ?? 0) >= 2)
    t.same(lines.slice(1).map(({ event }) => event), ['permitted', 'decision'])
  })

t.test('audit — the file is renamed when it becomes too large, and so many are kept', t => {
  covers('operations.audit-rotated')
  const path = join(folder(t), 'audit.log')
  const clock = createManualClock()
  const file = openRotatedFile({ path, maxBytes: 4096, keepFiles: 2, clock })
  for (let line = 0; line < 200; line += 1) file.append(JSON.stringify({ line, filler: 'x'.repeat(80) }), line % 50 === 0)
  t.same(readdirSync(join(path, '..')).toSorted(), ['audit.log', 'audit.log.1', 'audit.log.2'])
  const kept = ['audit.log.2', 'audit.log.1', 'audit.log'].flatMap(name =>
    linesOf(join(path, '..', name)) as unknown as Array<{ line: number }>)
  const numbers = kept.map(({ line }) => line)
  t.same(numbers, numbers.map((_, index) => 200 - numbers.length + index), 'the newest, whole and in order')
  for (const name of ['audit.log', 'audit.log.1', 'audit.log.2']) t.ok(statSync(join(path, '..', name)).size <= 4096)

  rmSync(path)
  clock.advance(1000)
  file.append('{"line":200}', false)
  t.same(linesOf(path), [{ line: 200 }], 'a file that somebody moved away is opened anew')
  file.close()

  const reopened = openRotatedFile({ path, maxBytes: 4096, keepFiles: 2, clock })
  reopened.append('{"line":201}', true)
  t.same(linesOf(path), [{ line: 200 }, { line: 201 }], 'and a restart goes on where it was')
  reopened.close()
  t.end()
})

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const META_TRACE = '0af7651916cd43dd8448eb211c80319c'

t.test('traces — request, message, introspection and storage are one trace, which the authorization server gets too', async t => {
  covers('operations.traces')
  const collector = await startTraceCollector()
  t.teardown(collector.close)
  const server = await startStubAuthorizationServer()
  t.teardown(server.close)
  server.on('/introspect', (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(activeToken({ iss: server.origin, ...limitedTo(100_000) })))
  })
  const gateway = await buildGateway(t, {
    network: true,
    config: {
      authorizationServer: { issuer: server.origin, introspection: { endpoint: `${server.origin}/introspect`, clientId: 'mcp-server', clientSecret: CLIENT_SECRET } },
      tracing: { endpoint: collector.endpoint }
    }
  })
  const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, tracestate: 'vendor=value' }
  t.equal((await call(gateway, { tool: 'list_tickets', headers })).status, 200)
  gateway.clock.advance(1)
  t.equal((await call(gateway, { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 }, headers, meta: { traceparent: `00-${META_TRACE}-b7ad6b7169203331-01` } })).status, 200)
  await gateway.app.close()

  const spans = collector.spans()
  const named = (name: string, traceId: string) => spans.filter(span => span.name === name && span.traceId === traceId)
  const [request, other] = named('POST /mcp', TRACE)
  t.equal(request?.parentSpanId, '00f067aa0ba902b7', 'the request belongs to the caller\'s trace')
  const [introspection] = named('introspect', TRACE)
  t.equal(introspection?.parentSpanId, request?.spanId)
  const [listing] = named('tools/call list_tickets', TRACE)
  t.equal(listing?.parentSpanId, request?.spanId)
  t.equal(named('storage list_tickets', TRACE)[0]?.parentSpanId, listing?.spanId)

  const [reserving] = named('tools/call reserve_ticket', META_TRACE)
  t.equal(reserving?.parentSpanId, 'b7ad6b7169203331', 'what _meta states counts for the message')
  t.match(reserving?.links, [{ traceId: TRACE, spanId: other?.spanId }], 'with a link to its request')
  t.equal(named('storage reserve', META_TRACE)[0]?.parentSpanId, reserving?.spanId)
  t.equal(named('introspect', META_TRACE)[0]?.parentSpanId, reserving?.spanId, 'the live question too')
  const [authenticating] = named('authenticate', META_TRACE)
  t.equal(authenticating?.parentSpanId, 'b7ad6b7169203331', 'the token was looked at before _meta was read')
  t.match(authenticating?.links, [{ traceId: TRACE, spanId: other?.spanId }])
  for (const name of [
    'url.path', 'url.scheme', 'server.address', 'db.system.name', 'db.operation.name', 'mcp.protocol.version',
    'gen_ai.operation.name', 'service.instance.id', 'service.name', 'service.version', 'telemetry.sdk.language'
  ]) t.ok(collector.text().includes(`"key":"${name}"`), name)

  const [first, second] = server.received
  t.match(first?.headers['traceparent'], new RegExp(`^00-${TRACE}-${introspection?.spanId}-01$`))
  t.equal(first?.headers['tracestate'], 'vendor=value')
  t.match(second?.headers['traceparent'], new RegExp(`^00-${META_TRACE}-[0-9a-f]{16}-01$`))
  for (const secret of ['token-full', '1004', CLIENT_SECRET, 'client-1']) t.notOk(collector.text().includes(secret), secret)
})

t.test('traces — a client does not decide what is kept, and a collector that is away keeps nobody from answering', async t => {
  const collector = await startTraceCollector()
  const gateway = await buildGateway(t, { config: { tracing: { endpoint: collector.endpoint, samplePercent: 0 } } })
  await call(gateway, { tool: 'list_tickets', headers: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` } })
  await gateway.app.close()
  t.same(collector.spans(), [])
  await collector.close()

  const alone = await buildGateway(t, { config: { tracing: { endpoint: collector.endpoint } } })
  t.equal((await call(alone, { tool: 'list_tickets' })).status, 200)
  await alone.app.close()
})
