// One client that holds every connection shuts out nobody, and probes have a listener of their own. Addresses of 127.0.0.0/8 stand for
// clients; where the system has only 127.0.0.1, they are one.

import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import t, { type Test } from 'tap'
import { createConnectionTable, type ClosedFor } from '../../src/listener/connection-table.ts'
import { guardServer, QUIET_MS } from '../../src/listener/guarded-server.ts'
import { listenersOf } from '../../src/server/app.ts'
import { createCertificate } from '../support/certificates.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { buildGateway } from '../support/gateway.ts'
import { portOf } from '../support/raw-request.ts'

const HEALTH = 'GET /health HTTP/1.1\r\nHost: localhost:3443\r\n\r\n'
const HONEST = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1'

interface Client {
  readonly socket: Socket
  readonly received: () => string
  readonly closed: Promise<unknown>
}

/** Resolves when the answer to `request` has begun, or the connection is closed. */
async function client (t: Test, port: number, request: string, localAddress = '127.0.0.1'): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  t.teardown(() => { socket.destroy() })
  return observed(socket, request)
}

async function observed (socket: Socket, request: string): Promise<Client> {
  const chunks: Buffer[] = []
  const closed = once(socket, 'close')
  const answered = new Promise(resolve => socket.on('data', chunk => { chunks.push(chunk); resolve(chunk) }))
  socket.on('error', () => {})
  socket.write(request)
  await Promise.race([answered, closed])
  return { socket, closed, received: () => Buffer.concat(chunks).toString() }
}

t.test('connections — one client that holds all of them keeps nobody out, and the operator is told', async t => {
  covers('limits.connection-shares', 'limits.connections-bounded')
  const gateway = await buildGateway(t, { config: { limits: { maxConnections: 20, requestsPerMinutePerPerson: 0 } } })
  const port = await portOf(gateway.app)
  const held: Client[] = []
  for (let count = 0; count < 60; count += 1) held.push(await client(t, port, HEALTH))
  await Promise.all(held.slice(0, 40).map(({ closed }) => closed))
  t.equal(held.filter(({ received }) => received().startsWith('HTTP/1.1 200')).length, 60, 'each was served, and the oldest ones gave way')
  const each = collected(t)
  for (let call = 0; call < 30; call += 1) each.match((await client(t, port, HEALTH, HONEST)).received(), /^HTTP\/1\.1 200/, `call ${call}`)
  each.end()
  const lines = gateway.lines().filter(({ event }) => event === 'connections-closed')
  t.equal(lines.length, 1, 'told once a minute')
  t.match(lines[0], { level: 40, displaced: 1, refused: 0, open: 19, mostOfOneAddress: 19 })
  gateway.clock.advance(60_000)
  await client(t, port, HEALTH)
  t.match(gateway.lines().filter(({ event }) => event === 'connections-closed')[1], { displaced: 70 }, 'with what happened since')
})

