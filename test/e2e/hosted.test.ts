// The tutorial with config/hosted.json, against a stand-in for the shared hosted authorization server: not verified live.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { runDoctor } from '../../src/cli/doctor-command.ts'
import { loadConfig } from '../../src/config/load.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import type { DoctorReport } from '../../src/doctor/diagnose.ts'
import { covers } from '../support/covers.ts'
import { startHostedStandIn } from '../support/hosted-stand-in.ts'
import { authorizationUrl, createPkce, redeemCode, registerClient, REDIRECT_URI, RESOURCE } from '../support/practice-client.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const SECRET = 'mcp-server-secret'
type Environment = Readonly<Record<string, string>>

/** config/hosted.json as it is, but for where the stand-in and the storage are. */
function environmentOf (issuer: string, more: Environment = {}): Environment {
  return {
    GATEWAY_CONFIG: 'config/hosted.json',
    AUTHORIZATION_SERVER_ISSUER: issuer,
    INTROSPECTION_CLIENT_SECRET: SECRET,
    STORAGE_URL: 'sqlite::memory:',
    PORT: '0',
    ...more
  }
}

async function startGateway (t: Test, env: Environment) {
  const loaded = loadConfig({ env })
  if (!loaded.ok) throw new Error(loaded.error.map(({ path }) => path).join())
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: line => { lines.push(line) } })
  const app = await createApp(
    { settings: fixedSettings(loaded.value.config), logger, version: '0.0.0-test', openService: openTicketService }
  )
  t.teardown(() => app.close())
  const call = async (token: string, body: object) => {
    const { statusCode, headers, body: text } = await app.inject({ method: 'POST', url: '/mcp', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' }, payload: JSON.stringify(body) })
    return { status: statusCode, headers, text }
  }
  return { call, log: () => lines.join(''), warnings: loaded.value.warnings }
}

const toolCall = (name: string, args: object = {}) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })

/** As a client that registered by itself, with inga at the browser. */
async function obtain (issuer: string, resource = RESOURCE): Promise<string> {
  const { client_id: clientId } = await registerClient(issuer)
  const { verifier, challenge } = createPkce()
  const request = new URL(authorizationUrl(issuer, clientId, challenge, { resource }))
  const form = new URLSearchParams(
    { ...Object.fromEntries(request.searchParams), loginId: 'inga', password: 'inga', authorized: 'Authorize' }
  )
  const answer = await fetch(`${issuer}/api/authorization`, { method: 'POST', body: form, redirect: 'manual' })
  const back = new URL(answer.headers.get('location') ?? '')
  const { body } = await redeemCode(issuer, clientId, back.searchParams.get('code') ?? '', verifier, { resource })
  return String(body['access_token'])
}

t.test('hosted — the whole tutorial walks through, doctor first, and the smoke test says so', async t => {
  covers('hosted.tutorial-walks')
  const [port = 0] = await freePorts(1)
  const resource = `http://localhost:${port}/mcp`
  const server = await startHostedStandIn({ resourceServerUri: resource })
  t.teardown(server.close)
  const directory = mkdtempSync(join(tmpdir(), 'hosted-'))
  t.teardown(() => { rmSync(directory, { recursive: true, force: true }) })
  const { GATEWAY_CONFIG: _, ...env } = environmentOf(server.issuer, { PORT: String(port), RESOURCE_IDENTIFIER: resource, STORAGE_URL: `sqlite:${join(directory, 'tickets.db')}` })
  const smoke = startProgram(process.execPath, [builtProgram('.build/scripts/smoke-hosted.js')], env)
  const { code } = await smoke.ended
  t.equal(code, 0)
  t.match(smoke.lines.join('\n'), /^config\/hosted\.json, .*The gateway would work: 0 problem\(s\).*granted no authorization_details.*Every step answered as the tutorial says/s)
  t.notMatch(smoke.lines.join('\n'), SECRET)
})

