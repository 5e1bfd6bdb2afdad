// Metrics for operators, at a listener of their own: what they count, and what is never a label.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { parseConfig } from '../../src/config/parse.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { activeToken, buildGateway, call, CLIENT_SECRET, ISSUER, message, post, RESOURCE } from '../support/gateway.ts'
import { folder, measured, valueOf } from '../support/measured-gateway.ts'

t.test('metrics — decisions, questions, cache, circuit, storage and the revocation bound, at a listener of their own', async t => {
  covers('operations.metrics')
  const { gateway, scrape, origin } = await measured(t)
  await call(gateway, { tool: 'list_tickets' })
  await call(gateway, { tool: 'list_tickets' })
  await call(gateway, { tool: 'list_tickets', token: 'token-no-scope' })
  await call(gateway, { tool: 'list_tickets', token: 'token-inactive' })
  await call(gateway, { tool: 'made_up_tool_name' })
  await post(gateway, message('made/up-method', {}).body, { authorization: 'Bearer token-full' })
  const text = await scrape()
  const decisions = (labels: Readonly<Record<string, string>>) => valueOf(text, 'mcp_gateway_decisions_total', labels)
  t.equal(decisions({ granted: 'true', reason: 'permitted', method: 'tools/call', tool: 'list_tickets' }), 2)
  t.equal(decisions({ granted: 'false', reason: 'insufficient-scope', tool: 'list_tickets' }), 1)
  t.equal(decisions({ granted: 'false', reason: 'inactive', method: 'none', tool: 'none' }), 1)
  t.equal(decisions({ granted: 'false', reason: 'unknown-tool', tool: 'none' }), 1, 'a name that a client made up is no label')
  t.equal(decisions({ granted: 'false', method: 'other' }), 1, 'nor is a method')
  t.equal(valueOf(text, 'mcp_gateway_introspection_duration_seconds_count', { outcome: 'active', live: 'false' }), 2)
  t.equal(valueOf(text, 'mcp_gateway_introspection_duration_seconds_count', { outcome: 'inactive' }), 1)
  t.equal(valueOf(text, 'mcp_gateway_cache_lookups_total', { result: 'miss' }), 3)
  t.ok((valueOf(text, 'mcp_gateway_cache_lookups_total', { result: 'hit' }) ?? 0) >= 3)
  t.equal(valueOf(text, 'mcp_gateway_storage_duration_seconds_count', { operation: 'list_tickets', outcome: 'answered' }), 2)
  t.equal(valueOf(text, 'mcp_gateway_circuit_state', { issuer: ISSUER }), 0)
  t.equal(valueOf(text, 'mcp_gateway_revocation_bound_seconds'), 30)
  t.ok((valueOf(text, 'process_resident_memory_bytes') ?? 0) > 0)
  t.equal(valueOf(text, 'mcp_gateway_build_info', { version: '0.0.0-test', node: process.versions.node }), 1)
  t.equal(valueOf(text, 'mcp_gateway_config_last_reload_successful'), 1)
  t.equal(valueOf(text, 'mcp_gateway_storage_connections', { state: 'waiting' }), 0)
  t.equal(valueOf(text, 'mcp_gateway_log_lines_lost_total'), 0)
  t.ok(text.includes('mcp_gateway_request_duration_seconds_bucket{le="60",'), 'up to the longest bound')
  await gateway.app.inject('/ready')
  t.equal(valueOf(await scrape(), 'mcp_gateway_ready', { check: 'storage' }), 1)

  gateway.failWith = 'refused'
  for (let index = 0; index < 6; index += 1) await call(gateway, { tool: 'list_tickets', token: `token-${index}` })
  await eventually('the circuit is open in the metrics', async () =>
    valueOf(await scrape(), 'mcp_gateway_circuit_state', { issuer: ISSUER }) === 2)
  t.ok((valueOf(await scrape(), 'mcp_gateway_introspection_duration_seconds_count',
    { outcome: 'unavailable', reason: 'unreachable' }) ?? 0) >= 5)

  t.equal((await gateway.app.inject('/metrics')).statusCode, 404, 'clients do not reach them')
  t.equal((await fetch(`${origin}/metrics`, { method: 'POST', body: 'x' })).status, 405)
  t.equal((await fetch(`${origin}/`)).status, 404)
})