t.test('connections — with TLS too, and one that never shakes hands is no exception', async t => {
  covers('limits.connection-shares')
  const folder = mkdtempSync(join(tmpdir(), 'shares-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const { certPem, keyPem } = createCertificate('localhost')
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(cert, certPem)
  writeFileSync(key, keyPem)
  const gateway = await buildGateway(t, { config: { tls: { cert, key }, limits: { maxConnections: 2, requestsPerMinutePerPerson: 0 } } })
  const port = await portOf(gateway.app)
  const secure = async (): Promise<Client> => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    t.teardown(() => { socket.destroy() })
    return observed(socket, HEALTH)
  }
  const silent = connect(port, '127.0.0.1').resume()
  silent.on('error', () => {})
  t.teardown(() => { silent.destroy() })
  const silentClosed = once(silent, 'close')
  await once(silent, 'connect')
  const [first, second] = [await secure(), await secure()]
  await silentClosed
  const third = await secure()
  await first.closed
  t.match([second, third].map(({ received }) => received()), [/^HTTP\/1\.1 200/, /^HTTP\/1\.1 200/])
  second.socket.write(HEALTH.repeat(100))
  await second.closed
  t.match((await secure()).received(), /^HTTP\/1\.1 200/)
})

t.test('health — at a separate listener, which clients do not reach, also while they hold every connection', async t => {
  covers('limits.health-listener')
  const gateway = await buildGateway(t,
    { config: { health: { host: '127.0.0.1', port: 0 }, limits: { maxConnections: 1, requestsPerMinutePerPerson: 0 } } })
  const port = await portOf(gateway.app)
  const health = Number(gateway.lines().find(({ event }) => event === 'health')?.['port'])
  await client(t, port, 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n')
  const probers = await Promise.all(Array.from({ length: 150 }, () => client(t, health, HEALTH)))
  t.equal(probers.filter(({ received }) => received().startsWith('HTTP/1.1 200')).length, 150)
  const statuses = await Promise.all(['/health', '/ready', '/mcp', '/docs/mcp', '/health/x'].map(async path => (await fetch(`http://127.0.0.1:${health}${path}`)).status))
  t.strictSame(statuses, [200, 200, 404, 404, 404])
  gateway.failWith = 'refused'
  await t.rejects(buildGateway(t, { config: { health: { host: '127.0.0.1', port: health } } }).then(async ({ app }) => app.ready()),
    { code: 'GW_CONFIG_INVALID' }, 'a port that is taken is told at start')
})

t.test('a client that reads no answer is closed; one whose call is still at work is not', async t => {
  covers('limits.slow-clients')
  const closed: ClosedFor[] = []
  const table = createConnectionTable({
    limits: () => ({ maxConnections: 10, connectionsPerAddress: 0 }),
    closed: why => { closed.push(why) }
  })
  const server = createServer()
  t.teardown(() => { server.closeAllConnections(); server.close() })
  let finish = () => {}
  guardServer(server, table, (request, response) => {
    if (request.url === '/large') response.end(Buffer.alloc(64_000_000))
    else finish = () => { response.end('done') }
  })
  t.equal(server.timeout, QUIET_MS)
  // The time itself is too long for a test.
  server.timeout = 50
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const working = connect(port, '127.0.0.1')
  working.write('GET /work HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const unread = connect(port, '127.0.0.1').pause()
  unread.on('error', () => {})
  unread.write('GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n')
  t.teardown(() => { unread.destroy(); working.destroy() })
  await eventually('both are there', () => table.open() === 2)
  await eventually('the one that reads nothing is closed', () => table.open() === 1)
  finish()
  const [answer] = await once(working, 'data') as [Buffer]
  t.match(answer.toString(), /^HTTP\/1\.1 200/)
  t.strictSame(closed, [])
})

t.test('a connection that cannot be accepted is refused, and ends no process', async t => {
  covers('limits.open-files')
  const closed: ClosedFor[] = []
  const table = createConnectionTable({
    limits: () => ({ maxConnections: 10, connectionsPerAddress: 0 }),
    closed: why => { closed.push(why) }
  })
  const server = createServer()
  guardServer(server, table, () => {})
  server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE', syscall: 'accept' }))
  t.strictSame(closed, ['refused'])
  t.throws(() => server.emit('error', Object.assign(new Error('listen EADDRINUSE'), { syscall: 'listen' })), /EADDRINUSE/, 'other errors are not hidden')
})

t.test('localhost — each of its addresses has the same limits and refusals', { skip: process.platform !== 'linux' }, async t => {
  covers('limits.connections-bounded', 'limits.unanswered-requests')
  const gateway = await buildGateway(t, { config: { limits: { maxConnections: 3, requestsPerMinutePerPerson: 0 } } })
  const { app } = gateway
  const addresses = ['127.0.0.2', '127.0.0.3', '192.0.2.1'].map(address => ({ address }))
  await listenersOf(app).listen(app, { host: 'localhost', port: 0 }, () => Promise.resolve(addresses))
  const { port } = app.server.address() as AddressInfo
  const each = collected(t)
  const held: Client[] = []
  for (const host of ['127.0.0.2', '127.0.0.3', '127.0.0.2', '127.0.0.3', '127.0.0.3']) {
    const socket = connect(port, host)
    t.teardown(() => { socket.destroy() })
    held.push(await observed(socket, HEALTH))
    each.match(held.at(-1)?.received(), /^HTTP\/1\.1 200/, host)
    each.match((await observed(connect(port, host), 'GARBAGE\r\n\r\n')).received(), /^HTTP\/1\.1 400[^]*invalid_request/, `${host}: no HTTP`)
    each.notMatch((await observed(connect(port, host), HEALTH.repeat(500))).received(), /(?:HTTP\/1\.1 200[^]*){9}/, `${host}: pipelined`)
  }
  each.end()
  await eventually('three are left', () => held.filter(({ socket }) => !socket.destroyed).length <= 3)
  await app.close()
  await t.rejects(once(connect(port, '127.0.0.2'), 'connect'), { code: 'ECONNREFUSED' }, 'and all of them end with the app')
})