t.test('hosted — tokens come without authorization details, and nothing limits the amount until configuration says so', async t => {
  covers('hosted.no-details-for-registered-clients')
  const server = await startHostedStandIn({ resourceServerUri: RESOURCE })
  t.teardown(server.close)
  const token = await obtain(server.issuer)
  const generous = await startGateway(t, environmentOf(server.issuer))
  t.ok(generous.warnings.some(({ path }) => path === 'policy.authorizationDetailsWhenAbsent'), 'said at start')
  t.equal((await generous.call(token, toolCall('reserve_ticket', { ticket_id: 2, seats: 2 }))).status, 200)

  const strict = await startGateway(t, environmentOf(server.issuer, { AUTHORIZATION_DETAILS_WHEN_ABSENT: 'deny' }))
  const refused = await strict.call(token, toolCall('reserve_ticket', { ticket_id: 2, seats: 1 }))
  t.equal(refused.status, 403)
  t.match(refused.headers['www-authenticate'], /error="insufficient_authorization"/)
  t.equal((await strict.call(token, toolCall('list_tickets'))).status, 200)

  const { client_id: clientId } = await registerClient(server.issuer)
  const asked = await fetch(authorizationUrl(
    server.issuer, clientId, createPkce().challenge, { authorization_details: '[{"type":"ticket-reservation"}]' }
  ), { redirect: 'manual' })
  t.match(asked.headers.get('location'), `${REDIRECT_URI}?error=invalid_authorization_details`, 'asking for them does not help')
})

t.test('hosted — another URI at the authorization server looks like a revoked token, and operators are told', async t => {
  covers('hosted.registered-uri-trap')
  const server = await startHostedStandIn({ resourceServerUri: 'https://localhost:3443/mcp' })
  t.teardown(server.close)
  const gateway = await startGateway(t, environmentOf(server.issuer))
  const refused = await gateway.call(await obtain(server.issuer), toolCall('list_tickets'))
  t.equal(refused.status, 401)
  t.match(refused.headers['www-authenticate'], /error="invalid_token"/)
  t.match(gateway.log(), /looks exactly like a revoked token/)
})

t.test('hosted — rejected credentials are an outage of ours and never a bad token', async t => {
  covers('doctor.credentials-or-outage')
  const server = await startHostedStandIn({ resourceServerUri: RESOURCE })
  t.teardown(server.close)
  const wrong = environmentOf(server.issuer, { INTROSPECTION_CLIENT_SECRET: 'another-secret' })
  const gateway = await startGateway(t, wrong)
  const answer = await gateway.call(await obtain(server.issuer), toolCall('list_tickets'))
  t.equal(answer.status, 503)
  t.ok(answer.headers['retry-after'])
  t.equal(answer.headers['www-authenticate'], undefined)

  const written: string[] = []
  t.equal(await runDoctor(['--json'], { write: text => { written.push(text) }, writeError: () => {} }, { env: wrong }), 1)
  const { diagnoses } = JSON.parse(written.join('')) as DoctorReport
  t.match(diagnoses.find(({ check }) => check === 'authorization-server.credentials'), {
    state: 'problem', found: 'rejected: introspection answered with HTTP status 500'
  })
})

t.test('hosted — students who share a resource identifier can use each other\'s tokens, and share no tickets', async t => {
  covers('hosted.shared-resource-identifier')
  const server = await startHostedStandIn({ resourceServerUri: RESOURCE })
  t.teardown(server.close)
  const [mine, theirs] = await Promise.all([startGateway(t, environmentOf(server.issuer)), startGateway(t, environmentOf(server.issuer))])
  const token = await obtain(server.issuer)
  t.equal((await mine.call(token, toolCall('reserve_ticket', { ticket_id: 1, seats: 1 }))).status, 200)
  const elsewhere = await theirs.call(token, toolCall('get_user_reservations'))
  t.equal(elsewhere.status, 200, 'the token is good at the other laptop too')
  t.match(JSON.parse(elsewhere.text), { result: { structuredContent: { reservations: [] } } })
})
