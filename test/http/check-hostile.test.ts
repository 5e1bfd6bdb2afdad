// Answers of a hostile server: their cost grows with their length alone, and none of them directs the check inwards.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { inspectServer, judgeAll } from '../../src/check/inspect.ts'
import { createMessageWatch } from '../../src/check/message-watch.ts'
import { createProber } from '../../src/check/prober.ts'
import { observe } from '../../src/check/observe.ts'
import type { Outcome } from '../../src/check/outcome.ts'
import { routeTo } from '../../src/check/route.ts'
import { parseTarget } from '../../src/check/target.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { covers } from '../support/covers.ts'
import { startModelServer } from '../support/model-server.ts'

const KILOBYTES = 250
const repeat = (piece: string) => (kilobytes: number) => piece.repeat(Math.ceil(kilobytes * 1024 / piece.length))
/** Bodies of each shape, of any length. The first was quadratic in the expression for stack traces, the second in that for streams. */
const SHAPES: Readonly<Record<string, (kilobytes: number) => string>> = {
  'line feeds': repeat('\n'),
  'errors of a stream': repeat('"error":'),
  'events of a stream': repeat('data: {"error"\n\n'),
  'lines of a trace': repeat('\n at x:1'),
  'one line of a trace': kilobytes => `\n at ${repeat(':1')(kilobytes)}`,
  'words of a trace': repeat('at a '),
  blanks: repeat(' '),
  'blanks and line feeds': repeat(' \r\n'),
  tags: repeat('<'),
  'nested arrays': repeat('['),
  'closed nested arrays': kilobytes => `${repeat('[')(kilobytes / 2)}${repeat(']')(kilobytes / 2)}`,
  'nested objects': kilobytes => `${repeat('{"a":')(kilobytes * 5 / 6)}1${repeat('}')(kilobytes / 6)}`,
  'many scopes': kilobytes => JSON.stringify({
    resource: 'https://mcp.example.com/mcp',
    issuer: 'https://as.example.com',
    authorization_servers: ['https://as.example.com'],
    scopes_supported: Array.from({ length: kilobytes * 1024 / 9 }, (_, place) => `s${String(place).padStart(5, '0')}`)
  }),
  'many issuers': kilobytes => JSON.stringify({
    resource: 'https://x', authorization_servers: Array.from({ length: kilobytes * 1024 / 16 }, () => 'https://a.b')
  }),
  'deep scopes': kilobytes => `{"resource":"https://x","scopes_supported":${repeat('[')(kilobytes / 2)}${repeat(']')(kilobytes / 2)}}`
}

function targetAt (address: string) {
  const target = parseTarget(address)
  if (!target.ok) throw new Error(target.error)
  return target.value
}

