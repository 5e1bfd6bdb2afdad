// Connections: kept alive, pipelined, and streamed over.

import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { message, MODERN } from '../support/gateway.ts'
import { logged, post, setUp, textOf } from '../support/working-gateway.ts'

/** The messages of an event stream. */
const messagesIn = (text: string): unknown[] => text.split('\n\n').filter(event => event !== '')
  .map(event => JSON.parse(event.split('\n').find(line => line.startsWith('data: '))?.slice(6) ?? '') as unknown)

t.test('keep-alive — one connection serves request after request, refused ones among them', async t => {
  covers('transport.keep-alive')
  const setting = await setUp(t)
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => { agent.destroy() })
  const sockets = new Set<number | undefined>()
  for (const [index, token] of [setting.token, 'unknown-token', setting.token, setting.token].entries()) {
    const { request, response } = post({ ...setting, token }, index === 2 ? 'forbidden' : 'say', { args: index === 2 ? {} : { word: `${index}` }, agent })
    const answer = await response
    sockets.add(request.socket?.localPort)
    t.equal(answer.statusCode, [200, 401, 403, 200][index])
    await textOf(answer)
  }
  t.equal(sockets.size, 1)
})

t.test('pipelining — answers come in order, each decided by its own token and body', async t => {
  covers('transport.pipelining')
  const setting = await setUp(t)
  const { token, gateway } = setting
  const raw = (bearer: string, id: number, name: string, args: object): string => {
    const { headers, body } = message('tools/call', { name, arguments: args }, { era: 'modern', name, id })
    const payload = JSON.stringify(body)
    const lines = Object.entries({ host: 'localhost', authorization: `Bearer ${bearer}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload), ...headers })
    return `POST /mcp HTTP/1.1\r\n${lines.map(([field, value]) => `${field}: ${value}`).join('\r\n')}\r\n\r\n${payload}`
  }
  const socket = net.connect(Number(new URL(gateway.url).port), '127.0.0.1')
  t.teardown(() => { socket.destroy() })
  // The first one takes its time; a request that is refused without its body being read must not spoil what follows.
  const work = setting.nextWork()
  socket.write([
    raw(token, 1, 'work', {}),
    raw('unknown-token', 2, 'say', { word: 'POST /mcp HTTP/1.1\r\n\r\n' }),
    raw(token, 3, 'forbidden', {}),
    raw(token, 4, 'say', { word: 'last' })
  ].join('') + 'GET /health-of-nothing HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  ;(await work).finish('first')
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  t.strictSame([...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status), ['200', '401', '403', '200', '404'])
  t.strictSame([...text.matchAll(/"id":(\d)/g)].map(([, id]) => id), ['1', '3', '4'])
  t.match(text, '"text":"first"')
  t.match(text, '"text":"last"')
})

for (const era of ['modern', 'legacy'] as const) {
  t.test(`stream, ${era} — progress, then the answer, then the end`, async t => {
    const setting = await setUp(t)
    const { response } = post(setting, 'work', { era, meta: { progressToken: 'p-1' } })
    const { call, finish } = await setting.nextWork()
    call.progress(1, 2, 'half')
    const answer = await response
    t.match(answer.headers, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no', 'cache-control': 'no-store' })
    t.notOk('mcp-session-id' in answer.headers)
    call.progress(2, 2)
    finish('done')
    t.match(messagesIn(await textOf(answer)), [
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p-1', progress: 1, total: 2, message: 'half' } },
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p-1', progress: 2, total: 2 } },
      { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'done' }] } }
    ])
    call.progress(3, 2)
    t.equal(call.signal.aborted, false, 'an answered call is not a cancelled one')
  })

  t.test(`stream, ${era} — is not opened for who accepts none or wants no progress`, async t => {
    const setting = await setUp(t)
    for (const options of [{ era, meta: { progressToken: 1 }, accept: 'application/json' }, { era },
      { era, meta: { progressToken: 1.5 } }]) {
      const { response } = post(setting, 'work', options)
      const { call, finish } = await setting.nextWork()
      call.progress(1)
      finish('done')
      const answer = await response
      t.match(answer.headers['content-type'], 'application/json')
      t.match(JSON.parse(await textOf(answer)), { id: 1, result: { content: [{ text: 'done' }] } })
    }
  })

  t.test(`cancellation, ${era} — a client that leaves a stream stops the work`, async t => {
    covers('transport.disconnect-cancels')
    const setting = await setUp(t)
    const { request, response } = post(setting, 'work', { era, meta: { progressToken: 7 } })
    const { call, finish } = await setting.nextWork()
    const aborted = once(call.signal, 'abort')
    call.progress(1)
    const answer = await response
    answer.on('error', () => {})
    request.destroy()
    await aborted
    call.progress(2)
    finish('too late')
    await logged(setting, { tool: 'work', granted: true, callerLeft: true, version: era === 'modern' ? MODERN : '2025-11-25' })
    const next = await post(setting, 'say', { args: { word: 'still here' }, era }).response
    t.match(await textOf(next), 'still here', 'and others are served as before')
  })
}
