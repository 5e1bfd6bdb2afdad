// Answers without end: a stream of events or comments over HTTP, a line over stdio. Each is cut, and costs nobody but its caller.

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { hiro, LEGACY, MODERN, openStdio, openUpstream } from '../support/upstream-under-test.ts'

/** Answers each request with this piece again and again, as long as its connection is open. */
async function startEndless (t: Test, piece: string) {
  const state = { open: 0, bytes: 0 }
  const pour = (response: ServerResponse): void => {
    while (!response.destroyed) {
      state.bytes += piece.length
      if (!response.write(piece)) {
        response.once('drain', () => { pour(response) })
        return
      }
    }
  }
  const server = createServer((request, response) => {
    request.resume()
    state.open += 1
    response.on('close', () => { state.open -= 1 })
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    pour(response)
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, state }
}

t.test('stream — one without end is cut at the limit, and its connection is closed (case 55)', async t => {
  covers('upstream.bounded')
  const notification = 'data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n'
  for (const piece of [`: ${'c'.repeat(4000)}\n`, `data: ${'x'.repeat(4000)}\n`, notification, 'd'.repeat(4000)]) {
    const { url, state } = await startEndless(t, piece)
    const { call, upstream } = openUpstream(t, { kind: 'http', url, headers: {} }, MODERN)
    t.strictSame(await call('echo'), { kind: 'too-large' }, piece.slice(0, 10))
    await eventually('the connection is closed', () => state.open === 0)
    t.ok(state.bytes < 20_000_000, 'what was sent is bounded by the limit and by the buffers on the way')
    t.equal(upstream.state().callsInFlight, 0)
  }
})

t.test('output — a line without end is skipped: its caller waits for its time, and the others are answered (case 55)', async t => {
  covers('upstream.bounded')
  const { call, events } = openStdio(t, { revision: LEGACY }, { limits: { maxConnections: 2 } })
  await call('echo', {}, { caller: hiro })
  const endless = call('endless', {}, { timeoutMs: 2000 })
  t.match(await call('echo', {}, { caller: hiro }), { kind: 'answered' })
  t.match(await endless, { kind: /unknown|too-large/ })
  t.match(await call('echo', {}, { caller: hiro }), { kind: 'answered' })
  t.strictSame(events.filter(({ kind }) => kind === 'ended'), [], 'nobody else lost a process')
})
