// The command line of MCP Inspector 2, in both eras, from the endpoint to a reservation.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { createInspectorCli, isInspectorInstalled } from '../support/inspector-cli.ts'
import { startProtectedGateway } from '../support/protected-gateway.ts'

const READ = 'mcp:tickets:read'
const BOTH = 'mcp:tickets:read mcp:tickets:write'

if (!isInspectorInstalled() && process.env['CI'] !== 'true') {
  t.plan(0, 'left out: MCP Inspector 2 is not installed; sh scripts/test.sh installs it')
  process.exit()
}

for (const era of ['legacy', 'modern'] as const) {
  t.test(`Inspector's command line, ${era} — from the endpoint alone to a reservation`, async t => {
    covers('clients.flow', 'clients.step-up', 'clients.inspector-command-line')
    const gateway = await startProtectedGateway()
    t.teardown(() => gateway.close())
    const home = join(t.testdir({}), era)
    mkdirSync(home)
    const inspector = await createInspectorCli({ home, url: gateway.url, era, scopes: READ })

    const listed = await inspector.run('--method', 'tools/list')
    t.strictSame(listed.authorized, [READ], 'the first call leads the person to the authorization server')
    t.equal(listed.exitCode, 0)
    t.ok((listed.result?.['tools'] as ReadonlyArray<{ name: string }>).some(({ name }) => name === 'reserve_ticket'))

    const called = await inspector.run('--method', 'tools/call', '--tool-name', 'list_tickets', '--tool-arg', 'limit=1')
    t.strictSame(called.authorized, [], 'the second uses the token that is kept')
    t.match(called.result, { structuredContent: { tickets: [{ id: Number }] } })
    t.match(gateway.decisions.at(-1), { tool: 'list_tickets', granted: true, version: era === 'modern' ? '2026-07-28' : '2025-11-25' })

    inspector.spoilAccessToken()
    const refreshed = await inspector.run('--method', 'tools/call', '--tool-name', 'get_user_reservations')
    t.equal(refreshed.exitCode, 0)
    t.strictSame(refreshed.authorized, [], 'a token that is no longer good is refreshed without the person')

    const reserved = await inspector.run(
      '--method', 'tools/call', '--tool-name', 'reserve_ticket', '--tool-args-json', '{"ticket_id":2,"seats":1}'
    )
    t.match(reserved.said, 'This operation needs additional scope: mcp:tickets:write')
    t.strictSame(reserved.authorized, [BOTH], 'and the 403 asks for both scopes')
    t.match(reserved.result, { structuredContent: { reservation: { ticket_id: 2, seats_reserved: 1 } } })
  })
}

t.test("Inspector's command line — a token by hand, as in the documents", async t => {
  covers('clients.inspector-command-line')
  const gateway = await startProtectedGateway()
  t.teardown(() => gateway.close())
  const home = t.testdir({})
  const inspector = await createInspectorCli({ home, url: gateway.url, era: 'auto', scopes: READ })
  const listed = await inspector.run('--header', `Authorization: Bearer ${await gateway.token(READ)}`, '--method', 'tools/list')
  t.equal(listed.exitCode, 0)
  t.strictSame(listed.authorized, [])
})
