// The protocol and OAuth checks of @mcpjam/sdk (in test/peers) against a gateway and the practice authorization server, each by its name.
// Nothing leaves the machine. Which differ, and why, stands in test/conformance/mcpjam-flows.ts and in docs/conformance.md.

import { readFileSync } from 'node:fs'
import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { MACHINE_CLIENT } from '../../src/practice-as/endpoints.ts'
import {
  KNOWN, MACHINE, PROTOCOL, PUBLISHED, REGISTERED_2025_03, REGISTERED_2025_06, REGISTERED_2025_11, renderMcpjam, WITHOUT_PAGE, type Flow
} from '../conformance/mcpjam-flows.ts'
import { covers } from '../support/covers.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'
import { skipWithout } from '../support/peer-servers.ts'
import { openPage, registerClient, submitAndReturn } from '../support/practice-client.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { startProtectedGateway } from '../support/protected-gateway.ts'

interface Findings {
  readonly found: ReadonlyArray<{ readonly id: string, readonly status: string, readonly message: string }>
  readonly elsewhere: readonly string[]
}

/** Runs one class as a program. The person is inga at the practice server, where the program opens a page. */
async function run (config: JsonObject): Promise<Findings> {
  const program = startProgram(process.execPath, ['test/peers/mcpjam.mjs'], { CONFIG: JSON.stringify(config), DO_NOT_TRACK: '1' })
  try {
    const line = await program.line(/^(open|found) /)
    if (line.startsWith('open ')) {
      const page = await openPage(line.slice('open '.length))
      await fetch(await submitAndReturn(page, { loginId: 'inga', password: 'inga', authorized: 'Authorize' }))
    }
    return JSON.parse((await program.line(/^found /)).slice('found '.length)) as Findings
  } finally {
    program.signal('SIGKILL')
    await program.ended
  }
}

const skip = whySkippedTheSecondTime || skipWithout('@mcpjam/sdk')

t.test('@mcpjam/sdk — every check of its protocol and OAuth classes ends as written', { skip }, async t => {
  covers('eras.second-suite', 'practice.return-addresses')
  const [port = 0, returnPort = 0] = await freePorts(2)
  const redirectUrl = `http://127.0.0.1:${returnPort}/callback`
  const registration = { client_name: 'A client of the suite', redirect_uris: [redirectUrl], token_endpoint_auth_method: 'none' }
  const document = { client_id: 'https://client.example/mcp', ...registration }
  const gateway = await startProtectedGateway({
    at: { host: '127.0.0.1', port },
    authorizationServer: { subjectless: 'client' },
    config: { cors: { allowedOrigins: [`http://127.0.0.1:${port}`] }, extensions: { clientCredentials: true } },
    practice: { fetch: () => Promise.resolve(Response.json(document)) }
  })
  t.teardown(gateway.close)
  const { client_id: clientId } = await registerClient(gateway.practice.issuer, registration)
  const machine = { clientId: MACHINE_CLIENT.id, clientSecret: MACHINE_CLIENT.secret }

  const check = async ({ title, passed, different }: Flow, config: JsonObject) => {
    const { found, elsewhere } = await run({ serverUrl: gateway.url, ...config })
    const unmet = Object.entries(different).map(([id, { status }]) => [id, status])
    const expected = [...passed.map(id => [id, 'passed']), ...unmet]
    // The step that fails was begun, and is then named twice.
    const last = new Map(found.map(({ id, status }) => [id, status]))
    t.strictSame([...last].sort(), expected.sort(), `${title}: ${found.map(({ message }) => message).filter(Boolean).join('; ')}`)
    t.strictSame(elsewhere, [], `${title}: no connection leaves the machine`)
  }
  const flow = (flow: Flow, members: JsonObject) => check(flow, {
    protocolVersion: '2025-11-25',
    registrationStrategy: 'dcr',
    auth: { mode: 'interactive' },
    redirectUrl,
    oauthConformanceChecks: true,
    verification: { callTool: { name: 'list_tickets' } },
    ...members
  })
  await check(PROTOCOL, { kind: 'protocol', accessToken: await gateway.token() })
  await flow(REGISTERED_2025_11, {})
  await flow(REGISTERED_2025_06, { protocolVersion: '2025-06-18' })
  await flow(PUBLISHED, { registrationStrategy: 'cimd', client: { clientIdMetadataUrl: document.client_id }, document })
  await flow(KNOWN, { registrationStrategy: 'preregistered', client: { preregistered: { clientId } } })
  await flow(MACHINE, {
    registrationStrategy: 'preregistered',
    auth: { mode: 'client_credentials', ...machine },
    client: { preregistered: machine },
    scopes: 'mcp:tickets:read'
  })
  await flow(WITHOUT_PAGE, { auth: { mode: 'headless' } })
  await flow(REGISTERED_2025_03, { protocolVersion: '2025-03-26' })
})

t.test('@mcpjam/sdk — the document says which checks pass, and why others do not', async t => {
  t.ok(readFileSync('docs/conformance.md', 'utf8').includes(renderMcpjam()), 'npm run conformance writes it anew')
})