/** Processor time, in milliseconds, of a check in which every answer is this one. */
async function judge (body: string, type: string): Promise<number> {
  const send = ({ url }: { readonly url: URL }): Promise<Outcome> => Promise.resolve({
    kind: 'reply', status: url.pathname.startsWith('/.well-known/') ? 200 : 401, headers: new Map([['content-type', [type]]]), body
  })
  const before = process.cpuUsage()
  const prober = { send, ranOut: () => false, close () {} }
  const observations = await observe(prober, targetAt('https://mcp.example.com/mcp'), 'http://localhost:6274')
  const { initialize } = observations.unauthenticated
  judgeAll(observations, { initialize, discover: initialize, dpop: initialize, eras: [], further: undefined })
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Processor time of the body at full length, divided by that at a quarter: 4 when linear, 16 when quadratic. */
async function growth (cost: (kilobytes: number) => Promise<number>): Promise<number> {
  await cost(KILOBYTES / 4)
  const ratios: number[] = []
  for (let round = 0; round < 3; round += 1) {
    const small = await cost(KILOBYTES / 4)
    // Below some milliseconds the ratio is noise, and a quadratic cost of 250 kB is seconds.
    ratios.push(await cost(KILOBYTES) / Math.max(small, 5))
  }
  return Math.min(...ratios)
}

t.test('hostile answers — the cost of judging grows with the length of an answer alone', async t => {
  covers('check.bounded-work')
  const failures: string[] = []
  for (const [shape, bodyOf] of Object.entries(SHAPES)) {
    for (const type of ['application/json', 'text/event-stream']) {
      const ratio = await growth(kilobytes => judge(bodyOf(kilobytes), type))
      if (ratio > 10) failures.push(`${shape} as ${type}: ${ratio.toFixed(1)}`)
    }
  }
  t.strictSame(failures, [])
})

t.test('hostile answers — the cost of reading an event stream grows with its length alone, however small the pieces are', async t => {
  covers('check.bounded-work')
  const failures: string[] = []
  for (const [shape, bodyOf] of Object.entries(SHAPES)) {
    for (const size of [1, 100]) {
      const read = (kilobytes: number) => {
        const body = Buffer.from(bodyOf(kilobytes))
        const isComplete = createMessageWatch()
        const before = process.cpuUsage()
        for (let at = 0; at < body.length; at += size) isComplete(body.subarray(at, at + size))
        const { user, system } = process.cpuUsage(before)
        return Promise.resolve((user + system) / 1000)
      }
      const ratio = await growth(read)
      if (ratio > 10) failures.push(`${shape} in pieces of ${size}: ${ratio.toFixed(1)}`)
    }
  }
  t.strictSame(failures, [])
})

t.test('hostile answers — an event stream is complete with its first response, in any pieces', t => {
  const complete = (...pieces: string[]) => {
    const isComplete = createMessageWatch()
    return pieces.map(piece => isComplete(Buffer.from(piece)))
  }
  t.strictSame(complete('event: message\ndata: {"result":{}}\n', '\n'), [false, true])
  t.strictSame(complete('\uFEFFdata: {"result":{}}\n\n'), [true], 'after a byte order mark')
  t.strictSame(complete('data: {"error":{}}\r', '\n\r', '\n'), [false, true, false])
  t.strictSame(complete('data: {"method":"x"}\n\ndata: {"result":\n', 'data: 1}\n\n'), [false, true])
  t.strictSame(complete('data: {"params":{"result":1}}\n\n'), [false], 'a notification is no response')
  t.strictSame(complete(...'data: {"result":1}\n\n'), [...Array<boolean>(19).fill(false), true])
  t.end()
})

t.test('hostile answers — the check ends with a report, whatever every answer holds', async t => {
  const failures: string[] = []
  for (const [shape, bodyOf] of Object.entries(SHAPES)) {
    const body = bodyOf(KILOBYTES)
    const server = await startModelServer(() => ({ status: 200, body }))
    const report = await inspectServer(targetAt(server.url), { token: 'x', deadlineMs: 30_000 }).catch((error: unknown) => String(error))
    await server.close()
    if (typeof report === 'string') failures.push(`${shape}: ${report}`)
  }
  t.strictSame(failures, [])
})

t.test('inward addresses — a public server cannot make the check connect to this machine', async t => {
  covers('check.follows-no-address-inwards')
  let connections = 0
  const inward = createTcpServer(socket => {
    connections += 1
    socket.destroy()
  })
  inward.listen(0, '::')
  await once(inward, 'listening')
  t.teardown(() => new Promise<void>(resolve => { inward.close(() => { resolve() }) }))
  const { port } = inward.address() as AddressInfo
  const named = [
    '0.0.0.0', '0', '[::]', '[::1]', '127.0.0.1', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]', 'localhost', 'rebound.example'
  ]
  const outcomes: string[] = []
  const lookup = (host: string) => Promise.resolve([{ address: host === 'mcp.example.com' ? '1.1.1.1' : '127.0.0.1', family: 4 }])
  const { route } = await routeTo(targetAt('https://mcp.example.com/mcp'), 1000, lookup)
  const prober = createProber({ timeoutMs: 2000, deadlineMs: 10_000, route, clock: systemClock })
  for (const host of named) {
    const outcome = await prober.send({ url: new URL(`https://${host}:${port}/`) })
    if (outcome.kind === 'reply' || outcome.reason !== 'inward') outcomes.push(host)
  }
  prober.close()
  t.strictSame(outcomes, [])
  t.equal(connections, 0)
})

t.test('inward addresses — the address that was judged is the one that is connected', async t => {
  covers('check.follows-no-address-inwards')
  const server = createServer((request, response) => { response.end(request.headers.host) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => new Promise<void>(resolve => { server.closeAllConnections(); server.close(() => { resolve() }) }))
  const { port } = server.address() as AddressInfo
  const route = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }])
  const prober = createProber({ timeoutMs: 2000, deadlineMs: 10_000, route, clock: systemClock })
  t.teardown(() => { prober.close() })
  const url = new URL(`http://no-such-name.example:${port}/`)
  t.match(await prober.send({ url }), { kind: 'reply', body: url.host })
})
