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
  for (const { call, upstream } of [http, stdio]) {
    await call('echo')
    const running = call('drip')
    const closing = upstream.close(10_000)
    t.strictSame(await call('echo'), { kind: 'not-executed', reason: 'closed' })
    t.match(await running, { kind: 'answered' })
    await closing
    t.equal(upstream.state().connections, 0)
    t.strictSame(await upstream.list(), { ok: false, error: { kind: 'not-executed', reason: 'closed' } })
  }
  t.equal(http.server.deleted.length, 1)
})

t.test('close — at the deadline a call that hangs is given up, and its outcome is unknown', async t => {
  covers('upstream.executed-or-not')
  const http = await openHttp(t, { revision: MODERN })
  const stdio = openStdio(t, { revision: MODERN })
  for (const { call, upstream } of [http, stdio]) {
    await call('echo')
    const hanging = call('hang', {}, { changes: true })
    await upstream.close(20)
    t.match(await hanging, { kind: 'unknown' })
  }
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
  const leaving = new AbortController()
  const stuck = Array.from({ length: 20 }, () => hanging.call('hang', {}, { signal: leaving.signal }))
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? process : other).call('echo')))
  t.equal(hanging.upstream.state().callsInFlight, 20, 'all of them while the first still hangs')
  t.strictSame(outcomes.filter(({ kind }) => kind !== 'answered'), [])
  leaving.abort()
  t.match(await Promise.all(stuck), stuck.map(() => ({ reason: 'cancelled' })))
})
