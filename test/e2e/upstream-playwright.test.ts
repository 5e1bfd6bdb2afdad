// The Playwright server behind the gateway: a real browser for each person, which remembers from call to call and is nobody else's.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { findBrowser } from '../browser/browser.ts'
import { adoptUpstreams } from '../support/adopted-upstream.ts'
import { covers } from '../support/covers.ts'
import { skipWithout } from '../support/peer-servers.ts'
import { startProtectedGateway } from '../support/protected-gateway.ts'

const browser = findBrowser()
const skip = browser === undefined ? 'no Chromium or Chrome is here' : skipWithout('@playwright/mcp')
const SCOPE = 'mcp:tickets:read'
const HERE_ALONE = { arguments: { refuse: { '/url': { unlessMatches: 'http://127\\.0\\.0\\.1:.*' } } } }

async function startPage (t: Test): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<title>Seats</title><h1>Row 7</h1><button>Reserve</button>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

t.test('a browser for each person, used over several calls', { skip }, async t => {
  covers('proxy.real-servers', 'upstream.isolation')
  const output = mkdtempSync(join(tmpdir(), 'playwright-'))
  t.teardown(() => { rmSync(output, { recursive: true, force: true }) })
  const outputDir = ['--output-dir', output]
  const read = { effect: 'read', scopes: [SCOPE] }
  const page = await startPage(t)
  const program = resolve('test/peers/node_modules/@playwright/mcp/cli.js')
  const adopted = await adoptUpstreams({
    name: 'browser',
    server: [process.execPath, program, '--headless', '--no-sandbox', '--isolated', '--executable-path', browser ?? '', ...outputDir],
    decide: tool => tool === 'browser_install' ? 'hidden' : { ...read, ...tool === 'browser_navigate' ? HERE_ALONE : {} }
  })
  const gateway = await startProtectedGateway({ tools: adopted.toolSet })
  t.teardown(async () => {
    await gateway.close()
    await adopted.close()
  })

  async function connect (subject: string) {
    const token = await gateway.practice.mintToken({ subject, scope: SCOPE })
    const client = new Client({ name: 'client-of-the-tests', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    await client.connect(new StreamableHTTPClientTransport(new URL(gateway.url), { requestInit }))
    t.teardown(() => client.close())
    return {
      client,
      call: async (tool: string, args: JsonObject = {}) => {
        const { content, isError } = await client.callTool({ name: `browser_${tool}`, arguments: args })
        return { content, isError, text: JSON.stringify(content) }
      }
    }
  }
  const [inga, hiro] = [await connect('1004'), await connect('1005')]

  const { tools } = await inga.client.listTools()
  const reviewed = Object.keys(adopted.locks['browser']?.tools ?? {}).filter(name => name !== 'browser_install')
  t.strictSame(tools.map(({ name }) => name).sort(), reviewed.map(name => `browser_${name}`).sort())
  t.ok(reviewed.length > 15)

  t.match((await inga.call('browser_navigate', { url: page })).text, 'Seats')
  t.match((await inga.call('browser_snapshot')).text, 'Reserve', 'the second call finds the page of the first')
  t.match((await inga.call('browser_take_screenshot', { type: 'png' })).content, [{}, { type: 'image', mimeType: 'image/png' }])
  t.match(await inga.call('browser_click', { element: 'a button', target: 'no-such-element' }), { isError: true })
  t.match(await inga.call('browser_navigate', { url: 'http://example.com/' }), { isError: true, text: /Invalid arguments/ },
    'an address that no token allows is refused here')

  const ofHiro = (await hiro.call('browser_snapshot')).text
  t.notMatch(ofHiro, 'Reserve', 'another person has another browser')
  t.match((await inga.call('browser_snapshot')).text, 'Reserve', 'and the first one goes on')
  await Promise.all([inga.call('browser_close'), hiro.call('browser_close')])
})
