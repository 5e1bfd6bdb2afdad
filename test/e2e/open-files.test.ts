// A process that may open few files, and more clients than that: connections are refused, and the process goes on.

import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { freePorts, startProgram, type RunningProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const OPEN_FILES = 200
const CLIENTS = 400

interface Server {
  readonly program: RunningProgram
  readonly origin: string
  readonly line: (event: string) => Promise<JsonObject>
}

async function startWithFewFiles (t: Test, limits: JsonObject, metricsPort: number): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'open-files-'))
  const file = join(folder, 'gateway.json')
  writeFileSync(file, JSON.stringify({
    host: '127.0.0.1',
    port: 0,
    resource: { identifier: 'http://localhost:3443/mcp' },
    authorizationServer: { issuer: 'http://localhost:9', introspection: { endpoint: 'http://localhost:9/introspect', clientId: 'gateway', clientSecret: 'a-secret-of-the-tests-only' } },
    storage: { url: `sqlite:${join(folder, 'tickets.db')}` },
    audit: { file: join(folder, 'audit.log') },
    metrics: { enabled: true, host: '127.0.0.1', port: metricsPort },
    limits
  }))
  const command = `ulimit -n ${OPEN_FILES} && exec "$0" "$1"`
  const program = startProgram('/bin/sh', ['-c', command, process.execPath, builtProgram('dist/server.js')], { GATEWAY_CONFIG: file })
  t.teardown(async () => {
    program.signal('SIGKILL')
    await program.ended
    rmSync(folder, { recursive: true })
  })
  const line = async (event: string) => JSON.parse(await program.line(new RegExp(`"event":"${event}"`))) as JsonObject
  return { program, line, origin: (await line('listening') as { readonly address: string }).address }
}

/** Connections that say nothing. */
async function crowd (t: Test, origin: string): Promise<void> {
  const { hostname, port } = new URL(origin)
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    const socket = connect(Number(port), hostname).resume()
    t.teardown(() => { socket.destroy() })
    await Promise.race([once(socket, 'connect'), once(socket, 'error')])
    socket.on('error', () => {})
  }))
}

t.test('open files — the limit of connections is lowered to them, and the operator is told', {
  skip: !existsSync('/proc/self/limits')
}, async t => {
  covers('limits.open-files')
  const [metricsPort = 0] = await freePorts(1)
  const { program, origin, line } = await startWithFewFiles(t, {}, metricsPort)
  t.match(await line('connections-lowered'), { level: 40, maxConnections: 10_000, openFiles: OPEN_FILES, used: 100 })
  await crowd(t, origin)
  t.match(await line('connections-closed'), { level: 40 })
  for (let probe = 0; probe < 20; probe += 1) t.equal((await fetch(`${origin}/health`, { headers: { connection: 'close' } })).status, 200)
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  t.match(metrics, /^mcp_gateway_connections (?:9\d|100)$/m)
  t.match(metrics, /^process_resident_memory_bytes \d+/m)
  program.signal('SIGTERM')
  t.match(await program.ended, { code: 0 })
})
