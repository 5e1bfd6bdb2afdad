// Operations of a REST API behind the whole gate: called as tools are, with scopes, limits and guarded arguments.

import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { gatewayWithUpstreams } from '../support/gateway-with-upstreams.ts'
import { restFiles } from '../support/rest-files.ts'

const TOKEN = { scopes: ['orders:read', 'orders:write'], authorizationDetails: [{ type: 'order', maxAmount: 1000, currency: 'JPY' }] }

t.test('operations are called like tools: scopes, limits with a remedy, and identity that no client chooses', async t => {
  covers('rest.operations-become-tools', 'rest.only-what-the-document-names')
  const { gateway, stub } = await gatewayWithUpstreams(t, { files: await restFiles() })
  const client = gateway.connect(TOKEN)
  const order = { amount: 1000, currency: 'JPY', lines: [{ sku: 'a', quantity: 1 }], extra: { anything: { goes: true } } }
  t.match(await client.callTool('orders_createOrder', order), { status: 200 })
  t.match(stub.calls, [{ tool: 'createOrder', arguments: { ...order, 'X-Customer': String } }])
  t.equal(stub.lists, 0, 'nothing is listed: the document was read at review time')
  t.match(await client.callTool('orders_createOrder', { ...order, amount: 1001 }), { status: 403 })
  const each = collected(t)
  for (const [tool, args] of [
    ['orders_createOrder', { ...order, 'X-Customer': 'somebody' }], [
      'orders_createOrder', { ...order, lines: [{ sku: 'a', admin: true }] }
    ],
    [
      'orders_createOrder', { ...order, role: 'admin' }
    ], ['orders_getOrder', { id: '..' }], ['orders_getOrder', { id: '' }], ['orders_getOrder', {}], ['orders_getOrder', { id: [1] }],
    ['orders_getOrder', { id: 1, limit: 1 }], ['orders_listOrders', { tags: 'a' }], ['orders_listOrders', { limit: null }],
    ['orders_replaceOrder', { id: 1, note: 'x' }], ['orders_replaceOrder', { path: { id: 1, x: 2 }, body: {} }], [
      'orders_replaceOrder', { path: { id: 1 }, body: { id: 2, role: 'x' } }
    ]
  ] as ReadonlyArray<readonly [string, JsonObject]>) {
    const before = stub.calls.length
    each.match(await client.callTool(tool, args), { status: 200, result: { isError: true } }, `${tool} ${JSON.stringify(args)}`)
    each.equal(stub.calls.length, before, 'nothing was sent')
  }
  each.end()
  t.match(
    await client.callTool('orders_replaceOrder', { path: { id: 1 }, body: { id: 2, note: 'x' } }),
    { result: { content: [{ text: 'done' }] } }
  )
})
