// Servers that hang, crash or are not there, behind one running gateway: whose calls fail, and what goes on.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { diagnoseUpstreams } from '../../src/cli/upstream-diagnosis.ts'
import { loadUpstream } from '../../src/config/upstream/load-upstreams.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'
import { freePorts, isRunning } from '../support/processes.ts'
import { lockOf } from '../support/upstream-files.ts'
import { decided, ECHO, placeFor, SERVER, WAIT } from '../support/upstream-place.ts'

const CRASH = { ...ECHO, name: 'crash' }
const TOOLS = [ECHO, WAIT, CRASH]

/** Upstream files with their locks: each is the small server, but `absent`, at whose address nothing listens. */
async function filesFor (t: Test, names: readonly string[]) {
  const place = placeFor(t)
  place.tools(TOOLS)
  const [port = 0] = await freePorts(1)
  const write = (file: string, text: string) => { writeFileSync(join(place.folder, file), text) }
  const tools = Object.fromEntries(TOOLS.map(({ name }) => [name, name === 'crash' ? { ...decided, effect: 'change' } : decided]))
  const stdio = { command: process.execPath, args: [SERVER, join(place.folder, 'tools')] }
  for (const name of names) {
    const transport = name === 'absent' ? { http: { url: `http://127.0.0.1:${port}/mcp` } } : { stdio }
    write(`${name}.json`, JSON.stringify({ name, transport, isolation: 'shared', stateless: true, tools }))
    write(`${name}.lock.json`, lockOf(name, TOOLS))
  }
  return { folder: place.folder, upstreams: names.map(name => join(place.folder, `${name}.json`)) }
}

const codeOf = (body: JsonObject) => (body as { error?: { data?: { code?: string } } }).error?.data?.code

t.test('a server that hangs, crashes or is not there takes away its own calls and nothing else (case 65)', async t => {
  covers('proxy.down-takes-its-own-calls', 'proxy.doctor-compares')
  const names = ['good', 'hanging', 'crashing', 'absent']
  const { folder, upstreams } = await filesFor(t, names)
  const people = await startPeopleServer(t)
  const [metricsPort = 0] = await freePorts(1)
  const server = await startGatewayServer(t, people, {
    upstreams, tools: { builtIn: [] }, metrics: { enabled: true, host: '127.0.0.1', port: metricsPort }
  })
  const listed = async () => {
    const response = await fetch(`${server.origin}/mcp`, {
      method: 'POST',
      headers: { authorization: 'Bearer person-1', 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
    })
    return (await response.json() as { result: { tools: ReadonlyArray<{ name: string }> } }).result.tools.map(({ name }) => name)
  }
  const all = names.flatMap(name => TOOLS.map(tool => `${name}_${tool.name}`))
  t.equal(await server.status('/ready'), 200, 'it starts with a server that is not there')
  t.strictSame(await listed(), all)

  const hanging = server.call('hanging_wait', {})
  const absent = await server.call('absent_echo', {})
  t.match([absent.status, codeOf(absent.body), absent.headers.get('retry-after')], [503, 'GW_UPSTREAM_UNAVAILABLE', '5'])
  const crashes: unknown[] = []
  for (let index = 0; index < 4; index += 1) {
    const { status, body } = await server.call('crashing_crash', {})
    crashes.push([status, codeOf(body)])
  }
  const unknown = [502, 'GW_UPSTREAM_OUTCOME_UNKNOWN']
  t.strictSame(crashes, [unknown, unknown, unknown, [503, 'GW_UPSTREAM_UNAVAILABLE']], 'after three crashes it rests')

  const good = await Promise.all(Array.from({ length: 50 }, () => server.call('good_echo', { text: 'hello' })))
  t.strictSame([...new Set(good.map(({ status }) => status))], [200])
  t.equal((await server.call('hanging_echo', {})).status, 200, 'another call of the server that hangs')
  t.equal(await server.status('/ready'), 200)
  t.strictSame(await listed(), all)

  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  const counted = (upstream: string, outcome: string) => {
    const name = `mcp_gateway_upstream_calls_total{upstream="${upstream}",outcome="${outcome}"}`
    return metrics.split('\n').find(line => line.startsWith(name))?.split(' ')[1]
  }
  t.match(metrics, /^mcp_gateway_upstream_circuit_state\{upstream="crashing"\} 2$/m)
  const counts = [['good', 'answered'], ['crashing', 'unknown'], ['crashing', 'not-executed'], ['absent', 'not-executed']] as const
  t.strictSame(counts.map(([upstream, outcome]) => counted(upstream, outcome)), ['50', '3', '1', '1'])
  const failing = server.logged('upstream-call').map(({ upstream }) => upstream)
  t.strictSame(failing, ['absent', 'crashing', 'crashing', 'crashing', 'crashing'])

  const configured = upstreams.map(file => loadUpstream(file, { directory: folder, env: {}, readFile: name => readFileSync(name, 'utf8') }))
  const found = await diagnoseUpstreams(configured.flatMap(loaded => loaded.ok ? [loaded.value] : []), process.env)
  t.strictSame(found.map(({ check, state }) => `${check} ${state}`),
    ['upstream.good good', 'upstream.hanging good', 'upstream.crashing good', 'upstream.absent problem'])
  writeFileSync(join(folder, 'go'), '')
  t.equal((await hanging).status, 200)
})

t.test('SIGTERM ends the gateway and every process of its upstreams (case 61)', async t => {
  covers('upstream.process-group')
  const { upstreams } = await filesFor(t, ['one', 'two'])
  const people = await startPeopleServer(t)
  const server = await startGatewayServer(t, people, { upstreams, tools: { builtIn: [] } })
  const answers = await Promise.all(['one_echo', 'two_echo'].map(tool => server.call(tool, {})))
  const pids = answers.map(({ result }) => Number(result?.['pid']))
  t.strictSame(pids.map(isRunning), [true, true])
  server.program.signal('SIGTERM')
  t.equal((await server.program.ended).code, 0)
  await eventually('both are gone', () => pids.every(pid => !isRunning(pid)))
})
