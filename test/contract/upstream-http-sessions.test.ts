// Sessions of upstreams over HTTP: begun once for all who wait, renewed when the server has forgotten them, deleted when they are not
// needed any more.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startHostileHttp } from '../support/hostile-http.ts'
import { hiro, inga, LEGACY, MODERN, openHttp } from '../support/upstream-under-test.ts'

const WITH_SESSIONS = { revision: LEGACY, sessions: true } as const
const kinds = (outcomes: readonly { readonly kind: string }[]): string[] => [...new Set(outcomes.map(({ kind }) => kind))]

t.test('session — a thousand first callers of one key begin one, and a hundred persons a hundred', async t => {
  covers('upstream.one-start')
  const { call, server } = await openHttp(t, WITH_SESSIONS, { limits: { maxConnections: 200 } })
  t.strictSame(kinds(await Promise.all(Array.from({ length: 1000 }, () => call('echo')))), ['answered'])
  t.equal(server.count('initialize'), 1)
  t.equal(server.count('tools/call'), 1000)
  const people = Array.from({ length: 100 }, (_, index) => ({ ...inga, person: { ...inga.person, subject: `p${index}` } }))
  t.strictSame(kinds(await Promise.all(people.map(caller => call('echo', {}, { caller })))), ['answered'])
  t.equal(server.count('initialize'), 101)
})

for (const status of [404, 400] as const) {
  t.test(`session — one that is lost with ${status} is renewed once for all who wait, and each call is sent once more`, async t => {
    covers('upstream.session-renewed', 'upstream.never-repeated')
    const { call, server, events } = await openHttp(t, WITH_SESSIONS)
    await call('echo')
    server.forgetSessions(status)
    t.strictSame(kinds(await Promise.all(Array.from({ length: 50 }, () => call('echo')))), ['answered'])
    t.equal(server.count('initialize'), 2)
    t.equal(server.count('tools/call'), 1 + 50 + 50)
    t.ok(events.some(event => event.kind === 'ended' && event.why === 'lost'))
    t.strictSame(server.deleted, [], 'a session that the server has forgotten is not deleted')
  })
}

t.test('session — a server that forgets each one at once gets two attempts, and no more', async t => {
  const { call, server } = await openHttp(t, WITH_SESSIONS)
  server.answerNext('tools/call', { status: 404 }, { status: 404 })
  t.strictSame(await call('echo'), { kind: 'not-executed', reason: 'session-lost' })
  t.equal(server.count('tools/call'), 2)
  t.equal(server.count('initialize'), 2)
})

t.test('session — 400 without a session error is an error of the call, and nothing is renewed', async t => {
  const { call, server } = await openHttp(t, WITH_SESSIONS)
  await call('echo')
  const body = JSON.stringify({ jsonrpc: '2.0', id: 3, error: { code: -32602, message: 'no' } })
  server.answerNext('tools/call', { status: 400, headers: { 'content-type': 'application/json' }, body })
  t.match(await call('echo'), { kind: 'refused', code: -32602, executed: 'no' })
  t.equal(server.count('initialize'), 1)
})

t.test('session — `initialize` that fails is one attempt for all who wait', async t => {
  covers('upstream.one-start')
  const { call, server, upstream } = await openHttp(t, WITH_SESSIONS)
  server.answerNext('initialize', { status: 500 })
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => call('echo')))
  t.strictSame(outcomes.filter(({ kind }) => kind !== 'not-executed'), [])
  t.equal(server.count('initialize'), 1)
  t.equal(server.count('tools/call'), 0)
  t.match(await call('echo'), { kind: 'answered' })
  t.equal(upstream.state().breaker, 'closed')
})

t.test('session — a caller whose time is over does not end the beginning of a session that others wait for', async t => {
  const { call, server } = await openHttp(t, WITH_SESSIONS)
  const release = server.holdInitialize()
  const patient = call('echo')
  t.strictSame(await call('echo', {}, { timeoutMs: 50 }), { kind: 'not-executed', reason: 'timeout' })
  const leaving = new AbortController()
  const left = call('echo', {}, { signal: leaving.signal })
  leaving.abort()
  t.strictSame(await left, { kind: 'not-executed', reason: 'cancelled' })
  release()
  t.match(await patient, { kind: 'answered' })
  t.equal(server.count('initialize'), 1)
})

