// The command line of MCP Inspector 2 in front of another server behind the gateway: authorization, the list, a permitted call, and a call
// that is refused until the person agrees to more.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { adoptUpstreams } from '../support/adopted-upstream.ts'
import { covers } from '../support/covers.ts'
import { createInspectorCli, isInspectorInstalled } from '../support/inspector-cli.ts'
import { programOf, skipWithout, stdioPeer } from '../support/peer-servers.ts'
import { startProtectedGateway } from '../support/protected-gateway.ts'

const READ = 'mcp:tickets:read'
const BOTH = 'mcp:tickets:read mcp:tickets:write'

const missing = skipWithout('@modelcontextprotocol/server-everything')
const leftOut = missing !== false ? missing : isInspectorInstalled() ? undefined : 'MCP Inspector 2 is not installed'
if (leftOut !== undefined && process.env['CI'] !== 'true') {
  t.plan(0, `left out: ${leftOut}`)
  process.exit()
}

const adopted = await adoptUpstreams(stdioPeer({
  name: 'everything',
  args: [programOf('server-everything')],
  changing: ['get-structured-content'],
  hidden: ['simulate-research-query']
}).adoption)
const gateway = await startProtectedGateway({ tools: adopted.toolSet })
t.teardown(async () => {
  await gateway.close()
  await adopted.close()
})

for (const era of ['legacy', 'modern'] as const) {
  t.test(`Inspector's command line, ${era} — another server's tools, from the endpoint alone`, async t => {
    covers('proxy.real-servers', 'clients.inspector-command-line')
    const home = join(t.testdir({}), era)
    mkdirSync(home)
    const inspector = await createInspectorCli({ home, url: gateway.url, era, scopes: READ })
    const call = (tool: string, args: object) =>
      inspector.run('--method', 'tools/call', '--tool-name', `everything_${tool}`, '--tool-args-json', JSON.stringify(args))

    const listed = await inspector.run('--method', 'tools/list')
    t.strictSame(listed.authorized, [READ])
    const names = (listed.result?.['tools'] as ReadonlyArray<{ name: string }>).map(({ name }) => name)
    t.ok(names.includes('everything_echo'))
    t.notOk(names.includes('everything_simulate-research-query'), 'what is hidden does not exist')

    const echoed = await call('echo', { message: 'hello' })
    t.strictSame([echoed.exitCode, echoed.authorized], [0, []])
    t.match(echoed.result, { content: [{ type: 'text', text: 'Echo: hello' }] })

    const asked = adopted.events.filter(({ kind }) => kind === 'call').length
    const refused = await call('get-structured-content', { location: 'Chicago' })
    t.match(refused.said, 'This operation needs additional scope: mcp:tickets:write')
    t.strictSame(refused.authorized, [BOTH])
    t.match(refused.result, { structuredContent: { temperature: Number } }, 'and succeeds when the person has agreed')
    t.equal(adopted.events.filter(({ kind }) => kind === 'call').length, asked + 1, 'the refused call did not reach the server')
    const decided = gateway.decisions.filter(({ tool }) => tool === 'everything_get-structured-content').slice(-2)
    t.match(decided, [{ granted: false, reason: 'insufficient-scope', status: 403 }, { granted: true, status: 200 }])
  })
}
