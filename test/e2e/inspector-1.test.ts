// MCP Inspector 1 in a real browser, against the gateway and the practice authorization server.

import { join } from 'node:path'
import t from 'tap'
import { launchBrowser } from '../browser/browser.ts'
import { walkInspector1 } from '../browser/inspector-1.ts'
import { startInspector1 } from '../browser/inspector-program.ts'
import { setUp, whyLeftOut } from '../browser/setting.ts'
import { covers } from '../support/covers.ts'
import { freePorts } from '../support/processes.ts'

const leftOut = whyLeftOut(1)
if (leftOut !== undefined) {
  t.plan(0, leftOut)
  process.exit()
}

t.test('MCP Inspector 1 — Quick OAuth Flow, Connect, List Tools, a reservation', async t => {
  covers('clients.inspector-browser')
  const browser = await launchBrowser()
  t.teardown(() => browser.close())
  const [client = 0, server = 0] = await freePorts(2)
  const inspector = await startInspector1(join(t.testdir({}), 'home'), { client, server })
  t.teardown(() => inspector.close())

  for (const connectionType of ['Via Proxy', 'Direct'] as const) {
    await t.test(connectionType, async t => {
      const { gateway, page, takePicture } = await setUp(t, browser, 'pictures', [`http://localhost:${client}`])
      const { asked, answered } = await walkInspector1(
        { page, address: inspector.address, gatewayUrl: gateway.url, connectionType, toolTitle: 'Reserve a ticket', takePicture }
      )
      t.match(asked, gateway.url, 'the consent page names the resource')
      t.match(asked, 'mcp:tickets:write')
      t.match(answered, 'Success')
      t.match(gateway.decisions.at(-1), { tool: 'reserve_ticket', granted: true, version: '2025-11-25' })
    })
  }
})
