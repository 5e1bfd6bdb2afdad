// MCP Inspector 2 in a real browser, against the gateway and the practice authorization server.

import { join } from 'node:path'
import t from 'tap'
import { launchBrowser } from '../browser/browser.ts'
import { walkInspector2 } from '../browser/inspector-2.ts'
import { startInspector2 } from '../browser/inspector-program.ts'
import { setUp, whyLeftOut } from '../browser/setting.ts'
import { covers } from '../support/covers.ts'
import { freePorts } from '../support/processes.ts'

const leftOut = whyLeftOut(2)
if (leftOut !== undefined) {
  t.plan(0, leftOut)
  process.exit()
}

t.test('MCP Inspector 2 — a server by hand, a 403 that asks for more, and the call that then succeeds', async t => {
  covers('clients.inspector-browser', 'clients.step-up')
  const browser = await launchBrowser()
  t.teardown(() => browser.close())

  for (const [era, version] of [['Legacy', '2025-11-25'], ['Modern', '2026-07-28']] as const) {
    await t.test(era, async t => {
      const { gateway, page, directory, takePicture } = await setUp(t, browser, 'pictures', [])
      const [client = 0, server = 0] = await freePorts(2)
      const inspector = await startInspector2(join(directory, 'home'), { client, server })
      t.teardown(() => inspector.close())
      const { asked, refused, answered } = await walkInspector2({
        page,
        address: inspector.address,
        gatewayUrl: gateway.url,
        era,
        scopes: 'mcp:tickets:read',
        authorizationDetails: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 20_000, currency: 'JPY' }],
        toolTitle: 'Reserve a ticket',
        takePicture
      })
      t.notMatch(asked[0], 'mcp:tickets:write', 'it begins with reading')
      t.match(asked[0], '¥20,000', 'and with the limit that the additional parameter names')
      t.match(refused, 'mcp:tickets:write')
      t.match(asked[1], 'mcp:tickets:write')
      t.match(answered, 'seats_reserved')
      const reservations = gateway.decisions.filter(({ tool }) => tool === 'reserve_ticket')
      t.match(reservations, [
        { granted: false, reason: 'insufficient-scope', status: 403, version },
        { granted: true, status: 200, version }
      ])
    })
  }
})
