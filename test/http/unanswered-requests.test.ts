// Requests that are sent without waiting for the answers, and answers that are not read: without a token they must cost nothing that
// lasts. A gateway in a process of its own, so that its memory can be measured.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { ISSUER, RESOURCE } from '../support/gateway.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { programArguments } from '../support/program.ts'

const CONNECTIONS = 40
const REQUESTS = 1700
/** Without a bound it was 267 MB for documents, 96 MB for health. With it, what V8 keeps for later was up to 40 MB. */
const MOST_GROWTH_BYTES = 60_000_000
const HEAD = 'HTTP/1.1\r\nHost: localhost:3443\r\n\r\n'

interface Child {
  readonly port: number
  readonly metricsPort: number
  readonly residentBytes: () => Promise<number>
  readonly metric: (name: string) => Promise<number>
}

async function startChild (t: Test): Promise<Child> {
  const [metricsPort = 0] = await freePorts(1)
  const program = startProgram(process.execPath, [...programArguments('test/support/gateway-process'), JSON.stringify({
    resource: { identifier: RESOURCE },
    authorizationServer: { issuer: ISSUER, introspection: { clientId: 'mcp-server', clientSecret: 'introspection-secret-of-the-tests' } },
    storage: { url: 'sqlite::memory:' },
    metrics: { enabled: true, host: '127.0.0.1', port: metricsPort }
  })])
  t.teardown(async () => {
    program.signal('SIGKILL')
    await program.ended
  })
  const port = Number((await program.line(/^listening \d+$/)).split(' ')[1])
  const metric = async (name: string) => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    const line = text.split('\n').find(line => line.startsWith(`${name} `))
    return Number(line?.slice(name.length + 1))
  }
  return { port, metricsPort, metric, residentBytes: () => metric('process_resident_memory_bytes') }
}

async function open (t: Test, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').pause()
  socket.on('error', () => {})
  t.teardown(() => { socket.destroy() })
  await once(socket, 'connect')
  return socket
}

async function statusOf (port: number, path: string): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).status
}

for (const [what, target, listener] of [
  ['documents', 'GET /docs/mcp', 'port'],
  ['health', 'GET /health', 'port'],
  ['metadata', 'GET /.well-known/oauth-protected-resource/mcp', 'port'],
  ['the endpoint without a token', 'POST /mcp', 'port'],
  ['nothing', 'GET /nothing', 'port'],
  ['metrics', 'GET /metrics', 'metricsPort']
] as const) {
  t.test(`pipelining — of ${what}: answers that are not read do not fill the memory`, async t => {
    covers('limits.unanswered-requests')
    const child = await startChild(t)
    t.equal(await statusOf(child.port, '/docs/mcp'), 200)
    const before = await child.residentBytes()
    const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(t, child[listener])))
    await Promise.all(sockets.map(socket => new Promise(resolve => { socket.write(`${target} ${HEAD}`.repeat(REQUESTS), resolve) })))
    if (listener === 'port') {
      await eventually('each connection is dealt with', async () =>
        await child.metric('mcp_gateway_connections_closed_total{reason="unanswered"}') === CONNECTIONS)
    }
    t.equal(await statusOf(child.port, '/health'), 200)
    const grown = await child.residentBytes() - before
    t.ok(grown < MOST_GROWTH_BYTES, `${Math.round(grown / 1e6)} MB`)
  })
}
