// Upstream processes: what they get, who shares them, how they end, and what their crashes cost.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { isRunning } from '../support/processes.ts'
import { hiro, inga, LEGACY, MODERN, openStdio, stdioTransport, type UpstreamUnderTest } from '../support/upstream-under-test.ts'

const kinds = (outcomes: readonly { readonly kind: string }[]): string[] => [...new Set(outcomes.map(({ kind }) => kind))]

function folderOf (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'upstream-test-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

const linesOf = (file: string): unknown[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line) as unknown) : []

async function structured ({ call }: UpstreamUnderTest, tool: string, more = {}): Promise<Record<string, unknown>> {
  const outcome = await call(tool, {}, more)
  return (outcome.kind === 'answered' ? outcome.result['structuredContent'] : { outcome }) as Record<string, unknown>
}

t.test('environment — what is named, four variables, and an empty home that goes with the process', async t => {
  covers('upstream.environment')
  process.env['SECRET_OF_THE_GATEWAY'] = 'hidden'
  t.teardown(() => { delete process.env['SECRET_OF_THE_GATEWAY'] })
  const opened = openStdio(t, { revision: LEGACY },
    { environment: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', SECRET: 'x' }, transport: { env: { NAMED: 'yes' } } })
  const { environment, home } = await structured(opened, 'environment') as { environment: Record<string, string>, home: string[] }
  const { HOME = '', ...others } = environment
  // the test runner adds its own to each child process
  const rest = Object.fromEntries(Object.entries(others).filter(([name]) => !name.startsWith('_TAPJS_') && name !== 'NODE_OPTIONS'))
  t.strictSame(rest, { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', NAMED: 'yes' })
  t.strictSame(home, [])
  t.not(HOME, process.env['HOME'])
  await opened.upstream.close(0)
  t.notOk(existsSync(HOME))
})

t.test('arguments — {person} is 22 characters of base64url, whatever the subject is, and no shell reads them', async t => {
  covers('upstream.isolation')
  const odd = { ...inga, person: { issuer: 'https://as.example', subject: '../../etc; rm -rf $HOME' } }
  const args = [...stdioTransport({ revision: MODERN }).args, '--root=/srv/{person}', '$HOME;{person}']
  const templated = openStdio(t, { revision: MODERN }, { isolation: 'person', transport: { args } })
  const seen = (await structured(templated, 'arguments', { caller: odd }))['arguments'] as string[]
  t.match(seen[0], /^--root=\/srv\/[\w-]{22}$/)
  t.match(seen[1], /^\$HOME;[\w-]{22}$/)
  const other = (await structured(templated, 'arguments', { caller: hiro }))['arguments'] as string[]
  t.not(seen[0], other[0])
})

t.test('start — a thousand first callers start one process', async t => {
  covers('upstream.one-start')
  const startsFile = join(folderOf(t), 'starts')
  const { call } = openStdio(t, { revision: LEGACY, startsFile })
  t.strictSame(kinds(await Promise.all(Array.from({ length: 1000 }, () => call('echo')))), ['answered'])
  t.equal(linesOf(startsFile).length, 1)
})

t.test('start — of a hundred persons with room for two, 98 are refused and no third process starts', async t => {
  covers('upstream.bounded')
  const startsFile = join(folderOf(t), 'starts')
  const { call } = openStdio(t, { revision: LEGACY, startsFile }, { limits: { maxConnections: 2 } })
  const people = Array.from({ length: 100 }, (_, index) => ({ ...inga, person: { ...inga.person, subject: `p${index}` } }))
  const outcomes = await Promise.all(people.map(caller => call('echo', {}, { caller })))
  t.equal(outcomes.filter(({ kind }) => kind === 'answered').length, 2)
  t.strictSame(outcomes.filter(({ kind }) => kind !== 'answered')[97], { kind: 'not-executed', reason: 'busy', retryAfterSeconds: 2 })
  t.equal(linesOf(startsFile).length, 2)
})

t.test('start — shared calls are spread over several processes', async t => {
  const startsFile = join(folderOf(t), 'starts')
  const { call } = openStdio(t, { revision: LEGACY, startsFile }, { isolation: 'shared', limits: { maxConnections: 2 } })
  t.strictSame(kinds(await Promise.all(Array.from({ length: 20 }, () => call('echo')))), ['answered'])
  t.equal(linesOf(startsFile).length, 2)
})

t.test('end — the whole group goes: at the end of its input, or by a signal where it is stubborn', async t => {
  covers('upstream.process-group')
  const opened = openStdio(t, { revision: LEGACY }, { limits: { idleMs: 40 } })
  const { pids } = await structured(opened, 'family') as { pids: number[] }
  t.equal(pids.filter(isRunning).length, 2)
  await eventually('the idle process and its family are gone', () => pids.every(pid => !isRunning(pid)))
  const stubborn = openStdio(t, { revision: LEGACY, stubborn: true })
  const family = (await structured(stubborn, 'family'))['pids'] as number[]
  await stubborn.upstream.close(0)
  await eventually('the stubborn family is gone', () => family.every(pid => !isRunning(pid)))
  t.ok(stubborn.events.some(event => event.kind === 'ended' && event.why === 'closed'))
})

t.test('crash — callers whose line was written do not know, and the next call starts another process', async t => {
  covers('upstream.never-repeated')
  const seenFile = join(folderOf(t), 'seen')
  const { call, events } = openStdio(t, { revision: LEGACY, seenFile })
  await call('echo')
  const outcomes = await Promise.all([call('hang'), call('hang'), call('hang'), call('hang'), call('crash')])
  t.strictSame(outcomes, outcomes.map(() => ({ kind: 'unknown', reason: 'crashed' })))
  t.match(await call('echo'), { kind: 'answered' })
  const asked = linesOf(seenFile).filter(message => (message as { params?: { name?: string } }).params?.name === 'hang')
  t.equal(asked.length, 4, 'none is sent again')
  t.ok(events.some(event => event.kind === 'ended' && event.why === 'crashed'))
})

t.test('crash — three within a minute, and nothing starts for a while; another person goes on', async t => {
  covers('upstream.rests-after-crashes')
  const clock = createManualClock()
  const { call, upstream } = openStdio(t, { revision: LEGACY }, { clock })
  t.match(await call('echo', {}, { caller: hiro }), { kind: 'answered' })
  for (let index = 0; index < 3; index += 1) t.match(await call('crash'), { kind: 'unknown' })
  t.strictSame(await call('echo'), { kind: 'not-executed', reason: 'resting', retryAfterSeconds: 30 })
  t.equal(upstream.state().connections, 1)
  clock.advance(30_000)
  t.match(await call('echo'), { kind: 'answered' })
  t.equal(upstream.state().breaker, 'closed')
})

t.test('start — a program that is not there, ends at once, or never begins is a failed start for all who wait', async t => {
  covers('upstream.one-start')
  const startsFile = join(folderOf(t), 'starts')
  const failing = [
    openStdio(t, { revision: LEGACY }, { transport: { command: '/no/such/program' } }),
    openStdio(t, { revision: LEGACY, start: 'crash', startsFile }),
    openStdio(t, { revision: LEGACY, start: 'silent' }, { transport: { startTimeoutMs: 300 } })
  ]
  for (const { call, upstream } of failing) {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => call('echo')))
    t.strictSame(outcomes, outcomes.map(() => ({ kind: 'not-executed', reason: 'start-failed' })))
    t.equal(upstream.state().connections, 0)
  }
  t.equal(linesOf(startsFile).length, 1)
})

t.test('start — a process that ends after its beginning is started once more, and then the call is not executed', async t => {
  const startsFile = join(folderOf(t), 'starts')
  const { call } = openStdio(t, { revision: LEGACY, start: 'crash-after', startsFile })
  t.match(await call('echo'), { kind: /not-executed|unknown/ })
  t.ok(linesOf(startsFile).length <= 2)
})
