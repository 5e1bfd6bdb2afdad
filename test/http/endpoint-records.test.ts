// Several endpoints of one process: requests that count together, and records that say which endpoint they are of.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { endpoints, FILES, messageAt, tokens } from '../support/endpoints.ts'
import { buildGateway, RESOURCE } from '../support/gateway.ts'
import { folder, measured, valueOf } from '../support/measured-gateway.ts'
import { startTraceCollector } from '../support/trace-collector.ts'

t.test('endpoints — requests of one person count together', async t => {
  covers('endpoints.shared-parts')
  const gateway = await buildGateway(
    t, { config: { endpoints, limits: { requestsPerMinutePerPerson: 2, maxEventLoopDelayMs: 0 } }, tokens }
  )
  const statuses = [
    await messageAt(gateway, '/mcp', 'ping', {}, 'token-both'),
    await messageAt(gateway, '/mcp/payments', 'ping', {}, 'token-both'),
    await messageAt(gateway, '/mcp', 'ping', {}, 'token-both')
  ].map(({ status }) => status)
  t.strictSame(statuses, [200, 200, 429])
})

t.test('endpoints — log, audit log and metrics say at which one a decision was made', async t => {
  covers('endpoints.records-name-the-resource')
  const file = join(folder(t), 'audit.jsonl')
  const { gateway, scrape } = await measured(t, { config: { endpoints, audit: { file } }, tokens })
  await messageAt(gateway, '/mcp', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-full')
  await messageAt(gateway, '/files', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-files')
  await messageAt(gateway, '/files', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-full')
  t.strictSame(gateway.decisions().map(({ resource, reason }) => [resource, reason]), [
    [RESOURCE, 'permitted'], [FILES, 'permitted'], [FILES, 'wrong-audience']
  ])
  t.match(readFileSync(file, 'utf8'), /"event":"decision"[^\n]*"resource":"http:\/\/localhost:3443\/files"/)
  const text = await scrape()
  const decided = (labels: Readonly<Record<string, string>>) => valueOf(text, 'mcp_gateway_decisions_total', labels)
  t.equal(decided({ resource: FILES, granted: 'true', tool: 'list_tickets' }), 1)
  t.equal(decided({ resource: RESOURCE, granted: 'true', tool: 'list_tickets' }), 1)
})

t.test('endpoints — spans say at which one a request was, a refused one too', async t => {
  covers('endpoints.records-name-the-resource', 'operations.traces')
  const named = async (several: boolean) => {
    const collector = await startTraceCollector()
    const tracing = { endpoint: collector.endpoint }
    const gateway = await buildGateway(t, { config: several ? { endpoints, tracing } : { tracing }, tokens })
    await messageAt(gateway, '/mcp', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-full')
    if (several) await messageAt(gateway, '/files', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-full')
    await gateway.app.close()
    await collector.close()
    return collector.spans().filter(({ name }) => /^(POST|tools)/.test(name)).map(({ name, attributes = [] }) =>
      [name, attributes.find(({ key }) => key === 'mcp.gateway.resource')?.value.stringValue])
  }
  t.strictSame((await named(true)).sort(), [['POST /files', FILES], ['POST /mcp', RESOURCE], ['tools/call list_tickets', RESOURCE]])
  t.strictSame((await named(false)).sort(), [['POST /mcp', undefined], ['tools/call list_tickets', undefined]])
})

t.test('endpoints — without them no line and no metric says more than before', async t => {
  covers('endpoints.records-name-the-resource')
  const { gateway, scrape } = await measured(t)
  await messageAt(gateway, '/mcp', 'tools/call', { name: 'list_tickets', arguments: {} }, 'token-full')
  t.notOk('resource' in (gateway.decisions()[0] ?? {}))
  t.notMatch(await scrape(), 'resource=')
})
