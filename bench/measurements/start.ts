// How long does the gateway take to answer for the first time? Beside a server of node:http alone, in turns: what Node.js itself
// takes, and the asking, is in both.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { median } from '../statistics.ts'

export interface Start {
  readonly nodeMs: number
  readonly gatewayMs: number
  /** The median of the differences within one turn. */
  readonly moreMs: number
}

export const START_AT_MOST_MS = 500

const PAUSE_MS = 2
const DEADLINE_MS = 60_000
const NODE_ALONE =
  "require('node:http').createServer((_request, response) => { response.end('{}') }).listen(Number(process.env.PORT), '127.0.0.1')"

export async function measureStart (database: string, turns: number): Promise<Start> {
  const times: Array<{ node: number, gateway: number }> = []
  for (let turn = 0; turn < turns; turn += 1) {
    const node = await timeOf(['-e', NODE_ALONE], {})
    const gateway = await timeOf(['dist/server.js'], { STORAGE_URL: `sqlite:${database}` })
    times.push({ node, gateway })
  }
  return {
    nodeMs: median(times.map(({ node }) => node)),
    gatewayMs: median(times.map(({ gateway }) => gateway)),
    moreMs: median(times.map(({ node, gateway }) => gateway - node))
  }
}

async function timeOf (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> {
  const port = await freePort()
  const startedMs = performance.now()
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(port),
      RESOURCE_IDENTIFIER: `http://localhost:${port}/mcp`,
      ...environment
    },
    stdio: ['ignore', 'ignore', 'inherit']
  })
  const exited = once(child, 'exit')
  while (await statusAt(port) !== 200) {
    if (child.exitCode !== null || performance.now() - startedMs > DEADLINE_MS) {
      throw new Error(`${args.join(' ')} did not start: npm run build`)
    }
    await delay(PAUSE_MS)
  }
  const tookMs = performance.now() - startedMs
  child.kill('SIGKILL')
  await exited
  return tookMs
}

async function statusAt (port: number): Promise<number | undefined> {
  const asked = request({ host: '127.0.0.1', port, path: '/health' })
  asked.end()
  try {
    const [answer] = await once(asked, 'response') as [IncomingMessage]
    answer.resume()
    return answer.statusCode
  } catch {
    return undefined
  }
}
