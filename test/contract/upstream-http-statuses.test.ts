// What HTTP statuses and headers of another server mean for a call, and what of them never leaves the room.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { freePorts } from '../support/processes.ts'
import { startHostileHttp } from '../support/hostile-http.ts'
import { LEGACY, MODERN, openHttp, openUpstream } from '../support/upstream-under-test.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

t.test('status — each says whether the call may have been executed', async t => {
  covers('upstream.executed-or-not')
  const { call, server } = await openHttp(t, { revision: MODERN })
  const expected: readonly (readonly [status: number, kind: string, reason: string])[] = [
    [301, 'unknown', 'redirect'], [303, 'unknown', 'redirect'], [307, 'not-executed', 'redirect'], [308, 'not-executed', 'redirect'],
    [400, 'not-executed', 'rejected'], [401, 'not-executed', 'credentials-rejected'], [403, 'not-executed', 'credentials-rejected'],
    [404, 'not-executed', 'rejected'], [405, 'not-executed', 'rejected'], [408, 'unknown', 'unexpected-status'],
    [409, 'unknown', 'unexpected-status'], [413, 'not-executed', 'rejected'], [425, 'unknown', 'unexpected-status'],
    [429, 'not-executed', 'overloaded'], [500, 'unknown', 'unexpected-status'], [502, 'unknown', 'unexpected-status'],
    [503, 'unknown', 'unexpected-status'], [504, 'unknown', 'unexpected-status'], [200, 'unknown', 'unreadable'],
    [202, 'unknown', 'unexpected-status']
  ]
  const found: unknown[] = []
  for (const [status] of expected) {
    server.answerNext('tools/call', { status, headers: { location: '/elsewhere' }, body: status === 200 ? 'hello' : '' })
    const outcome = await call('echo')
    found.push([status, outcome.kind, (outcome as { reason?: string }).reason])
  }
  t.strictSame(found, expected)
  t.equal(server.count('tools/call'), expected.length, 'none is sent again')
})

t.test('status — Retry-After is passed on, at most a minute', async t => {
  const { call, server } = await openHttp(t, { revision: MODERN })
  server.answerNext('tools/call',
    { status: 429, headers: { 'retry-after': '7' } }, { status: 503, headers: { 'retry-after': '86400' } },
    { status: 429, headers: { 'retry-after': 'Fri, 31 Dec 2027 23:59:59 GMT' } })
  t.strictSame([await call('echo'), await call('echo'), await call('echo')], [
    { kind: 'not-executed', reason: 'overloaded', retryAfterSeconds: 7 },
    { kind: 'not-executed', reason: 'overloaded', retryAfterSeconds: 60 },
    { kind: 'not-executed', reason: 'overloaded' }
  ])
})

t.test('credentials — a challenge, a cookie and a body of the server are not part of an outcome', async t => {
  covers('upstream.credentials-stay')
  const { call, server } = await openHttp(t, { revision: LEGACY, sessions: true }, { headers: { authorization: 'Bearer of-the-gateway' } })
  const challenge = 'Bearer resource_metadata="https://evil.example/.well-known/oauth-protected-resource"'
  server.answerNext('tools/call', {
    status: 401, headers: { ...JSON_TYPE, 'www-authenticate': challenge, 'set-cookie': 'a=b' }, body: '{"error":"invalid_token"}'
  })
  const outcomes = [await call('echo'), await call('echo')]
  t.strictSame(outcomes[0], { kind: 'not-executed', reason: 'credentials-rejected' })
  t.notMatch(JSON.stringify(outcomes), /evil|a=b|upstream=1/)
  t.notMatch(JSON.stringify(outcomes), new RegExp([...server.sessions.keys()].join('|')))
  t.strictSame(server.seen.filter(({ headers }) => headers['cookie'] !== undefined), [], 'no cookie is sent back')
  t.strictSame(server.seen.filter(({ headers }) => headers.authorization !== 'Bearer of-the-gateway'), [])
})

t.test('credentials — a redirect is not followed, and the credentials go nowhere else', async t => {
  covers('upstream.credentials-stay')
  const other = await startHostileHttp({ revision: MODERN })
  t.teardown(other.close)
  const { call, server } = await openHttp(t, { revision: MODERN }, { headers: { authorization: 'Bearer of-the-gateway' } })
  server.answerNext('tools/call', { status: 307, headers: { location: other.url } })
  t.strictSame(await call('echo'), { kind: 'not-executed', reason: 'redirect' })
  t.strictSame(other.seen, [])
})

