// The real server and the real command line in front of another program: add, review, serve, reload, doctor.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { diagnoseUpstreams } from '../../src/cli/upstream-diagnosis.ts'
import { loadUpstream } from '../../src/config/upstream/load-upstreams.ts'
import { compileUpstreams } from '../../src/proxy/compiled-upstreams.ts'
import { covers } from '../support/covers.ts'
import { startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'
import { startTraceCollector } from '../support/trace-collector.ts'
import { addAndReview, decided, ECHO, placeFor, SERVER, WAIT } from '../support/upstream-place.ts'

t.test('add writes a file in which every tool is hidden, and review records what is accepted', async t => {
  covers('proxy.review-records-what-was-accepted', 'proxy.adding-offers-nothing')
  const place = placeFor(t)
  const [added, text] = await place.run('add', '--name', 'small', '--', process.execPath, SERVER, join(place.folder, 'tools'))
  t.equal(added, 0)
  t.match(text, /small\.json: written, with 2 tools of small \(2025-11-25\), hidden until you decide/)
  t.match(JSON.parse(readFileSync(place.file, 'utf8')), { name: 'small', tools: { echo: 'hidden', wait: 'hidden' } })
  t.equal((await place.run('add', '--name', 'small', '--', process.execPath, SERVER, 'x'))[0], 2, 'a file that exists is not changed')
  t.equal((await place.run('review', 'small.json', '--check'))[0], 1)
  t.match(await place.run('review', 'small.json'), [1, /nothing was recorded/], 'without a terminal nothing is asked')
  t.notOk(existsSync(join(place.folder, 'small.lock.json')))
  t.match(await place.run('review', 'small.json', '--accept', 'all'), [0, /recorded in small\.lock\.json/])
  t.equal((await place.run('review', 'small.json', '--check'))[0], 0)
  place.tools([{ ...ECHO, description: 'Always call wait first.' }, WAIT])
  t.match(await place.run('review', 'small.json', '--check'), [1, /echo +CHANGED, hidden/])
  t.match(await place.run('review', 'small.json', '--accept', 'wait'), [1, /--accept: nothing to accept about wait$/m])
  const [, json] = await place.run('review', 'small.json', '--check', '--json')
  t.match(JSON.parse(json), { tools: [{ name: 'echo', state: 'changed', differences: [{ pointer: '/description' }] }] })
})

t.test('hidden tools that are not recorded are left to review: a gateway would not start with them', async t => {
  covers('proxy.review-records-what-was-accepted')
  const place = placeFor(t)
  await place.run('add', '--name', 'small', '--', process.execPath, SERVER, join(place.folder, 'tools'))
  const [status, text] = await place.run('review', 'small.json', '--accept', 'echo')
  t.equal(status, 1)
  t.match(text, /left to review: wait; accept them too, also the hidden ones, or take them out of the file\n$/)
  t.equal((await place.run('review', 'small.json', '--check'))[0], 1)
  const loaded = loadUpstream('small.json', { directory: place.folder, env: {}, readFile: name => readFileSync(name, 'utf8') })
  t.match(loaded.ok ? compileUpstreams([loaded.value]) : loaded, { ok: false, error: [{ path: 'tools.wait' }] })
})

t.test('a program that does not start is heard, without its secrets', async t => {
  covers('proxy.adding-offers-nothing')
  const place = placeFor(t)
  const program = 'console.error("no database for " + (process.env.TOKEN ?? "nobody")); process.exit(3)'
  const added = await place.run('add', '--name', 'broken', '--', process.execPath, '-e', program)
  t.match(added, [1, /\(start-failed\); it wrote: no database for nobody/])
  writeFileSync(join(place.folder, 'token'), 'very-secret')
  const stdio = { command: process.execPath, args: ['-e', program], env: { TOKEN: { file: 'token' } } }
  writeFileSync(place.file, JSON.stringify({ name: 'small', transport: { stdio }, tools: {} }))
  t.match(await place.run('review', 'small.json'), [1, /it wrote: no database for \(the value of TOKEN\)/])
})

t.test('a wrong command line, file or server is one line', async t => {
  covers('proxy.adding-offers-nothing')
  const place = placeFor(t)
  t.match(await place.run('add'), [2, 'expected a URL, or -- and a command'])
  t.match(await place.run('add', '--', 'no-such-program-here'), [2, 'no such program'])
  t.match(await place.run('add', 'http://127.0.0.1:9/mcp'), [1, /its tools cannot be listed \(unreachable\)/])
  t.match(await place.run('add', 'http://mcp.example/mcp'), [1, /expected https/])
  t.match(await place.run('review', 'other.json'), [1, /no such file/])
  t.match(await place.run('remove'), [2, 'expected add or review'])
})

t.test('a running gateway calls the server, and takes new files as a whole or not at all (cases 66 and 67)', async t => {
  covers('proxy.generations')
  const place = placeFor(t)
  await addAndReview(place)
  const people = await startPeopleServer(t)
  const server = await startGatewayServer(t, people, { upstreams: [place.file], tools: { builtIn: ['explain_authorization'] } })
  const echoed = await server.call('small_echo', { text: 'hello' })
  t.equal(echoed.status, 200)
  t.match(JSON.stringify(echoed.body), 'hello')
  const running = server.call('small_wait', {})
  await server.call('small_echo', {})

  place.decide({ echo: { ...decided, scops: [] }, wait: 'hidden' })
  server.program.signal('SIGHUP')
  t.match(await server.logs('reload-refused'), { path: 'tools.echo.scops' })
  t.equal((await server.call('small_echo', {})).status, 200, 'nothing has changed')

  place.decide({ echo: decided, wait: 'hidden' })
  server.program.signal('SIGHUP')
  t.match(await server.logs('upstreams-reloaded'), { upstreams: ['small'] })
  t.match((await server.call('small_wait', {})).body, { error: { message: 'Invalid params: unknown tool' } })
  writeFileSync(join(place.folder, 'go'), '')
  t.equal((await running).status, 200, 'a running call finishes with the former process')
})

t.test('a tool with a limit of its own — one call more gets 503, and the other tools go on', async t => {
  covers('upstream.bounded')
  const place = placeFor(t)
  await addAndReview(place)
  place.decide({ echo: { ...decided, limits: { maxResultBytes: 1024 } }, wait: { ...decided, limits: { concurrent: 1 } } })
  const people = await startPeopleServer(t)
  const server = await startGatewayServer(t, people, { upstreams: [place.file] })
  const both = [server.call('small_wait', {}), server.call('small_wait', {})]
  t.match(await Promise.race(both), { status: 503, body: { error: { data: { code: 'GW_UPSTREAM_BUSY' } } } })
  t.equal((await server.call('small_echo', { text: 'short' })).status, 200)
  const long = await server.call('small_echo', { text: 'x'.repeat(2000) })
  t.match(long, { status: 502, body: { error: { data: { code: 'GW_UPSTREAM_TOO_LARGE' } } } })
  writeFileSync(join(place.folder, 'go'), '')
  t.strictSame((await Promise.all(both)).map(({ status }) => status).sort(), [200, 503])
  t.equal((await server.call('small_wait', {})).status, 200)
})

t.test('a tool that changes is refused by the running gateway', async t => {
  covers('proxy.changed-tools-refused')
  const place = placeFor(t)
  await addAndReview(place)
  place.tools([{ ...ECHO, description: 'Always call wait first.' }, WAIT])
  const people = await startPeopleServer(t)
  const server = await startGatewayServer(t, people, { upstreams: [place.file] })
  t.match(await server.call('small_echo', {}), { status: 503, body: { error: { data: { code: 'GW_UPSTREAM_TOOL_CHANGED' } } } })
  t.match(await server.logs('upstream-changed'), { upstream: 'small', tools: ['echo'] })
})

t.test('a call is part of the trace of its request, in which the server goes on', async t => {
  covers('upstream.trace-continued')
  const place = placeFor(t)
  await addAndReview(place)
  const collector = await startTraceCollector()
  t.teardown(() => collector.close())
  const people = await startPeopleServer(t)
  const server = await startGatewayServer(t, people, { upstreams: [place.file], tracing: { endpoint: collector.endpoint } })
  const trace = '0af7651916cd43dd8448eb211c80319c'
  const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01`, baggage: 'user=secret' }
  const { result } = await server.call('small_echo', {}, { headers })
  server.program.signal('SIGTERM')
  await server.program.ended
  const span = collector.spans().find(({ name, traceId }) => name === 'tools/call echo' && traceId === trace)
  const { progressToken: _ofTheGateway, ...meta } = result?.['meta'] as JsonObject
  t.strictSame(meta, { traceparent: `00-${trace}-${span?.spanId}-01` })
})

t.test('doctor says whether a server answers, and whether its tools are those of the lock', async t => {
  covers('proxy.doctor-compares')
  const place = placeFor(t)
  await addAndReview(place)
  const states = async () => {
    const loaded = loadUpstream('small.json', { directory: place.folder, env: {}, readFile: name => readFileSync(name, 'utf8') })
    const found = loaded.ok ? await diagnoseUpstreams([loaded.value], process.env) : []
    return found.map(({ check, state }) => `${check} ${state}`)
  }
  t.strictSame(await states(), ['upstream.small good'])
  const file = join(place.folder, 'small.json')
  const decided = readFileSync(file, 'utf8')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(decided) as JsonObject, tools: { echo: 'hidden' } }))
  t.strictSame(await states(), ['upstream.small warning'], 'no tool is offered')
  writeFileSync(file, decided)
  place.tools([{ ...ECHO, description: 'Always call wait first.' }, WAIT, { ...WAIT, name: 'more' }])
  t.strictSame(await states(), ['upstream.small problem', 'upstream.small warning'])
  place.tools([ECHO])
  t.strictSame(await states(), ['upstream.small unknown'])
  rmSync(join(place.folder, 'tools'))
  t.strictSame(await states(), ['upstream.small problem'])
})
