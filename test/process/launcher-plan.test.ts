// What would the launcher start? Plans for both versions of MCP Inspector and for each language, which lines of Inspector are
// shown, and the question about ports before anything is installed.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import t from 'tap'
import { PROGRAMS } from '../../scripts/launcher/clone-programs.ts'
import { writeWorkshop } from '../../scripts/launcher/workshop-files.ts'
import { createInspectorLines, isNewEnoughForInspector2 } from '../../src/launcher/inspector.ts'
import { inLanguage, languageNamed } from '../../src/launcher/language.ts'
import { planStack, type PlanOptions } from '../../src/launcher/plan.ts'
import { findTakenPorts } from '../../src/launcher/ports.ts'
import { covers } from '../support/covers.ts'
import { freePorts, startProgram } from '../support/processes.ts'

function planned (options: Partial<PlanOptions>) {
  const plan = planStack({ env: {}, programs: PROGRAMS, inspectors: [], site: false, ...options })
  if (!plan.ok) throw new Error(plan.error.join('\n'))
  return plan.value.parts
}

t.test('plan — MCP Inspector 1, 2, or both at ports of their own, which the gateway lets call', async t => {
  covers('launcher.inspector')
  const ports = (parts: ReturnType<typeof planned>) => parts.filter(({ label }) => label === 'INSPECT')
    .map(part => part.ports.map(({ port }) => port))
  t.strictSame(ports(planned({ inspectors: [1] })), [[6274, 6277]])
  t.strictSame(ports(planned({ inspectors: [2] })), [[6274, 6277]])
  const both = planned({ inspectors: [1, 2] })
  t.strictSame(ports(both), [[6274, 6277], [6284, 6287]])
  t.match(both.find(({ label }) => label === 'APP')?.env['ALLOWED_ORIGINS'], 'http://localhost:6284')
  t.match(both.at(-1)?.args, [/inspector-next/, '--web'])
  t.strictSame(['v20.20.2', 'v22.18.0', 'v22.19.0', 'v24.1.0'].map(isNewEnoughForInspector2), [false, false, true, true])
})

t.test('plan — a language changes the texts and takes a database of its own, unless one was named', async t => {
  covers('launcher.language')
  const gateway = (env: Record<string, string>) => planned({ env: inLanguage(env, 'en') }).find(({ label }) => label === 'APP')?.env
  t.match(gateway({}), { TOOLS_LOCALE: 'en', STORAGE_URL: 'sqlite:./data/tickets-en.db' })
  t.match(gateway({ STORAGE_URL: 'sqlite:/srv/own.db' }), { TOOLS_LOCALE: 'en', STORAGE_URL: 'sqlite:/srv/own.db' })
  const kept = inLanguage({ STORAGE_URL: 'sqlite:/kept/tickets.db' }, 'en', true)
  t.match(kept, { STORAGE_URL: 'sqlite:/kept/tickets-en.db' }, 'a file of the stack')
  t.strictSame(inLanguage({}, 'ja'), {}, 'what the configuration has already')
  t.strictSame(['en', 'ja', 'fr', 'EN'].map(languageNamed), ['en', 'ja', undefined, undefined])
})

t.test('plan — the address of a class is that of every program, and of the console not', async t => {
  covers('launcher.workshop')
  const address = '192.168.77.5'
  const { config, ...files } = writeWorkshop({}, address, t.testdir())
  const classroom = { address, teacherSecret: 'a secret of the teacher' }
  const parts = planned({ env: { GATEWAY_CONFIG: config }, workshop: { ...files, classroom } })
  const environmentOf = (name: string) => parts.find(({ label }) => label === name)?.env
  t.match(environmentOf('AS'), {
    PRACTICE_AS_ADDRESS: address, PRACTICE_AS_CLASSROOM: 'everyone-on-this-network', PRACTICE_AS_TEACHER_SECRET: classroom.teacherSecret
  })
  t.match(environmentOf('CLASS'), {
    EXERCISES_ADDRESS: address, EXERCISES_TEACHER_SECRET: classroom.teacherSecret, EXERCISES_CONSOLE: 'http://localhost:3444'
  })
  t.match(parts.find(({ label }) => label === 'APP')?.ready, { url: `http://${address}:3443/ready` })
  t.match(JSON.parse(readFileSync(config, 'utf8')), { host: address, console: { host: 'localhost' }, profile: undefined })
})