t.test('metrics — no token, person, client, secret or text of a request is ever a label', async t => {
  covers('operations.metrics-tell-nobody')
  const { gateway, scrape } = await measured(t,
    { tokens: { 'token-secret-sub': activeToken({ sub: 'subject-nobody-may-see', client_id: 'client-nobody-may-see' }) } })
  for (const tool of ['list_tickets', 'reserve_ticket', 'tool-nobody-may-see']) {
    await call(gateway, { tool, token: 'token-secret-sub', args: { ticket_id: 1, seats: 1 }, id: 'id-nobody-may-see' })
  }
  await post(gateway, message('method-nobody-may-see', {}).body, { authorization: 'Bearer token-secret-sub' })
  const text = await scrape()
  const digest = createHash('sha256').update('token-secret-sub').digest('base64url')
  for (const secret of ['nobody-may-see', 'token-secret-sub', digest.slice(0, 10), CLIENT_SECRET]) t.notOk(text.includes(secret), secret)
})

t.test('metrics — on loopback not for a page whose host name leads there', async t => {
  covers('operations.metrics')
  const { origin } = await measured(t)
  const statusAs = async (host: string) => {
    const asked = request(`${origin}/metrics`, { headers: { host } }).end()
    const [response] = await once(asked, 'response') as [IncomingMessage]
    response.resume()
    return response.statusCode
  }
  for (const host of ['localhost:9464', '127.0.0.1', '[::1]:9464']) t.equal(await statusAs(host), 200, host)
  for (const host of ['evil.example', 'localhost.evil.example:9464', '127.0.0.1.evil.example', 'evil.example@localhost/']) {
    t.equal(await statusAs(host), 403, host)
  }
})

t.test('metrics — off unless they are switched on, and then on loopback unless another address is chosen', async t => {
  const authorizationServer = { issuer: ISSUER, introspection: { clientId: 'mcp-server', clientSecret: CLIENT_SECRET } }
  t.match(parseConfig({ resource: { identifier: RESOURCE }, authorizationServer }).metrics, { enabled: false, host: 'localhost' })
  const gateway = await buildGateway(t)
  t.equal(gateway.lines().filter(({ event }) => event === 'metrics').length, 0)
})

t.test('dashboard — every metric in its queries exists', async t => {
  covers('operations.dashboard')
  const { gateway, scrape } = await measured(t, { config: { audit: { file: join(folder(t), 'audit.log') } } })
  await gateway.app.inject('/ready')
  await call(gateway, { tool: 'list_tickets' })
  const exposed = new Set([...(await scrape()).matchAll(/^(?:# TYPE )?([a-z0-9_]+?)(?:\{| )/gm)].map(([, name]) => name))
  const dashboard = readFileSync('docs/operations/grafana-dashboard.json', 'utf8')
  const parsed = JSON.parse(dashboard) as { panels: ReadonlyArray<{ title: string, targets?: ReadonlyArray<{ expr: string }> }> }
  const queried = parsed.panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => expr.match(/\b(?:mcp_gateway|nodejs|process)_[a-z0-9_]+/g) ?? []))
  t.ok(queried.length >= 10)
  const each = collected(t)
  for (const name of new Set(queried)) each.ok(exposed.has(name), name)
  each.end()
  const labels = new Set(['instance', 'le', 'upstream', ...[...(await scrape()).matchAll(/[{,](\w+)="/g)].map(([, label]) => label)])
  const asked = parsed.panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => [
    ...[...expr.matchAll(/(\w+)(?:=~?|!=)"/g)].map(([, label = '']) => label),
    ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/, */))
  ]))
  t.ok(asked.length >= 20)
  for (const label of new Set(asked)) each.ok(labels.has(label), `the label ${label}`)
  each.end()
  const own = [...exposed].filter(name => name?.startsWith('mcp_gateway_') === true && !/_(?:bucket|sum|created)$/.test(name))
  for (const name of own) each.ok(dashboard.includes(name?.replace(/_count$/, '') ?? ''), `${name} has its place on it`)
  each.end()
})
