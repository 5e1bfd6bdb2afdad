// What an upstream process writes that is no answer: banners, lines without end, a flood of errors, questions.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { hiro, LEGACY, MODERN, openStdio } from '../support/upstream-under-test.ts'

t.test('output — a banner is skipped and counted; a hundred such lines in a row end the process', async t => {
  covers('upstream.bounded')
  const { call, upstream, events } = openStdio(t, { revision: LEGACY })
  t.match(await call('banner', { lines: 99 }), { kind: 'answered' })
  t.equal(upstream.state().strayMessages, 99)
  t.strictSame(await call('banner', { lines: 100 }), { kind: 'unknown', reason: 'crashed' })
  t.ok(events.some(event => event.kind === 'ended' && event.why === 'noisy'))
  t.equal(events.filter(({ kind }) => kind === 'no-message').length, 1, 'it is said once for each process')
  t.match(await call('echo'), { kind: 'answered' })
})

t.test('output — a line of 20 MB is skipped to its end: its caller learns it, and the others wait no longer', async t => {
  covers('upstream.bounded')
  const { call, events } = openStdio(t, { revision: LEGACY }, { isolation: 'shared', limits: { maxConnections: 1 } })
  await call('echo')
  const [huge, ...others] = await Promise.all([call('huge', { bytes: 20_000_000 }), call('echo'), call('echo', {}, { caller: hiro })])
  t.strictSame(huge, { kind: 'too-large' })
  t.match(others, [{ kind: 'answered' }, { kind: 'answered' }])
  t.strictSame(events.map(({ kind }) => kind), ['opened'], 'the process stays')
})

t.test('errors — a flood is read and dropped, but for its end', async t => {
  const { call, upstream } = openStdio(t, { revision: LEGACY })
  t.match(await call('errors'), { kind: 'answered' })
  t.match(await call('echo'), { kind: 'answered' })
  t.match(upstream.state().standardError, /^e{1,4096}$/)
})

t.test('errors — lines are passed on where configuration wants them, without a value of the environment', async t => {
  const script = 'echo "the key sk-12345678 is wrong" >&2; cat'
  const program = { command: '/bin/sh', args: ['-c', script], env: { KEY: 'sk-12345678' } }
  const logged = openStdio(t, { revision: LEGACY }, { transport: { ...program, stderr: 'log' }, limits: { timeoutMs: 500 } })
  await logged.call('echo')
  t.strictSame(logged.errorLines, ['the key [KEY] is wrong'])
  const dropped = openStdio(t, { revision: LEGACY }, { transport: program, limits: { timeoutMs: 500 } })
  await dropped.call('echo')
  t.strictSame(dropped.errorLines, [])
})

t.test('questions — what the server asks is refused, but `ping`; the call goes on', async t => {
  const { call } = openStdio(t, { revision: LEGACY })
  const replies = [{ id: 'ask-0', result: {} }, ...[1, 2, 3].map(index => ({ id: `ask-${index}`, error: { code: -32601 } }))]
  t.match(await call('asks'), { kind: 'answered', result: { structuredContent: { replies } } })
})

t.test('list changes — a thousand are reported, and the calls go on', async t => {
  const { call, events } = openStdio(t, { revision: MODERN })
  t.match(await call('changes', { times: 1000 }), { kind: 'answered' })
  t.equal(events.filter(({ kind }) => kind === 'tools-changed').length, 1000)
})

t.test('revision — a process that speaks another era than the lock is refused, and asked in no other', async t => {
  covers('upstream.revision-found')
  const legacyLock = openStdio(t, { revision: MODERN }, { revision: LEGACY })
  t.strictSame(await legacyLock.call('echo'), { kind: 'changed', executed: 'no' })
  const modernLock = openStdio(t, { revision: LEGACY }, { revision: MODERN })
  t.strictSame(await modernLock.call('echo'), { kind: 'changed', executed: 'unknown' })
})