t.test('ports — one that two programs would share is a line before anything starts', async t => {
  covers('launcher.port-in-use')
  const [port = 0, asPort = 0] = await freePorts(2)
  const parts = planned({ env: { PORT: String(port), PRACTICE_AS_PORT: String(asPort), SITE_PORT: String(port) }, site: true })
  t.match((await findTakenPorts(parts)).filter(line => line.includes(String(port))),
    [`port ${port} is to be that of the gateway and of the ticket shop: set PORT or SITE_PORT to another port`])
})

t.test('ports — one that is taken at the address of a class is a line too', {
  skip: process.platform === 'linux' ? false : 'needs a second loopback address, as Linux has'
}, async t => {
  covers('launcher.port-in-use')
  const [port = 0, asPort = 0] = await freePorts(2)
  const parts = planned({ env: { PORT: String(port), PRACTICE_AS_PORT: String(asPort) } })
  const listener = createServer()
  await new Promise<void>(resolve => { listener.listen(asPort, '127.0.0.9', resolve) })
  t.teardown(() => listener.close())
  const lines = async (address?: string) => (await findTakenPorts(parts, address)).filter(line => line.includes(String(asPort)))
  t.strictSame(await lines(), [])
  t.match(await lines('127.0.0.9'), [/practice authorization server needs, is in use/])
})

t.test('MCP Inspector — its token is shown in its address alone, and what it says of versions once', async t => {
  covers('launcher.inspector')
  const isShown = createInspectorLines()
  const said = [
    '[INSPECT] ⚠️  @modelcontextprotocol/inspector v1 is deprecated.',
    '[INSPECT] Starting MCP inspector...',
    '[INSPECT] ⚠️  @modelcontextprotocol/inspector v1 is deprecated.',
    '[INSPECT] 🔑 Session token: c7021e93',
    '[INSPECT]    Use this token to authenticate requests or set DANGEROUSLY_OMIT_AUTH=true to disable auth',
    '[INSPECT]    Auth token: c7021e93',
    '[INSPECT]    http://localhost:6274/?MCP_PROXY_AUTH_TOKEN=c7021e93',
    '[INSPECT] New connection',
    '[INSPECT] New connection'
  ]
  t.strictSame(said.filter(isShown), [said[0], said[1], said[6], said[7], said[8]])
})

t.test('ports — one that is taken is a line before anything is installed; with all of them, the stack runs already', async t => {
  covers('launcher.port-in-use')
  const ports = await freePorts(4)
  const [gateway = 0, server = 0, shop = 0, client = 0] = ports
  const env = { PORT: String(gateway), PRACTICE_AS_PORT: String(server), SITE_PORT: String(shop), CLIENT_PORT: String(client) }
  const look = async (...args: string[]) => {
    const program = startProgram(process.execPath, ['scripts/check-ports.mjs', ...args], env)
    const { code } = await program.ended
    return [code, ...program.stderr().split('\n').filter(line => line !== '')]
  }
  t.strictSame(await look(), [0])
  const listen = async (port: number, host: string) => {
    const listener = createServer()
    await new Promise<void>(resolve => { listener.listen(port, host, resolve) })
    t.teardown(() => listener.close())
  }
  await listen(gateway, '127.0.0.1')
  t.strictSame(await look(), [1, `port ${gateway}, which the gateway needs, is in use: end what listens there, or set PORT to another port`])
  for (const port of [server, client]) await listen(port, '127.0.0.1')
  const all = await look('--no-shop')
  t.equal(all.length, 5)
  t.match(all.at(-1), /does the stack run already/)
  t.match((await look('--no-shop', '--no-inspector')).length, 4)
})
