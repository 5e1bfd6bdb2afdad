// What does the whole product cost, with as many processes as it has? The built server as an operator starts it, and what the
// system says that all its processes together have used. Linux only: other systems do not say it so finely.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { CLIENT_ID, CLIENT_SECRET, ISSUER, RESOURCE } from './servers/identifiers.ts'

const START_DEADLINE_MS = 30_000
const PAUSE_MS = 20

export interface ProductProcess {
  readonly origin: string
  /** Of all threads of all its processes since they began. */
  readonly cpuMicroseconds: () => number
  readonly end: () => Promise<void>
}

export interface ProductOptions {
  readonly workers: number
  readonly authorizationServer: string
  readonly database: string
  /** Where its configuration and its log go. */
  readonly path: string
}

/** Resolves when all workers serve. */
export async function startProduct ({ workers, authorizationServer, database, path }: ProductOptions): Promise<ProductProcess> {
  const [file, log] = [`${path}.json`, `${path}.log`]
  writeFileSync(file, JSON.stringify({
    host: '127.0.0.1',
    port: 0,
    workers,
    resource: { identifier: RESOURCE },
    authorizationServer: {
      issuer: ISSUER,
      introspection: { endpoint: `${authorizationServer}/introspect`, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }
    },
    cache: { ttlSeconds: 300 },
    storage: { url: `sqlite:${database}` },
    // Each of these would refuse the load that is meant to be measured.
    limits: { requestsPerMinutePerPerson: 0, maxEventLoopDelayMs: 0 }
  }))
  const output = openSync(log, 'a')
  const child = spawn(process.execPath, ['dist/server.js'], {
    env: { PATH: process.env['PATH'], GATEWAY_CONFIG: file },
    stdio: ['ignore', output, 'inherit']
  })
  closeSync(output)
  const pid = child.pid ?? 0
  return {
    origin: await addressIn(log, () => child.exitCode !== null),
    cpuMicroseconds: () => [pid, ...childrenOf(pid)].reduce((sum, one) => sum + cpuOf(one), 0),
    async end () {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }
  }
}

async function addressIn (log: string, hasEnded: () => boolean): Promise<string> {
  const giveUpAt = performance.now() + START_DEADLINE_MS
  for (;;) {
    const line = readFileSync(log, 'utf8').split('\n').find(line => line.includes('"event":"listening"'))
    if (line !== undefined) return (JSON.parse(line) as { address: string }).address
    if (hasEnded() || performance.now() > giveUpAt) throw new Error('dist/server.js did not start: npm run build')
    await delay(PAUSE_MS)
  }
}

/** @see https://www.kernel.org/doc/html/latest/filesystems/proc.html on /proc/pid/task/tid/children */
function childrenOf (pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(text => text !== '').map(Number)
}

/** The first number is nanoseconds on a processor. */
function cpuOf (pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map(thread => Number(
    readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]
  ))
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1000
}
