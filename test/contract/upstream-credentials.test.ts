// A token that belongs to a call, over real HTTP: which requests show it, in each kind of session.

import t, { type Test } from 'tap'
import { systemClock } from '../../src/kernel/clock.ts'
import { createUpstream } from '../../src/upstream/create-upstream.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startHostileHttp, type HostileHttpOptions } from '../support/hostile-http.ts'

async function startPair (t: Test, options: HostileHttpOptions) {
  const server = await startHostileHttp(options)
  const upstream = createUpstream('guarded', {
    transport: { kind: 'http', url: server.url, headers: {} },
    isolation: 'client',
    limits: { timeoutMs: 5000, idleMs: 60_000, maxConnections: 10, concurrent: 10, maxResultBytes: 100_000 },
    revision: options.revision
  }, { clock: systemClock })
  t.teardown(async () => {
    await upstream.close(0)
    await server.close()
  })
  const call = (token: string, subject = '1004') => upstream.call({
    tool: 'echo',
    arguments: {},
    caller: { person: { issuer: 'https://as.example', subject }, clientId: 'app', credential: { bearer: () => `Bearer ${token}` } },
    changes: false
  })
  const shown = () => server.seen.map(({ method, message, headers }) => {
    const asked = message?.['method']
    return `${typeof asked === 'string' ? asked : method} ${headers.authorization ?? ''}`
  })
  return { server, upstream, call, shown }
}

t.test('every request of a session shows the token of its person, and another token finds the same session', async t => {
  covers('delegation.shown-in-every-request', 'upstream.isolation')
  const { server, upstream, call, shown } = await startPair(t, { revision: '2025-11-25', sessions: true })
  await call('token-1')
  await call('token-2')
  await call('token-3', '1005')
  t.strictSame(shown(), [
    'initialize Bearer token-1', 'notifications/initialized Bearer token-1', 'tools/call Bearer token-1', 'tools/call Bearer token-2',
    'initialize Bearer token-3', 'notifications/initialized Bearer token-3', 'tools/call Bearer token-3'
  ])
  await upstream.close(1000)
  await eventually('both sessions deleted', () => server.deleted.length === 2)
  t.strictSame(shown().slice(7).sort(), ['DELETE Bearer token-2', 'DELETE Bearer token-3'], 'the last one of each session')
})

for (const revision of ['2025-11-25', '2026-07-28']) {
  t.test(`without sessions each call shows its own token (${revision})`, async t => {
    covers('delegation.shown-in-every-request')
    const { call, shown, upstream } = await startPair(t, { revision })
    await call('token-1')
    await call('token-2', '1005')
    const person = { issuer: 'https://as.example', subject: '1006' }
    await upstream.list({ person, clientId: 'app', credential: { bearer: () => 'Bearer token-3' } })
    const calls = shown().filter(line => line.startsWith('tools/'))
    t.strictSame(calls.slice(0, 2), ['tools/call Bearer token-1', 'tools/call Bearer token-2'])
    t.match(calls.at(-1), 'tools/list Bearer token-3')
  })
}

t.test('a server that refuses the token at any step is not executed', async t => {
  covers('upstream.executed-or-not')
  const { server, call } = await startPair(t, { revision: '2025-11-25', sessions: true })
  for (const method of ['initialize', 'notifications/initialized', 'tools/call']) {
    server.answerNext(method, { status: 401, headers: { 'www-authenticate': 'Bearer realm="other"' } })
    const outcome = await call('stale')
    t.match(outcome, { kind: 'not-executed', reason: 'credentials-rejected' }, method)
  }
})