t.test('modern — the method, the name and the mirrored parameters are headers, encoded where they must be', async t => {
  const { call, server } = await openHttp(t, { revision: MODERN })
  await call('echo', {}, { mirroredHeaders: { 'Mcp-Param-Region': 'eu-1', 'Mcp-Param-City': '東京', 'Mcp-Param-Odd': '=?base64?eA==?=' } })
  await call('日本 ')
  const [first, second] = server.seen
  t.match(first?.headers, {
    'mcp-protocol-version': MODERN,
    'mcp-method': 'tools/call',
    'mcp-name': 'echo',
    'mcp-param-region': 'eu-1',
    'mcp-param-city': '=?base64?5p2x5Lqs?=',
    'mcp-param-odd': '=?base64?PT9iYXNlNjQ/ZUE9PT89?='
  })
  t.equal(second?.headers['mcp-name'], '=?base64?5pel5pysIA==?=')
  t.equal(first?.headers['mcp-session-id'], undefined)
  t.equal(first?.headers['accept-encoding'], 'identity')
})

t.test('trace — the context of the call is in headers too, and of no other request', async t => {
  covers('upstream.trace-continued')
  const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'vendor=1' }
  for (const server of [{ revision: MODERN }, { revision: LEGACY, sessions: true }]) {
    const { call, server: { seen } } = await openHttp(t, server)
    await call('echo', {}, { trace })
    await call('echo')
    const traced = seen.filter(({ headers }) => headers['traceparent'] !== undefined)
    t.match(traced, [{ message: { method: 'tools/call', params: { _meta: trace } }, headers: trace }])
    t.equal(traced.length, 1)
  }
})

t.test('modern — a result that is not complete is no answer', async t => {
  const { call } = await openHttp(t, { revision: MODERN })
  t.strictSame(await call('result', { result: { resultType: 'input_required', inputRequests: {} } }),
    { kind: 'not-executed', reason: 'input-required' })
  t.strictSame(await call('result', { result: { resultType: 'later' } }), { kind: 'unknown', reason: 'unreadable' })
  t.strictSame(await call('result', { result: 'text' }), { kind: 'unknown', reason: 'unreadable' })
})

t.test('modern — a server that answers in another revision is left alone for a while, or until it lists in that of the lock', async t => {
  covers('upstream.revision-found')
  const clock = createManualClock()
  const { call, upstream, server } = await openHttp(t, { revision: MODERN }, { clock })
  t.strictSame(await call('result', { result: { content: [] } }), { kind: 'changed', executed: 'unknown' })
  t.strictSame(await call('echo'), { kind: 'changed', executed: 'no' })
  t.equal(server.count('tools/call'), 1)
  clock.advance(30_000)
  t.strictSame(await call('refuse', { code: -32022 }), { kind: 'changed', executed: 'no' })
  t.ok((await upstream.list()).ok)
  t.match(await call('echo'), { kind: 'answered' })
})

t.test('stream — what the server asks is refused, but `ping`; the call goes on', async t => {
  const { call } = await openHttp(t, { revision: LEGACY, sessions: true, form: 'stream' })
  const outcome = await call('asks')
  t.match(outcome,
    {
      kind: 'answered',
      result: {
        structuredContent: {
          replies: [{ id: 'ask-0', result: {} }, { id: 'ask-1', error: { code: -32601 } }, { error: { code: -32601 } },
            { error: { code: -32601 } }]
        }
      }
    })
})

t.test('stream — list changes are reported, each once', async t => {
  const { call, events } = await openHttp(t, { revision: MODERN, form: 'stream' })
  t.match(await call('changes', { times: 3 }), { kind: 'answered' })
  t.equal(events.filter(({ kind }) => kind === 'tools-changed').length, 3)
})

t.test('breaker — a server that cannot be reached rests, and one call decides when that is over', async t => {
  covers('upstream.rests-after-crashes')
  const [port = 0] = await freePorts(1)
  const clock = createManualClock()
  const { call, upstream, events } = openUpstream(t, { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} }, MODERN, { clock })
  const reasons: unknown[] = []
  for (let index = 0; index < 6; index += 1) reasons.push((await call('echo') as { reason: string }).reason)
  t.strictSame(reasons, [...Array.from({ length: 5 }, () => 'unreachable'), 'resting'])
  t.equal(upstream.state().breaker, 'open')
  clock.advance(5000)
  t.match(await call('echo'), { reason: 'unreachable' })
  clock.advance(5000)
  t.strictSame(await call('echo'), { kind: 'not-executed', reason: 'resting', retryAfterSeconds: 5 }, 'the pause has doubled')
  clock.advance(5000)
  const server = await startHostileHttp({ revision: MODERN, port })
  t.teardown(server.close)
  const both = await Promise.all([call('echo'), call('echo')])
  t.strictSame(both.map(({ kind }) => kind), ['answered', 'not-executed'], 'one at a time')
  t.match(await call('echo'), { kind: 'answered' })
  t.strictSame(events.flatMap(event => event.kind === 'breaker' ? [event.state] : []), ['open', 'half-open', 'open', 'half-open', 'closed'])
})
