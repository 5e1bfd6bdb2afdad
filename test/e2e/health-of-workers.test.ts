// Several workers share the listener for probes as they share the one for clients.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

t.test('health — of several workers at one port, while clients hold every connection of each', async t => {
  covers('limits.connections-bounded', 'limits.health-listener', 'workers.share-one-port')
  const folder = mkdtempSync(join(tmpdir(), 'health-of-workers-'))
  const file = join(folder, 'gateway.json')
  const [port = 0, health = 0] = await freePorts(2)
  writeFileSync(file, JSON.stringify({
    host: '127.0.0.1',
    port,
    workers: 2,
    resource: { identifier: `http://127.0.0.1:${port}/mcp` },
    authorizationServer: {
      issuer: 'http://localhost:9',
      introspection: { endpoint: 'http://localhost:9/introspect', clientId: 'gateway', clientSecret: 'a-secret-of-the-tests-only' }
    },
    storage: { url: `sqlite:${join(folder, 'tickets.db')}` },
    health: { host: '127.0.0.1', port: health },
    limits: { maxConnections: 3, headersTimeoutMs: 60_000, requestTimeoutMs: 60_000 }
  }))
  const program = startProgram(process.execPath, [builtProgram('dist/server.js')], { GATEWAY_CONFIG: file })
  t.teardown(async () => {
    program.signal('SIGKILL')
    await program.ended
    rmSync(folder, { recursive: true })
  })
  await program.line(/"event":"listening"/)
  const sockets = Array.from({ length: 20 }, () => connect(port, '127.0.0.1').on('error', () => {}).resume())
  t.teardown(() => { for (const socket of sockets) socket.destroy() })
  await eventually('at most three for each worker are left', () => sockets.filter(({ destroyed }) => !destroyed).length <= 6)
  const each = collected(t)
  for (let probe = 0; probe < 10; probe += 1) each.equal((await fetch(`http://127.0.0.1:${health}/health`, { headers: { connection: 'close' } })).status, 200)
  each.equal((await fetch(`http://127.0.0.1:${health}/mcp`)).status, 404)
  each.end()
  program.signal('SIGTERM')
  t.match(await program.ended, { code: 0 }, 'connections that say nothing do not delay the end')
})
