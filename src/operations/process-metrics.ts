// Metrics of the process that serves: its version, its last reload, what `/ready` found, lost log lines, counts that Redis did not take,
// and the connections of the storage.

import { Counter, Gauge, type Registry } from 'prom-client'

/** Of a pool of connections to a database. */
export interface StorageConnections {
  readonly inUse: number
  readonly idle: number
  /** Requests that wait for a connection, or for their turn at one row. */
  readonly waiting: number
}

export interface ProcessMetrics {
  /** What `/ready` found. */
  readonly readiness: (check: string, isReady: boolean) => void
  readonly reloaded: (isApplied: boolean) => void
  readonly rateLimitFailure: () => void
  /** Read at each scrape. */
  readonly watchLog: (lostLines: () => number) => void
  /** Read at each scrape. */
  readonly watchStorage: (connections: () => StorageConnections) => void
}

export interface ProcessMetricsSettings {
  readonly version: string
  readonly registers: Registry[]
  /** `false`: another process reads the configuration, and tells of reloads. */
  readonly reloads: boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export function createProcessMetrics ({ version, registers, reloads, now }: ProcessMetricsSettings): ProcessMetrics {
  new Gauge({
    name: 'mcp_gateway_build_info',
    help: 'Always 1; the labels are the versions of the gateway and of Node.js.',
    labelNames: ['version', 'node'],
    registers
  }).set({ version, node: process.versions.node }, 1)
  const ready = new Gauge({
    name: 'mcp_gateway_ready',
    help: 'What /ready found when it was last asked, for each check: 1 ready, 0 not ready.',
    labelNames: ['check'],
    registers
  })
  const rateLimitFailures = new Counter({
    name: 'mcp_gateway_rate_limit_failures_total',
    help: 'Requests that were not counted, and passed, because Redis failed.',
    registers
  })
  return {
    readiness: (check, isReady) => { ready.set({ check }, Number(isReady)) },
    reloaded: reloads ? reloadGauges(registers, now) : () => {},
    rateLimitFailure: () => { rateLimitFailures.inc() },
    watchLog (lostLines) {
      const lost: Counter = new Counter({
        name: 'mcp_gateway_log_lines_lost_total',
        help: 'Log lines that were dropped because the log could not be written.',
        registers,
        collect () {
          lost.reset()
          lost.inc(lostLines())
        }
      })
    },
    watchStorage (connections) {
      const gauge: Gauge = new Gauge({
        name: 'mcp_gateway_storage_connections',
        help: 'Connections to the database: in_use or idle; waiting are requests that wait for one, or for their turn at one row.',
        labelNames: ['state'],
        registers,
        collect () {
          const { inUse, idle, waiting } = connections()
          gauge.set({ state: 'in_use' }, inUse)
          gauge.set({ state: 'idle' }, idle)
          gauge.set({ state: 'waiting' }, waiting)
        }
      })
    }
  }
}

function reloadGauges (registers: Registry[], now: () => number): ProcessMetrics['reloaded'] {
  const successful = new Gauge({ ...RELOAD_SUCCESSFUL, registers })
  const succeededAt = new Gauge({ ...RELOAD_TIME, registers })
  const reloaded = (isApplied: boolean) => {
    successful.set(Number(isApplied))
    if (isApplied) succeededAt.set(now() / 1000)
  }
  reloaded(true)
  return reloaded
}

const RELOAD_SUCCESSFUL = {
  name: 'mcp_gateway_config_last_reload_successful',
  help: 'Whether the last reload of the configuration was applied: 1, or 0 where the file had a mistake.'
}
const RELOAD_TIME = {
  name: 'mcp_gateway_config_last_reload_success_timestamp_seconds',
  help: 'When the configuration in force was read, in seconds since the epoch.'
}
