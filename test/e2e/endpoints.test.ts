// The real server with three endpoints, two of them in front of other programs: calls, a reload of all or none, several processes, and what
// the commands say.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runDoctor } from '../../src/cli/doctor-command.ts'
import { runUpstream } from '../../src/cli/upstream-command.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { builtProgram } from '../support/program.ts'
import { startProgram } from '../support/processes.ts'
import { configOf, RESOURCE, startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'

const SERVER = join(process.cwd(), 'test/support/small-mcp-server.mjs')
const ECHO = { name: 'echo', description: 'Says it again.', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } }
const decided = { effect: 'read', scopes: ['mcp:tickets:read'] }
const AT = { one: 'http://localhost:3443/one', two: 'http://localhost:3443/two' } as const

interface Place {
  readonly folder: string
  readonly decide: (name: 'one' | 'two', decision: object | string) => void
  readonly changes: JsonObject
}

async function placeFor (t: Test): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'endpoints-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  writeFileSync(join(folder, 'tools'), JSON.stringify([ECHO]))
  // A start takes long on a machine that is busy with other tests.
  const stdio = { command: process.execPath, args: [SERVER, join(folder, 'tools')], startTimeoutMs: 50_000 }
  const decide: Place['decide'] = (name, echo) => {
    const file = { name, transport: { stdio }, isolation: 'shared', stateless: true, limits: { timeoutMs: 55_000 }, tools: { echo } }
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(file))
  }
  for (const name of ['one', 'two'] as const) {
    decide(name, decided)
    let said = ''
    const write = (text: string) => { said += text }
    const status = await runUpstream(
      ['review', `${name}.json`, '--accept', 'all'], { write, writeError: write }, { env: process.env, cwd: folder }
    )
    // Without a lock each later failure would be about something else.
    if (status !== 0) throw new Error(said)
  }
  const endpoints = (['one', 'two'] as const).map(name => ({ identifier: AT[name], upstreams: [join(folder, `${name}.json`)] }))
  return { folder, decide, changes: { endpoints } }
}

t.test('each endpoint runs its own tools, for its own tokens, and a reload takes all of them or none', async t => {
  covers('endpoints.tokens-stay-apart', 'endpoints.tools-stay-apart', 'endpoints.reloaded-together')
  const { decide, changes } = await placeFor(t)
  const people = await startPeopleServer(t)
  const server = await startGatewayServer(t, people, changes)
  t.match(server.logged('listening')[0], { resources: [RESOURCE, AT.one, AT.two] })
  people.audience = AT.one
  t.equal((await server.call('one_echo', { text: 'a' }, { path: '/one' })).status, 200)
  t.match((await server.call('two_echo', {}, { path: '/one' })).body, { error: { message: 'Invalid params: unknown tool' } })
  const refused = await server.call('two_echo', {}, { path: '/two' })
  t.match([refused.status, refused.headers.get('www-authenticate')], [401, /resource_metadata="[^"]*\/oauth-protected-resource\/two"/])
  t.equal((await server.call('list_tickets', {})).status, 401)
  people.audience = [AT.one, AT.two]
  const both = async () => [
    (await server.call('one_echo', {}, { path: '/one', token: 'person-2' })).status,
    (await server.call('two_echo', {}, { path: '/two', token: 'person-2' })).status
  ]
  t.strictSame(await both(), [200, 200])

  decide('one', 'hidden')
  decide('two', { ...decided, scops: [] })
  server.program.signal('SIGHUP')
  t.match(await server.logs('reload-refused'), { path: 'tools.echo.scops' })
  t.strictSame(await both(), [200, 200], 'neither has changed')

  decide('two', decided)
  server.program.signal('SIGHUP')
  t.match(await server.logs('upstreams-reloaded'), { upstreams: ['one', 'two'] })
  const gone = await server.call('one_echo', {}, { path: '/one', token: 'person-2' })
  t.match(gone.body, { error: { message: 'Invalid params: unknown tool' } })
  t.equal((await server.call('two_echo', {}, { path: '/two', token: 'person-2' })).status, 200)
})

t.test('several workers serve every endpoint', async t => {
  covers('endpoints.tools-stay-apart')
  const { changes, folder } = await placeFor(t)
  const people = await startPeopleServer(t)
  people.audience = AT.two
  const storage = { url: `sqlite:${join(folder, 'tickets.db')}` }
  const server = await startGatewayServer(t, people, { ...changes, storage, workers: 2 as unknown as JsonObject })
  const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await server.call('two_echo', {}, { path: '/two' })).status))
  t.strictSame(statuses, Array(6).fill(200))
})

t.test('doctor speaks of every endpoint, and explains a token for the one that is named', async t => {
  covers('endpoints.tokens-stay-apart', 'proxy.doctor-compares')
  const { changes, folder } = await placeFor(t)
  const people = await startPeopleServer(t)
  people.audience = AT.two
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify(configOf(people, changes)))
  writeFileSync(join(folder, 'token'), 'person-1')
  const doctor = async (...args: readonly string[]) => {
    let text = ''
    const write = (more: string) => { text += more }
    const status = await runDoctor(args, { write, writeError: write }, { env: { GATEWAY_CONFIG: 'gateway.json' }, cwd: folder })
    return { status, text }
  }
  const { text } = await doctor('--token-file', join(folder, 'token'))
  t.match(text, `endpoints.0.registration: ${AT.one}: tokens must be issued for exactly ${AT.one}`)
  t.match(text, /upstream\.one: answers/)
  t.match(text, /upstream\.two: answers/)
  t.match(text, /PROBLEM +token/)
  const named = await doctor('--token-file', join(folder, 'token'), '--endpoint', AT.two)
  t.notMatch(named.text, /PROBLEM +token/)
  t.match(await doctor('--endpoint', `${AT.two}s`), { status: 2, text: `did you mean ${AT.two}?` })
})

t.test('explain speaks of the tools of the endpoint that is named', async t => {
  covers('endpoints.tools-stay-apart')
  const { changes, folder } = await placeFor(t)
  const people = await startPeopleServer(t)
  people.audience = [RESOURCE, AT.two]
  const file = join(folder, 'gateway.json')
  writeFileSync(file, JSON.stringify(configOf(people, changes)))
  writeFileSync(join(folder, 'token'), 'person-1')
  const explain = async (...args: readonly string[]) => {
    const command = [builtProgram('dist/cli.js'), 'explain', '--token-file', join(folder, 'token'), ...args]
    const program = startProgram(process.execPath, command, { GATEWAY_CONFIG: file })
    const { code } = await program.ended
    return [code, program.lines.join('\n')]
  }
  t.match(await explain('--endpoint', AT.two), [0, 'two_echo'])
  t.match(await explain('two_echo'), [1, 'there is no such tool'])
  t.match(await explain('--endpoint', AT.one), [1, /refused[^]*\[failed\] audience/])
  t.match(await explain('--endpoint', 'elsewhere'), [2, `--endpoint: no such endpoint; expected one of ${RESOURCE}, ${AT.one}, ${AT.two}`])
})
