// Where does each microsecond of a cached call go? A sampling profile of the gateway and one of the bare route, by the part of
// the program that was running. A profiler costs time itself: what counts is how the parts compare.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from '../bench-environment.ts'
import { gatewayArguments } from '../gateway-options.ts'
import { getTicket } from '../works.ts'

export interface ProfiledPart {
  readonly part: string
  /** Microseconds per request. */
  readonly gateway: number
  readonly bare: number
}

interface Node {
  readonly id: number
  readonly callFrame: { readonly functionName: string, readonly url: string }
  readonly children?: readonly number[]
}
interface Profile { readonly nodes: readonly Node[], readonly samples: readonly number[], readonly timeDeltas: readonly number[] }

const WARM_UP = 20_000
const REQUESTS = 30_000
const INTERVAL_MICROSECONDS = 100

/** The first that fits; an address of the engine's own code belongs to its caller. */
const PARTS: ReadonlyArray<readonly [part: string, pattern: RegExp]> = [
  [
    'log',
    /\/(?:pino|sonic-boom|quick-format-unescaped|safe-stable-stringify)\/|\/src\/(?:request-)?logger|\/src\/http\/decision-log|\/logger-factory/
  ],
  ['CORS', /\/@fastify\/cors\/|\/src\/http\/(?:cors|origin-hook)/],
  [
    'token: reading, hashing, cache, claims',
    /\/src\/auth\/|\/lru-cache\/|\/src\/http\/(?:authentication-hook|credentials|call-state)|internal\/crypto/
  ],
  ['decision: scope, details', /\/src\/policy\/|\/src\/tools\//],
  ['arguments (zod)', /\/zod\//],
  ['message, tool and its result', /\/src\/(?:mcp\/|kernel\/deadline)|\/bench\//],
  ['HTTP of the gateway', /\/src\//],
  ['Fastify, and parsing the body', /\/node_modules\//],
  ['Node.js: HTTP, streams, timers', /^node:/]
]

export async function measureProfile (bench: Bench): Promise<readonly ProfiledPart[]> {
  const { authorizationServer } = bench
  const gateway = await profile(bench, 'servers/gateway', gatewayArguments({ authorizationServer, database: await bench.database() }))
  const bare = await profile(bench, 'servers/bare-fastify', [])
  return [...new Set([...PARTS.map(([part]) => part), ...gateway.keys()])]
    .map(part => ({ part, gateway: gateway.get(part) ?? 0, bare: bare.get(part) ?? 0 }))
}

async function profile (bench: Bench, program: string, args: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-profile-'))
  try {
    const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_MICROSECONDS}`]
    const server = await bench.start(program, args, { nodeOptions })
    await server.load.burst(getTicket(), WARM_UP + REQUESTS)
    await bench.leave(server)
    const [file = ''] = readdirSync(folder)
    return partsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Of the last requests: by then the code is as quick as it gets. */
function partsOf ({ nodes, samples, timeDeltas }: Profile): ReadonlyMap<string, number> {
  const byId = new Map(nodes.map(node => [node.id, node]))
  const parents = new Map(nodes.flatMap(node => (node.children ?? []).map(child => [child, node.id] as const)))
  const partOf = (id: number | undefined): string => {
    const node = id === undefined ? undefined : byId.get(id)
    if (node === undefined) return 'Node.js: HTTP, streams, timers'
    const { functionName, url } = node.callFrame
    if (functionName === '(garbage collector)') return 'garbage collection'
    if (functionName === '(program)') return 'the engine itself'
    if (functionName === 'writev') return 'sending (system call)'
    const part = PARTS.find(([, pattern]) => pattern.test(url))?.[0]
    return url === '' || part === undefined ? partOf(parents.get(node.id)) : part
  }
  const busy = samples.flatMap((id, index) => byId.get(id)?.callFrame.functionName === '(idle)'
    ? []
    : [{ id, took: timeDeltas[index] ?? 0 }])
  const counted = busy.slice(Math.floor(busy.length * WARM_UP / (WARM_UP + REQUESTS)))
  const sums = new Map<string, number>()
  for (const { id, took } of counted) sums.set(partOf(id), (sums.get(partOf(id)) ?? 0) + took / REQUESTS)
  return sums
}