t.test('session — the id and the revision go with each request, and a cancelled read is told', async t => {
  covers('upstream.cancellation')
  const { call, server } = await openHttp(t, WITH_SESSIONS)
  await call('echo')
  t.match(await call('hang', {}, { timeoutMs: 50 }), { kind: 'unknown', reason: 'timeout' })
  await eventually('a cancellation', () => server.count('notifications/cancelled') === 1)
  const [sessionId] = server.sessions.keys()
  const later = server.seen.filter(({ message }) => message?.['method'] !== 'initialize')
  t.strictSame(later.filter(({ headers }) => headers['mcp-session-id'] !== sessionId || headers['mcp-protocol-version'] !== LEGACY), [])
  await call('hang', {}, { timeoutMs: 50, changes: true })
  await call('echo')
  t.equal(server.count('notifications/cancelled'), 1, 'a change is not cancelled')
})

t.test('session — one that is idle is deleted, and so is each at the end', async t => {
  const { call, server, upstream } = await openHttp(t, WITH_SESSIONS, { limits: { idleMs: 40 } })
  await call('echo')
  await eventually('the session is deleted', () => server.deleted.length === 1)
  await call('echo')
  await call('echo', {}, { caller: hiro })
  await upstream.close(1000)
  t.equal(server.deleted.length, server.count('initialize'))
  t.equal(server.sessions.size, 0)
})

t.test('session — a server without sessions is asked to begin once for everyone', async t => {
  const { call, server, upstream } = await openHttp(t, { revision: LEGACY })
  await call('echo')
  await Promise.all(Array.from({ length: 20 }, (_, index) => call('echo', {}, { caller: { ...inga, clientId: `c${index}` } })))
  t.equal(server.count('initialize'), 1)
  await upstream.close(0)
  t.strictSame(server.deleted, [])
})

t.test('session — a server that began with sessions only after a restart is begun with again', async t => {
  const { call, server } = await openHttp(t, { revision: LEGACY })
  await call('echo')
  await server.close()
  const restarted = await startHostileHttp({ ...WITH_SESSIONS, port: server.port })
  t.teardown(restarted.close)
  // The first call may be written to the connection that is just being closed.
  await eventually('an answer', async () => (await call('echo')).kind === 'answered')
  t.equal(restarted.count('initialize'), 1)
})

t.test('session — a restart during a change leaves it unknown, and it is not sent again', async t => {
  covers('upstream.never-repeated')
  const { call, server } = await openHttp(t, WITH_SESSIONS)
  await call('echo')
  const change = call('hang', {}, { changes: true })
  await eventually('the call has arrived', () => server.count('tools/call') === 2)
  await server.close()
  const restarted = await startHostileHttp({ ...WITH_SESSIONS, port: server.port })
  t.teardown(restarted.close)
  t.strictSame(await change, { kind: 'unknown', reason: 'broken-stream' })
  t.match(await call('echo'), { kind: 'answered' })
  t.equal(restarted.count('tools/call'), 1 + 1, 'the one that was lost with the session, and its repetition')
})

t.test('revision — a server that speaks another era than the lock is refused, and asked in no other', async t => {
  covers('upstream.revision-found')
  const legacyLock = await openHttp(t, { revision: MODERN }, { revision: LEGACY })
  t.strictSame(await legacyLock.call('echo'), { kind: 'changed', executed: 'no' })
  const modernLock = await openHttp(t, { revision: LEGACY }, { revision: MODERN })
  t.strictSame(await modernLock.call('echo'), { kind: 'changed', executed: 'unknown' })
  t.equal(modernLock.server.count('tools/call'), 1)
  t.equal(modernLock.server.count('initialize'), 0)
})
