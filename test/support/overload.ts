// What becomes of a gateway that is asked for four times what it can do? A real process under load from this one: what it can do, too
// much of it, a flood of junk, a crowd that connects and says nothing, an authorization server that goes away, and then what it can
// do again.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { eventually } from './eventually.ts'
import { beside, CONNECTIONS, junk, open, people, silence, steady, type Tally, type Target } from './load.ts'
import { freePorts } from './processes.ts'
import { builtProgram } from './program.ts'

export interface OverloadOptions {
  /** Of each phase. */
  readonly seconds: number
  readonly tell?: (line: string) => void
}

export interface PhaseReport {
  readonly name: string
  /** How often each status came; `none`: no answer. */
  readonly statuses: Readonly<Record<string, number>>
  /** Answers a second. */
  readonly rate: number
  /** Processor time of the gateway for one answer, milliseconds; 0 where the system does not tell. */
  readonly cpuMs: number
  /** Not sent, because 4,000 were waiting already. */
  readonly heldBack: number
  /** Of the slowest hundredth, milliseconds. */
  readonly p99Ms: number
  readonly health: { readonly asked: number, readonly answered: number, readonly slowestMs: number }
  /** Resident memory of the gateway's process at most, in megabytes. */
  readonly memoryMb: number
}

export interface OverloadReport {
  readonly phases: readonly PhaseReport[]
  /** Processor time for an answer at the beginning, divided by that at the end: below 1 it has become slower. */
  readonly afterwards: number
}

export async function runOverload ({ seconds, tell = () => {} }: OverloadOptions): Promise<OverloadReport> {
  const server = await startServer()
  const folder = mkdtempSync(join(tmpdir(), 'overload-'))
  const { target, child } = await startGateway(folder, server)
  const phases: PhaseReport[] = []
  const phase = async (name: string, load: (pool: Pool, tally: Tally, endAtMs: number) => Promise<void>): Promise<PhaseReport> => {
    const report = await watched(name, target, seconds, load)
    phases.push(report)
    tell(`${name}: ${JSON.stringify(report)}`)
    return report
  }
  try {
    // Compiled code and a warm cache are part of what it can do.
    await watched('warm-up', target, Math.min(seconds, 3), steady(people))
    const before = await phase('what it can do', steady(people))
    await phase('four times as much', open(before.rate * 4, people))
    await phase('a flood of junk tokens', open(before.rate, junk))
    await phase('two thousand connections that send nothing, or half a header', beside(silence(target), steady(people)))
    server.failing = true
    await phase('the authorization server is away, with new tokens', open(before.rate / 4, junk))
    server.failing = false
    await eventually('it is asked again', async () => (await fetch(`${target.origin}/ready`)).status === 200, 60_000)
    const after = await phase('what it can do afterwards', steady(people))
    return { phases, afterwards: after.cpuMs > 0 ? before.cpuMs / after.cpuMs : after.rate / before.rate }
  } finally {
    child.kill('SIGTERM')
    await once(child, 'close')
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function watched (
  name: string, target: Target, seconds: number, load: (pool: Pool, tally: Tally, endAtMs: number) => Promise<void>
): Promise<PhaseReport> {
  const pool = new Pool(target.origin, { connections: name.startsWith('what') ? CONNECTIONS : 256 })
  const tally: Tally = { statuses: new Map(), latenciesMs: [], heldBack: 0 }
  const health = { asked: 0, answered: 0, slowestMs: 0 }
  let memoryMb = 0
  const progress = { running: true }
  const watching = (async () => {
    while (progress.running) {
      memoryMb = Math.max(memoryMb, residentMb(target.pid))
      const startedMs = performance.now()
      health.asked += 1
      if (await isAlive(target)) health.answered += 1
      health.slowestMs = Math.max(health.slowestMs, Math.round(performance.now() - startedMs))
      await delay(100)
    }
  })()
  const cpuBeforeMs = cpuMsOf(target.pid)
  const startedMs = performance.now()
  await load(pool, tally, startedMs + seconds * 1000)
  const tookMs = performance.now() - startedMs
  const cpuMs = cpuMsOf(target.pid) - cpuBeforeMs
  progress.running = false
  await watching
  await pool.close()
  const sorted = tally.latenciesMs.toSorted((a, b) => a - b)
  return {
    name,
    statuses: Object.fromEntries([...tally.statuses].toSorted()),
    rate: Math.round(sorted.length / tookMs * 1000),
    cpuMs: Math.round(cpuMs / sorted.length * 1000) / 1000,
    heldBack: tally.heldBack,
    p99Ms: Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
    health,
    memoryMb: Math.max(memoryMb, residentMb(target.pid))
  }
}

async function isAlive ({ origin }: Target): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(15_000) })
    await response.text()
    return response.status === 200
  } catch {
    return false
  }
}

/** 0 where the system does not tell it so. */
function residentMb (pid: number): number {
  try {
    return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
  } catch {
    return 0
  }
}

/** User and system time so far. The kernel counts hundredths of a second. */
function cpuMsOf (pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return 0
  }
}

type FailableServer = Server & { failing: boolean, origin: string }

/** Knows people, and calls everything else inactive. */
async function startServer (): Promise<FailableServer> {
  const server = Object.assign(createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => { body += chunk.toString() })
    request.on('end', () => {
      if (server.failing) {
        response.writeHead(500).end()
        return
      }
      const token = new URLSearchParams(body).get('token') ?? ''
      const reply = token.startsWith('person-')
        ? { active: true, iss: server.origin, sub: token, aud: `${server.origin}/mcp`, scope: 'mcp:tickets:read', client_id: 'load', exp: Math.floor(Date.now() / 1000) + 3600 }
        : { active: false }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
    })
  }), { failing: false, origin: '' })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return server
}

async function startGateway (folder: string, server: FailableServer): Promise<{ target: Target, child: ChildProcess }> {
  const [port = 0] = await freePorts(1)
  const file = join(folder, 'gateway.json')
  writeFileSync(file, JSON.stringify({
    host: '127.0.0.1',
    port,
    // The stand-in puts this audience into its tokens; nothing follows it.
    resource: { identifier: `${server.origin}/mcp` },
    authorizationServer: { issuer: server.origin, introspection: { endpoint: `${server.origin}/introspect`, clientId: 'load', clientSecret: 'long-enough-to-be-real' } },
    storage: { url: `sqlite:${join(folder, 'tickets.db')}` },
    limits: { requestsPerMinutePerPerson: 0, maxEventLoopDelayMs: 250 },
    metrics: { enabled: true, host: '127.0.0.1', port: 0 }
  }))
  const child = spawn(process.execPath, [builtProgram('dist/server.js')],
    { env: { PATH: process.env['PATH'] ?? '', GATEWAY_CONFIG: file }, stdio: ['ignore', 'ignore', 'inherit'] })
  const origin = `http://127.0.0.1:${port}`
  try {
    await eventually('the gateway answers', () => fetch(`${origin}/health`).then(({ status }) => status === 200, () => false))
  } catch (error) {
    child.kill('SIGKILL')
    server.close()
    throw error
  }
  return { target: { origin, pid: child.pid ?? -1 }, child }
}
