// The stream that a legacy server keeps open in a session beside its answers: only where configuration wants it, one a session, and what
// comes there reaches the caller whose session it is.

import type { ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import type { UpstreamProgress } from '../../src/upstream/upstream-port.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startHostileHttp } from '../support/hostile-http.ts'
import { hiro, LEGACY, openHttp, openUpstream } from '../support/upstream-under-test.ts'

const WITH_STREAMS = { revision: LEGACY, sessions: true, streams: true } as const
const SETTINGS = { limits: { idleMs: 60_000 } }

async function openListening (t: Test, server = WITH_STREAMS as Parameters<typeof startHostileHttp>[0]) {
  const hostile = await startHostileHttp(server)
  t.teardown(hostile.close)
  return { server: hostile, ...openUpstream(t, { kind: 'http', url: hostile.url, headers: {}, listen: true }, LEGACY, SETTINGS) }
}

const send = (stream: ServerResponse | undefined, message: object): void => {
  stream?.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`)
}

t.test('server stream — none is opened unless the configuration wants it', async t => {
  const { call, server } = await openHttp(t, WITH_STREAMS)
  t.match(await call('echo'), { kind: 'answered' })
  t.equal(server.seen.filter(({ method }) => method === 'GET').length, 0)
})

t.test('server stream — one a session, with its id and revision, and closed with the session', async t => {
  covers('upstream.server-streams')
  const { call, server, upstream } = await openListening(t)
  await call('echo')
  await call('echo', {}, { caller: hiro })
  await eventually('two streams', () => server.streams.size === 2)
  await call('echo')
  const opened = server.seen.filter(({ method }) => method === 'GET')
  t.equal(opened.length, 2)
  t.strictSame(new Set(opened.map(({ headers }) => headers['mcp-session-id'])), new Set(server.sessions.keys()))
  t.strictSame([...new Set(opened.map(({ headers }) => `${headers.accept} ${String(headers['mcp-protocol-version'])}`))],
    [`text/event-stream ${LEGACY}`])
  await upstream.close(0)
  await eventually('no stream', () => server.streams.size === 0)
  t.equal(server.deleted.length, 2)
})

t.test('server stream — progress reaches the call that asked for it, and no call of another session', async t => {
  covers('upstream.server-streams')
  const { call, server, upstream } = await openListening(t)
  await call('echo')
  const [ours = ''] = server.sessions.keys()
  await call('echo', {}, { caller: hiro })
  const [theirs = ''] = [...server.sessions.keys()].filter(id => id !== ours)
  await eventually('two streams', () => server.streams.size === 2)
  const seen: UpstreamProgress[] = []
  const running = call('hang', {}, { timeoutMs: 10_000, changes: true, onProgress: progress => { seen.push(progress) } })
  await eventually('the call', () => server.seen.some(({ message }) => isHanging(message)))
  const id = server.seen.find(({ message }) => isHanging(message))?.message?.['id']
  const strays = upstream.state().strayMessages
  send(server.streams.get(theirs), { method: 'notifications/progress', params: { progressToken: id, progress: 9 } })
  await eventually('a stray message', () => upstream.state().strayMessages > strays)
  send(server.streams.get(ours), { method: 'notifications/progress', params: { progressToken: id, progress: 1, total: 2 } })
  await eventually('progress', () => seen.length > 0)
  t.strictSame(seen, [{ progress: 1, total: 2 }])
  await upstream.close(0)
  await running
})

t.test('server stream — changed tools are told, requests of the server answered, and noise is counted', async t => {
  const { call, server, events, upstream } = await openListening(t)
  await call('echo')
  await eventually('a stream', () => server.streams.size === 1)
  const [stream] = server.streams.values()
  send(stream, { method: 'notifications/tools/list_changed' })
  await eventually('the event', () => events.some(({ kind }) => kind === 'tools-changed'))
  send(stream, { id: 'ask-1', method: 'ping' })
  await eventually('an answer', () => server.seen.some(({ message }) => message?.['id'] === 'ask-1' && 'result' in message))
  const strays = upstream.state().strayMessages
  stream?.write(`data: no json\n\ndata: ${'x'.repeat(100_000)}\n\n`)
  await eventually('two strays', () => upstream.state().strayMessages === strays + 2)
  t.match(await call('echo'), { kind: 'answered' })
})

t.test('server stream — a server that has none is asked once, and its calls are as before', async t => {
  const { call, server } = await openListening(t, { revision: LEGACY, sessions: true })
  t.match(await call('echo'), { kind: 'answered' })
  await eventually('the question', () => server.seen.some(({ method }) => method === 'GET'))
  t.match(await call('echo'), { kind: 'answered' })
  t.equal(server.seen.filter(({ method }) => method === 'GET').length, 1)
})

t.test('server stream — one that ends is begun again', async t => {
  const { call, server } = await openListening(t)
  await call('echo')
  await eventually('a stream', () => server.streams.size === 1)
  for (const stream of server.streams.values()) stream.end()
  await eventually('another one', () => server.seen.filter(({ method }) => method === 'GET').length === 2)
  t.match(await call('echo'), { kind: 'answered' })
})

function isHanging (message: Readonly<Record<string, unknown>> | undefined): boolean {
  return message?.['method'] === 'tools/call' && (message['params'] as { name?: unknown }).name === 'hang'
}
