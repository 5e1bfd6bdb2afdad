// Upstreams side by side and at their end: a generation that is replaced, a gateway that exits, many persons one after the other.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { programArguments } from '../support/program.ts'
import { isRunning, startProgram } from '../support/processes.ts'
import { inga, LEGACY, MODERN, openHttp, openStdio, stdioTransport } from '../support/upstream-under-test.ts'

t.test('close — calls that run are finished, then sessions are deleted and processes end; no further call is made', async t => {
  const http = await openHttp(t, { revision: LEGACY, sessions: true, form: 'stream' })
  const stdio = openStdio(t, { revision: LEGACY })
  const closed = { kind: 'not-executed', reason: 'closed' }
  const found = await Promise.all([http, stdio].map(async ({ call, upstream }) => {
    await call('echo')
    const running = call('drip')
    const closing = upstream.close(10_000)
    const late = await call('echo')
    const { kind } = await running
    await closing
    return { late, kind, connections: upstream.state().connections, listed: await upstream.list() }
  }))
  t.strictSame(found, found.map(() => ({ late: closed, kind: 'answered', connections: 0, listed: { ok: false, error: closed } })))
  t.equal(http.server.deleted.length, 1)
})

t.test('close — at the deadline a call that hangs is given up, and its outcome is unknown', async t => {
  covers('upstream.executed-or-not')
  const http = await openHttp(t, { revision: MODERN })
  const stdio = openStdio(t, { revision: MODERN })
  const kinds = await Promise.all([http, stdio].map(async ({ call, upstream }) => {
    await call('echo')
    const hanging = call('hang', {}, { changes: true })
    await upstream.close(20)
    return (await hanging).kind
  }))
  t.strictSame(kinds, ['unknown', 'unknown'])
})

t.test('close — what is still being opened is given up too', async t => {
  const http = await openHttp(t, { revision: LEGACY, sessions: true })
  http.server.holdInitialize()
  const stdio = openStdio(t, { revision: LEGACY, start: 'silent' })
  const found = await Promise.all([http, stdio].map(async ({ call, upstream }) => {
    const waiting = call('echo')
    await upstream.close(20)
    return [(await waiting).kind, upstream.state().connections]
  }))
  t.strictSame(found, [['not-executed', 0], ['not-executed', 0]])
})

t.test('exit — a gateway that exits without closing takes its processes with it', async t => {
  covers('upstream.process-group')
  const upstream = stdioTransport({ revision: LEGACY, stubborn: true })
  const owner = startProgram(process.execPath, [...programArguments('test/support/upstream-owner'), JSON.stringify(upstream.args)])
  const { pids } = JSON.parse(await owner.line(/pids/)) as { pids: number[] }
  t.equal((await owner.ended).code, 1)
  await eventually('the whole group is gone', () => pids.every(pid => !isRunning(pid)))
  t.equal(pids.length, 2)
})

t.test('many persons — as many sessions are deleted as were begun, and no more are open than the limit', async t => {
  covers('upstream.bounded')
  const { call, server, upstream } = await openHttp(t, { revision: LEGACY, sessions: true }, { limits: { maxConnections: 10 } })
  let most = 0
  for (let person = 0; person < 300; person += 1) {
    await call('echo', {}, { caller: { ...inga, person: { ...inga.person, subject: String(person) } } })
    most = Math.max(most, upstream.state().connections)
  }
  await upstream.close(1000)
  t.equal(most, 10)
  t.equal(server.count('initialize'), 300)
  t.equal(server.deleted.length, 300)
})

t.test('side by side — one upstream that hangs takes nothing from the others', async t => {
  const hanging = await openHttp(t, { revision: MODERN }, { limits: { concurrent: 20 } })
  const process = openStdio(t, { revision: MODERN })
  const other = await openHttp(t, { revision: MODERN })
  const leaving = Array.from({ length: 20 }, () => new AbortController())
  const stuck = leaving.map(({ signal }) => hanging.call('hang', {}, { signal }))
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? process : other).call('echo')))
  t.equal(hanging.upstream.state().callsInFlight, 20, 'all of them while the first still hangs')
  t.strictSame(outcomes.filter(({ kind }) => kind !== 'answered'), [])
  for (const controller of leaving) controller.abort()
  t.match(await Promise.all(stuck), stuck.map(() => ({ reason: 'cancelled' })))
})
