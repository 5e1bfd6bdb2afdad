// What does a call of another server's tool cost? Beside Fastify and undici that forward it without a check, beside a tool of the
// gateway's own, and beside the official SDK's client in the same place.

import { BARS, type Bar } from '../bars.ts'
import { contender, type Bench } from '../bench-environment.ts'
import { gatewayArguments, type GatewayOptions, type UpstreamOptions } from '../gateway-options.ts'
import type { Work } from '../load.ts'
import { getCountedTicket, getReport, getTicket, reserveWithinTotal } from '../works.ts'
import type { OwnComparison } from './own-comparisons.ts'

/** Requests in one burst. */
const MANY = 3000
/** Of what costs ten times as much. */
const FEWER = 600
/** Each one waits for the disk; fewer are not enough for V8 to have optimised both sides. */
const WAITING = 1500
/** Of results of megabytes. */
const LARGE = 8

/** The SDK's client has Node.js warn of listeners; writing each warning would be counted as its work. */
const SILENT = ['--no-warnings']

interface Side {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly work: Work
  readonly requests: number
  readonly nodeOptions?: readonly string[]
}

export async function upstreamComparisons (bench: Bench): Promise<readonly OwnComparison[]> {
  const { authorizationServer, upstream: { origin } } = bench
  const database = await bench.database()
  const http: UpstreamOptions = { address: `${origin}/mcp` }
  const stdio: UpstreamOptions = { address: 'stdio' }

  const gateway = (name: string, options: Partial<GatewayOptions>, work: Work = getTicket(), requests = MANY): Side =>
    ({ name, program: 'servers/gateway', args: gatewayArguments({ authorizationServer, database, ...options }), work, requests })
  const started = async ({ name, program, args, work, requests, nodeOptions = [] }: Side) =>
    contender(name, await bench.start(program, args, { nodeOptions }), work, requests)
  const beside = (name: string, bar: Bar, base: Side, other: Side): OwnComparison =>
    ({ name, bar, contenders: async () => [await started(base), await started(other)] })
  const own = gateway('gateway, its own tool', {})
  const transports = (name: string, bar: Bar | undefined, upstream: UpstreamOptions): OwnComparison => ({
    name,
    bar,
    compared: 'beyond-the-first',
    contenders: async () => [await started(own), await started(proxied(upstream)), await started(sdk(upstream))]
  })
  const forward: Side =
    { name: 'Fastify and undici, no check', program: 'servers/fastify-forward', args: [origin], work: getTicket(), requests: MANY }
  const idiom: Side =
    { name: 'SDK', program: 'servers/sdk-idiom', args: [origin], work: getTicket(), requests: FEWER, nodeOptions: SILENT }
  const sdk = (upstream: UpstreamOptions): Side =>
    ({ ...gateway('SDK client', { upstreams: [upstream], sdkClient: true }, getTicket(), FEWER), nodeOptions: SILENT })
  const proxied = (upstream: UpstreamOptions) => gateway('gateway', { upstreams: [upstream] })
  const exchanging = { ...http, tokenEndpoint: `${authorizationServer}/token` }
  const counted = gateway('gateway', { upstreams: [{ ...stdio, counted: true }] }, getCountedTicket, WAITING)
  const report = (upstream: UpstreamOptions, megabytes: number) =>
    gateway(`a result of ${megabytes} MB`, { upstreams: [upstream] }, getReport(megabytes), LARGE)

  return [
    beside('proxied call, HTTP', BARS.proxiedHttp, forward, proxied(http)),
    beside('proxied call, stdio', BARS.proxiedStdio, own, proxied(stdio)),
    beside('operation of a REST API', BARS.proxiedRest, forward, proxied({ address: `${origin}/rest` })),
    beside("SDK's client in our place, HTTP", BARS.sdkClientHttp, proxied(http), sdk(http)),
    { ...beside("SDK's client in our place, stdio", BARS.sdkClientStdio, proxied(stdio), sdk(stdio)), isJudged: false },
    transports('what the client adds to an own tool, HTTP', undefined, http),
    transports('what the client adds to an own tool, stdio', BARS.sdkTransportStdio, stdio),
    beside('the usual idiom: SDK server and client, no token', BARS.sdkIdiom, proxied(http), idiom),
    beside('proxied call with an exchanged token, HTTP', BARS.exchangedToken, proxied(http), proxied(exchanging)),
    beside(
      'a call that counts against a total, stdio', BARS.countedCall, gateway('`reserve_ticket`', {}, reserveWithinTotal, WAITING), counted
    ),
    beside('result of 8 MB, HTTP', BARS.largeResult, report(http, 4), report(http, 8)),
    beside('result of 8 MB, stdio', BARS.largeResult, report(stdio, 4), report(stdio, 8))
  ]
}
