// Connections: kept alive, pipelined, streamed over, and left by the client in the middle of an answer.

import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { defineTool, type ToolCall } from '../../src/index.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { message, MODERN } from '../support/gateway.ts'
import { startProtectedGateway, type ProtectedGateway } from '../support/protected-gateway.ts'

const READ = 'mcp:tickets:read'
const nothing = z.strictObject({})

/** A tool in the hand of the test: it begins, does as told, and ends. */
interface Work {
  readonly call: ToolCall
  readonly finish: (text: string) => void
}

interface Setting {
  readonly gateway: ProtectedGateway
  readonly token: string
  /** The next call that reaches the tool. */
  readonly nextWork: () => Promise<Work>
}

async function setUp (t: Test): Promise<Setting> {
  const arrived: Work[] = []
  const waiting: Array<(work: Work) => void> = []
  const work = defineTool({
    name: 'work',
    title: 'Work',
    description: 'Works until the test says that it is done',
    input: nothing,
    output: nothing,
    access: { scopes: [READ] },
    run: async (_permit, _input, call) => {
      const text = await new Promise<string>(resolve => {
        const one = { call, finish: resolve }
        const taker = waiting.shift()
        if (taker === undefined) arrived.push(one)
        else taker(one)
      })
      return { kind: 'completed', text, structured: {} }
    }
  })
  const say = defineTool({
    name: 'say',
    title: 'Say',
    description: 'Answers at once',
    input: z.strictObject({ word: z.string() }),
    output: nothing,
    access: { scopes: [READ] },
    run: async (_permit, { word }) => ({ kind: 'completed', text: word, structured: {} })
  })
  const forbidden = defineTool({ ...say, name: 'forbidden', access: { scopes: ['mcp:tickets:write'] }, input: nothing, output: nothing, run: async () => ({ kind: 'completed', text: '', structured: {} }) })
  const gateway = await startProtectedGateway({ tools: [work, say, forbidden] })
  t.teardown(() => gateway.close())
  return {
    gateway,
    token: await gateway.token(READ),
    nextWork: () => {
      const one = arrived.shift()
      return one === undefined ? new Promise(resolve => { waiting.push(resolve) }) : Promise.resolve(one)
    }
  }
}

interface Posted {
  readonly request: http.ClientRequest
  readonly response: Promise<http.IncomingMessage>
}

interface PostOptions {
  readonly args?: object
  readonly era?: 'modern' | 'legacy'
  readonly meta?: Readonly<Record<string, unknown>>
  readonly accept?: string
  readonly agent?: http.Agent
  readonly id?: number
}

function post ({ gateway, token }: Setting, name: string, { args = {}, era = 'modern', meta = {}, accept = 'application/json, text/event-stream', agent, id = 1 }: PostOptions = {}): Posted {
  const built = message('tools/call', { name, arguments: args }, { era, meta, name, id })
  const request = http.request(gateway.url, { method: 'POST', agent, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept, ...built.headers } })
  const response = once(request, 'response').then(([answer]) => answer as http.IncomingMessage)
  request.end(JSON.stringify(built.body))
  return { request, response }
}

async function textOf (response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** The messages of an event stream. */
const messagesIn = (text: string): unknown[] => text.split('\n\n').filter(event => event !== '').map(event => JSON.parse(event.split('\n').find(line => line.startsWith('data: '))?.slice(6) ?? '') as unknown)

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
  // The first one takes its time; whoever is refused without its body being read must not spoil what follows.
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
    for (const options of [{ era, meta: { progressToken: 1 }, accept: 'application/json' }, { era }, { era, meta: { progressToken: 1.5 } }]) {
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

t.test('cancellation — a client that leaves before the answer begins stops the work too', async t => {
  covers('transport.disconnect-cancels')
  const setting = await setUp(t)
  for (const looksEarly of [true, false]) {
    const { request, response } = post(setting, 'work')
    response.catch(() => {})
    const { call, finish } = await setting.nextWork()
    if (looksEarly) t.equal(call.signal.aborted, false)
    request.destroy()
    // By now the connection is gone before the tool thinks of looking.
    if (!looksEarly) for (const word of ['a', 'b', 'c']) await textOf(await post(setting, 'say', { args: { word } }).response)
    await eventually('the signal', () => call.signal.aborted)
    t.equal(call.signal.aborted, true, looksEarly ? 'for a tool that was listening' : 'for one that looks later')
    finish('too late')
    await logged(setting, { tool: 'work', callerLeft: true })
  }
})

t.test('cancellation — one of two clients on one gateway leaves, the other is answered', async t => {
  covers('transport.disconnect-cancels')
  const setting = await setUp(t)
  const leaving = post(setting, 'work', { meta: { progressToken: 1 } })
  const first = await setting.nextWork()
  const staying = post(setting, 'work', { meta: { progressToken: 1 }, id: 1 })
  const second = await setting.nextWork()
  leaving.response.then(answer => { answer.on('error', () => {}) }, () => {})
  const aborted = once(first.call.signal, 'abort')
  first.call.progress(1)
  second.call.progress(1)
  await leaving.response
  leaving.request.destroy()
  await aborted
  t.equal(second.call.signal.aborted, false)
  first.finish('')
  second.finish('answered')
  t.match(await textOf(await staying.response), 'answered')
})

async function logged ({ gateway }: Setting, wanted: Readonly<Record<string, unknown>>): Promise<void> {
  await eventually('the decision line', () => gateway.decisions.some(line => Object.entries(wanted).every(([name, value]) => line[name] === value)))
}
