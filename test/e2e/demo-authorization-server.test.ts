// The demo authorization server of the official SDK, first line, behind the gateway: it answers an unknown token 401, names no person
// and asks no credentials at introspection.

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { runDoctor } from '../../src/cli/doctor-command.ts'
import type { DoctorReport } from '../../src/doctor/diagnose.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { configureGateway } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { startDemoServer, type DemoServer } from '../support/demo-authorization-server.ts'
import { RESOURCE } from '../support/gateway.ts'

const READ = 'mcp:tickets:read'
/** The server knows no authorization details. */
const ALLOWED = { authorizationDetailsWhenAbsent: 'allow' } as const

const behind = ({ issuer, introspectionEndpoint }: DemoServer) => ({
  issuer,
  subjectless: 'client' as const,
  introspection: { endpoint: introspectionEndpoint, clientAuthentication: 'none' as const }
})

t.test('demo authorization server — good tokens are accepted whatever number of unknown ones is refused meanwhile', async t => {
  covers('auth.reply-outranks-status', 'auth.noise-harms-no-good-token')
  const server = await startDemoServer()
  t.teardown(server.close)
  const { call } = await configureGateway(t, { authorizationServer: behind(server), policy: ALLOWED }, { clock: systemClock })
  const statuses: Record<'good' | 'unknown', number[]> = { good: [], unknown: [] }
  for (let round = 0; round < 10; round += 1) {
    const unknown = await Promise.all(Array.from({ length: 5 }, () => call({ token: randomUUID(), tool: 'list_tickets' })))
    statuses.unknown.push(...unknown.map(({ status }) => status))
    statuses.good.push((await call({ token: await server.token(RESOURCE, READ), tool: 'list_tickets' })).status)
  }
  t.strictSame(statuses.unknown.filter(status => status !== 401), [])
  t.strictSame(statuses.good.filter(status => status !== 200), [])
})

t.test('demo authorization server — doctor finds it in order, and a token of it good', async t => {
  covers('auth.reply-outranks-status')
  const server = await startDemoServer()
  t.teardown(server.close)
  const directory = mkdtempSync(join(tmpdir(), 'demo-'))
  t.teardown(() => { rmSync(directory, { recursive: true }) })
  const file = join(directory, 'token')
  writeFileSync(file, await server.token(RESOURCE, READ))
  const configuration = {
    port: 0,
    resource: { identifier: RESOURCE },
    authorizationServer: behind(server),
    policy: ALLOWED,
    storage: { url: 'sqlite::memory:' }
  }
  let written = ''
  const terminal = { write: (text: string) => { written += text }, writeError: (text: string) => { written += text } }
  const sources = { env: { GATEWAY_CONFIG: 'doctor.json' }, readFile: () => JSON.stringify(configuration) }
  const status = await runDoctor(['--json', '--token-file', file], terminal, sources)
  const { diagnoses } = JSON.parse(written) as DoctorReport
  t.strictSame(diagnoses.filter(({ state }) => state === 'problem'), [])
  t.equal(status, 0)
})
