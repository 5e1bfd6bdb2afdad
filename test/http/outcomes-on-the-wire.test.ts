// What a server answers on the wire, and what becomes of the amount that was held for the call: real connections, each status of the table
// in docs/upstreams.md#totals, over MCP and at a REST API.

import t, { type Test } from 'tap'
import { ok } from '../../src/kernel/result.ts'
import { createUpstream } from '../../src/upstream/create-upstream.ts'
import { collected } from '../support/collected.ts'
import { countedFiles, countedGateway, withBudget } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { TRANSFER } from '../support/gateway-with-upstreams.ts'
import { startHostileHttp } from '../support/hostile-http.ts'
import { sendJson, startRestApi } from '../support/rest-api.ts'

const MODERN = '2026-07-28'
const ORDER = {
  method: 'POST',
  path: '/payments',
  parameters: [],
  body: { contentType: 'application/json', required: true, members: ['amount', 'currency', 'to', 'account_holder'] }
} as const
const JSON_TYPE = { 'content-type': 'application/json' }
const STREAM = { 'content-type': 'text/event-stream' }
const PROGRESS = 'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}\n\n'

interface Scripted {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

async function counted (t: Test) {
  const server = await startHostileHttp({ revision: MODERN })
  t.teardown(() => server.close())
  const files = countedFiles({})
  const lock = files['payments.lock.json'].replace('2025-11-25', MODERN)
  const made = await countedGateway(t, {}, undefined, {
    files: { 'payments.json': { ...files['payments.json'], transport: { http: { url: server.url } } }, 'payments.lock.json': lock },
    createUpstream
  })
  return { ...made, server }
}

t.test('the answer of an MCP server over HTTP — decides about the amount (cases 37, 38, 40 and 41)', async t => {
  covers('ledger.outcomes')
  const each = collected(t)
  const released: readonly Scripted[] = [
    ...[400, 401, 403, 404, 405, 406, 410, 413, 415, 422, 429].map(status => ({ status })),
    { status: 429, headers: { 'retry-after': '1' } }, { status: 503, headers: { 'retry-after': '1' } },
    { status: 307, headers: { location: 'https://evil.example/' } }, { status: 308, headers: { location: 'https://evil.example/' } }
  ]
  const unknown: readonly Scripted[] = [
    ...[408, 409, 423, 425, 500, 501, 502, 503, 504].map(status => ({ status })),
    ...[301, 302, 303].map(status => ({ status, headers: { location: 'https://evil.example/' } })),
    { status: 200, headers: JSON_TYPE, body: '{"jsonrpc":"2.0","id"' },
    { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>paid</p>' },
    { status: 200, headers: JSON_TYPE, body: '[]' }, { status: 204 }, { status: 202 },
    { status: 200, headers: STREAM, body: PROGRESS }, { status: 200, headers: STREAM, body: `${PROGRESS}data: {"jsonrpc":"2.0","id":` }
  ]
  for (const [state, answers] of [['released', released], ['unknown', unknown]] as const) {
    const { gateway, server, ledger } = await counted(t)
    const client = gateway.connect(withBudget({ maxTotalAmount: 1_000_000 }))
    t.equal((await client.callTool('pay_transfer', TRANSFER)).status, 200)
    for (const answer of answers) {
      server.answerNext('tools/call', answer)
      const { status } = await client.callTool('pay_transfer', TRANSFER)
      const name = JSON.stringify(answer)
      each.ok(status >= 500, `${name}: ${status}`)
      each.equal((await ledger.list({ limit: 999 })).at(-1)?.state, state, name)
    }
    each.equal(server.count('tools/call'), 1 + answers.length, 'each was asked once, and none again')
    const spent = (await ledger.list({ limit: 999 })).filter(hold => hold.state !== 'released').length
    each.equal(spent, state === 'released' ? 1 : 1 + answers.length)
  }
  each.end()
})

t.test('the answer of a REST API — decides about the amount in the same way', async t => {
  covers('ledger.outcomes', 'rest.status-decides-execution')
  const api = await startRestApi(t)
  const each = collected(t)
  const { gateway, ledger } = await countedGateway(t, {}, undefined, {
    createUpstream (name, settings, more) {
      const transport = { kind: 'rest', url: api.url, headers: {}, operations: { transfer: ORDER } } as const
      const upstream = createUpstream(name, { ...settings, revision: 'openapi-3.1', transport }, more)
      const listing = { revision: settings.revision ?? '', server: { name: 'shop', version: '1' }, capabilities: {}, tools: [] }
      return {
        name,
        call: call => upstream.call(call),
        list: () => Promise.resolve(ok(listing)),
        state: () => upstream.state(),
        close: deadlineMs => upstream.close(deadlineMs)
      }
    }
  })
  const client = gateway.connect(withBudget({ maxTotalAmount: 1_000_000 }))
  const states: ReadonlyArray<readonly [state: string, statuses: readonly number[]]> = [
    ['settled', [200, 201, 204]],
    ['released', [400, 401, 402, 403, 404, 422, 429, 307, 308]],
    ['unknown', [301, 302, 303, 408, 409, 423, 425, 500, 502, 503, 504]]
  ]
  for (const [state, statuses] of states) {
    for (const status of statuses) {
      api.answer = response => { sendJson(response, status, { why: status }, status < 400 && status > 299 ? { location: 'https://evil.example/' } : {}) }
      await client.callTool('pay_transfer', TRANSFER)
      each.equal((await ledger.list({ limit: 99 })).at(-1)?.state, state, String(status))
    }
  }
  api.answer = response => { response.destroy() }
  await client.callTool('pay_transfer', TRANSFER)
  each.equal((await ledger.list({ limit: 99 })).at(-1)?.state, 'unknown', 'lost')
  each.equal(api.seen.length, 1 + states.flatMap(([, statuses]) => statuses).length, 'each was asked once')
  each.end()
})
