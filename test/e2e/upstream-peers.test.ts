// Real servers of other projects as upstreams: what they list and answer over stdio and HTTP, what becomes of a restart, and what the
// official SDK's client says of the same calls.

import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { UpstreamProgress } from '../../src/upstream/upstream-port.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { freePorts, startProgram, type RunningProgram } from '../support/processes.ts'
import { openSdk } from '../support/sdk-upstream.ts'
import { LEGACY, openUpstream, stdioTransport, type UpstreamUnderTest } from '../support/upstream-under-test.ts'

const PEERS = 'test/peers/node_modules'
const skip = existsSync(`${PEERS}/.package-lock.json`) ? false : 'test/peers is not installed'
const programOf = (server: string): string => `${PEERS}/@modelcontextprotocol/${server}/dist/index.js`

function stdioOf (server: string, ...args: string[]) {
  return stdioTransport({ revision: LEGACY }, { args: [programOf(server), ...args] })
}

async function toolNames ({ upstream }: UpstreamUnderTest): Promise<unknown[]> {
  const listed = await upstream.list()
  return listed.ok ? listed.value.tools.map(({ name }) => name) : [listed.error]
}

async function startEverything (t: Test, port: number): Promise<RunningProgram> {
  const program = startProgram(process.execPath, [programOf('server-everything'), 'streamableHttp'], { PORT: String(port) })
  t.teardown(async () => {
    program.signal('SIGKILL')
    await program.ended
  })
  await program.line(/listening/i)
  return program
}

t.test('server-filesystem — its tools, a file, and a path outside', { skip }, async t => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'files-')))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  writeFileSync(join(folder, 'plan.txt'), 'plan')
  const opened = openUpstream(t, stdioOf('server-filesystem', folder), LEGACY)
  t.ok((await toolNames(opened)).includes('read_text_file'))
  const read = (path: string) => opened.call('read_text_file', { path })
  t.match(await read(join(folder, 'plan.txt')), { kind: 'answered', result: { content: [{ type: 'text', text: 'plan' }] } })
  t.match(await read('/etc/passwd'), { kind: 'answered', result: { isError: true } })
})

t.test('server-memory — each client of a person has its own process', { skip }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'memory-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const opened = openUpstream(t, { ...stdioOf('server-memory'), env: { MEMORY_FILE_PATH: join(folder, 'memory.json') } }, LEGACY)
  const entities = [{ name: 'Inga', entityType: 'person', observations: ['likes jazz'] }]
  t.match(await opened.call('create_entities', { entities }, { changes: true }), { kind: 'answered' })
  t.match(await opened.call('read_graph'), { kind: 'answered', result: { structuredContent: { entities } } })
  t.equal(opened.upstream.state().connections, 1)
})

t.test('server-everything — over stdio the SDK client and ours say the same; progress comes whole', { skip }, async t => {
  covers('upstream.progress')
  const ours = openUpstream(t, stdioOf('server-everything'), LEGACY)
  const sdk = await openSdk(t, stdioOf('server-everything'), LEGACY)
  t.strictSame(await toolNames(ours), await toolNames(sdk))
  const calls: readonly (readonly [string, Record<string, string | number>])[] = [
    ['echo', { message: 'hello' }], ['get-sum', { a: 1, b: 2 }], ['get-tiny-image', {}], ['get-resource-links', { count: 2 }], ['echo', {}],
    ['get-structured-content', { location: 'Chicago' }]
  ]
  const answersOf = ({ call }: UpstreamUnderTest) => Promise.all(calls.map(([tool, args]) => call(tool, args)))
  t.strictSame(await answersOf(ours), await answersOf(sdk))
  const steps: UpstreamProgress[] = []
  const onProgress = (step: UpstreamProgress): void => { steps.push(step) }
  const outcome = await ours.call('trigger-long-running-operation', { duration: 0.2, steps: 4 }, { onProgress })
  t.match(outcome, { kind: 'answered' })
  t.strictSame(steps.map(({ progress }) => progress), [1, 2, 3, 4])
})

t.test('server-everything — over HTTP a restart costs no call', { skip }, async t => {
  covers('upstream.session-renewed')
  const [port = 0] = await freePorts(1)
  const first = await startEverything(t, port)
  const transport = { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} } as const
  const { call, events } = openUpstream(t, transport, LEGACY)
  t.match(await call('echo', { message: 'one' }), { kind: 'answered' })
  first.signal('SIGKILL')
  await first.ended
  await startEverything(t, port)
  // The first call may be written to the connection that the end of the server closes.
  await eventually('an answer', async () => (await call('echo', { message: 'two' })).kind === 'answered')
  t.ok(events.some(event => event.kind === 'ended' && event.why === 'lost'))
  t.match(await call('echo', { message: 'three' }), { kind: 'answered' })
})

t.test('server-everything — its revision is found over HTTP and stdio', { skip }, async t => {
  covers('upstream.revision-found')
  const [port = 0] = await freePorts(1)
  await startEverything(t, port)
  const http = { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} } as const
  const listed = await Promise.all([http, stdioOf('server-everything')].map(transport =>
    openUpstream(t, transport, LEGACY, { revision: null }).upstream.list()))
  t.match(listed, [{ ok: true, value: { revision: LEGACY } }, { ok: true, value: { revision: LEGACY } }])
})
