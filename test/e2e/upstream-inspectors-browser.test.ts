// Both lines of MCP Inspector in a real browser in front of another server behind the gateway: authorization, the list, a permitted call,
// and in the newer one a refused call that asks for more.

import { join } from 'node:path'
import t, { type Test } from 'tap'
import { launchBrowser } from '../browser/browser.ts'
import { walkInspector1 } from '../browser/inspector-1.ts'
import { walkInspector2 } from '../browser/inspector-2.ts'
import { startInspector1, startInspector2 } from '../browser/inspector-program.ts'
import { setUp, whyLeftOut } from '../browser/setting.ts'
import { adoptUpstreams } from '../support/adopted-upstream.ts'
import { covers } from '../support/covers.ts'
import { programOf, skipWithout, stdioPeer } from '../support/peer-servers.ts'
import { freePorts } from '../support/processes.ts'

const missing = skipWithout('@modelcontextprotocol/server-everything')
const leftOut = missing === false ? undefined : missing
const TITLE = 'Echo Tool'
const fields = { message: 'hello' }

/** A type that no token of these tests has. */
const SUMS = {
  sums: {
    title: { en: 'Sums' },
    description: { en: 'Lets a client add numbers.' },
    values: { number: 'integer' },
    members: { most: { limit: 'max', of: 'number', required: true, title: { en: 'Most' }, description: { en: 'The greatest number.' } } }
  }
}
const SUM = {
  effect: 'read', scopes: ['mcp:tickets:read'], details: { type: 'sums', values: { number: { argument: '/a' } } }
}

/** The server with one tool, for which reading is enough or is not, and one that needs authorization details. */
async function adopt (t: Test, changing: boolean) {
  const { adoption } = stdioPeer({
    name: 'everything', args: [programOf('server-everything')], changing: changing ? ['echo'] : [], hidden: ['simulate-research-query']
  })
  const adopted = await adoptUpstreams({
    ...adoption,
    members: { ...adoption.members, detailsTypes: SUMS },
    decide: tool => tool === 'get-sum' ? SUM : adoption.decide(tool)
  })
  t.teardown(() => adopted.close())
  return adopted.toolSet
}

const skip1 = whyLeftOut(1) ?? leftOut ?? false

t.test('MCP Inspector 1 — authorization, the list, a call, and what it says of a refused one', { skip: skip1 }, async t => {
  covers('proxy.real-servers', 'clients.inspector-browser')
  const browser = await launchBrowser()
  t.teardown(() => browser.close())
  const [client = 0, server = 0] = await freePorts(2)
  const inspector = await startInspector1(join(t.testdir({}), 'home'), { client, server })
  t.teardown(() => inspector.close())
  const tools = await adopt(t, false)
  const { gateway, page, takePicture } = await setUp(t, browser, 'pictures', [`http://localhost:${client}`], tools)
  const { answered, refused } = await walkInspector1({
    page,
    address: inspector.address,
    gatewayUrl: gateway.url,
    connectionType: 'Direct',
    toolTitle: TITLE,
    fields,
    refusedTool: { title: 'Get Sum Tool', fields: { a: '1', b: '2' } },
    takePicture
  })
  t.match(answered, 'Echo: hello')
  t.match(refused, /insufficient_authorization.*"authorization_remediation":\{"authorization_details":\[\{"type":"sums","most":1\}\]/)
  t.match(gateway.decisions.slice(-2), [
    { tool: 'everything_echo', granted: true }, { tool: 'everything_get-sum', granted: false, status: 403 }
  ])
})

const skip2 = whyLeftOut(2) ?? leftOut ?? false

t.test('MCP Inspector 2 — a 403 that asks for more, and the call that then succeeds', { skip: skip2 }, async t => {
  covers('proxy.real-servers', 'clients.inspector-browser')
  const browser = await launchBrowser()
  t.teardown(() => browser.close())
  const tools = await adopt(t, true)
  const { gateway, page, directory, takePicture } = await setUp(t, browser, 'pictures', [], tools)
  const [client = 0, server = 0] = await freePorts(2)
  const inspector = await startInspector2(join(directory, 'home'), { client, server })
  t.teardown(() => inspector.close())
  const { refused, answered } = await walkInspector2({
    page,
    address: inspector.address,
    gatewayUrl: gateway.url,
    era: 'Modern',
    scopes: 'mcp:tickets:read',
    authorizationDetails: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 20_000, currency: 'JPY' }],
    toolTitle: TITLE,
    fields,
    shows: 'Echo: hello',
    takePicture
  })
  t.match(refused, 'mcp:tickets:write')
  t.match(answered, 'Echo: hello')
  t.match(gateway.decisions.filter(({ tool }) => tool === 'everything_echo'), [
    { granted: false, reason: 'insufficient-scope', status: 403 }, { granted: true, status: 200 }
  ])
})
