// The metrics of a process, in the format of Prometheus. Label values come from declarations and from this code only: never from a
// token, a person, a client or the text of a request.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { CircuitState } from '../auth/circuit-breaker.ts'
import { SELF_TEST_OUTCOMES } from '../auth/guard/self-test.ts'
import type { AuthenticationEvent } from '../auth/observation.ts'
import type { DecisionWatcher } from '../mcp/decision-record.ts'
import type { ClosedFor } from '../listener/connection-table.ts'
import { methodLabel } from '../mcp/protocol.ts'
import type { RenderedMetrics } from './metrics-listener.ts'
import { createProcessMetrics, type ProcessMetrics } from './process-metrics.ts'
import { createUpstreamMetrics, type ObserveUpstream } from './upstream-metrics.ts'

export interface StorageEvent {
  /** The name of a method of the store. */
  readonly operation: string
  readonly outcome: 'answered' | 'failed'
  readonly durationMs: number
}

export interface Metrics extends RenderedMetrics {
  readonly authentication: (event: AuthenticationEvent) => void
  readonly decision: DecisionWatcher
  readonly storage: (event: StorageEvent) => void
  readonly upstream: ObserveUpstream
  readonly auditFailure: () => void
  /** @param seq the number of the last line */
  readonly auditWritten: (seq: number) => void
  readonly auditDeleted: (lines: number) => void
  readonly connectionClosed: (why: ClosedFor) => void
  readonly process: ProcessMetrics
}

export interface MetricsSettings {
  /** The authorization servers that introspect tokens: each has a circuit breaker. */
  readonly issuers: readonly string[]
  /** In seconds; `undefined` where tokens are accepted until they expire. */
  readonly revocationBound: () => number | undefined
  /** The number of this worker, a label of every metric. Absent: one process only. */
  readonly worker?: number | undefined
  /** The process has several endpoints: decisions have a label with the resource identifier. */
  readonly endpoints?: boolean
  /** Absent: connections are not measured. */
  readonly openConnections?: (() => number) | undefined
  /** Of this software. */
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

const CIRCUIT_VALUES: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2 }
const CACHE_RESULTS = { 'cache-hit': 'hit', 'negative-hit': 'negative_hit', 'cache-miss': 'miss' } as const
/** Up to the longest time that a request or a step of it may take. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export function createMetrics (
  { issuers, revocationBound, worker, endpoints = false, openConnections, version, now }: MetricsSettings
): Metrics {
  const register = new Registry()
  const registers = [register]
  if (worker !== undefined) register.setDefaultLabels({ worker: String(worker) })
  collectDefaultMetrics({ register })

  const endpointLabel = endpoints ? ['resource'] as const : []

  const decisions = new Counter({
    name: 'mcp_gateway_decisions_total',
    help: 'Decisions about requests to the endpoint.',
    labelNames: ['granted', 'reason', 'method', 'tool', ...endpointLabel],
    registers
  })
  const durations = new Histogram({
    name: 'mcp_gateway_request_duration_seconds',
    help: 'Time from arrival to answer.',
    labelNames: ['method', 'tool', ...endpointLabel],
    buckets: SECONDS,
    registers
  })
  const introspections = new Histogram({
    name: 'mcp_gateway_introspection_duration_seconds',
    help: 'Introspections at the authorization server, by outcome.',
    labelNames: ['outcome', 'reason', 'live'],
    buckets: SECONDS,
    registers
  })
  const lookups = new Counter({
    name: 'mcp_gateway_cache_lookups_total',
    help: 'Lookups in the cache of introspection answers.',
    labelNames: ['result'],
    registers
  })
  const circuits = new Gauge({
    name: 'mcp_gateway_circuit_state',
    help: 'The circuit breaker of an authorization server: 0 closed (requests are sent), 1 half-open, 2 open (none are sent).',
    labelNames: ['issuer'],
    registers
  })
  const doubted = new Gauge({
    name: 'mcp_gateway_answers_doubted',
    help: 'Whether the inactive answers of an authorization server are not believed (1), because it calls good tokens inactive.',
    labelNames: ['issuer'],
    registers
  })
  const selfTests = new Gauge({
    name: 'mcp_gateway_self_test',
    help: 'What the self-test of the credentials last found about an authorization server: 1 for that outcome, 0 for the others.',
    labelNames: ['issuer', 'outcome'],
    registers
  })
  const storage = new Histogram({
    name: 'mcp_gateway_storage_duration_seconds',
    help: 'Transactions of the storage.',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers
  })
  const auditFailures = new Counter({
    name: 'mcp_gateway_audit_failures_total',
    help: 'Lines of the audit log that could not be written.',
    registers
  })
  const auditSequence = new Gauge({
    name: 'mcp_gateway_audit_sequence',
    help: 'The number of the last line of the audit log.',
    registers
  })
  const auditDeletions = new Counter({
    name: 'mcp_gateway_audit_deleted_lines_total',
    help: 'Lines of the audit log that were deleted with its oldest file.',
    registers
  })
  const bound = new Gauge({
    name: 'mcp_gateway_revocation_bound_seconds',
    help: 'How long a revoked token is accepted at most by tools with cached freshness; +Inf: until it expires.',
    registers
  })
  const connections = openConnections === undefined ? undefined : connectionMetrics(registers, openConnections)
  for (const issuer of issuers) {
    circuits.set({ issuer }, CIRCUIT_VALUES.closed)
    doubted.set({ issuer }, 0)
    for (const outcome of SELF_TEST_OUTCOMES) selfTests.set({ issuer, outcome }, 0)
  }

  return {
    authentication (event) {
      switch (event.kind) {
        case 'cache-hit':
        case 'negative-hit':
        case 'cache-miss':
          lookups.inc({ result: CACHE_RESULTS[event.kind] })
          break
        case 'circuit':
          circuits.set({ issuer: event.issuer }, CIRCUIT_VALUES[event.state])
          break
        case 'doubt':
          doubted.set({ issuer: event.issuer }, Number(event.doubted))
          break
        case 'self-test':
          for (const outcome of SELF_TEST_OUTCOMES) selfTests.set({ issuer: event.issuer, outcome }, Number(outcome === event.outcome))
          break
        case 'foreign-endpoint':
          break
        case 'inquiry': {
          const reason = event.outcome === 'unavailable' ? event.reason : 'none'
          introspections.observe({ outcome: event.outcome, reason, live: String(event.live) }, event.durationMs / 1000)
        }
      }
    },
    decision ({ resource, granted, reason, method, tool = 'none', durationMs }) {
      const label = methodLabel(method)
      const at = resource === undefined ? {} : { resource }
      decisions.inc({ ...at, granted: String(granted), reason, method: label, tool })
      durations.observe({ ...at, method: label, tool }, durationMs / 1000)
    },
    storage ({ operation, outcome, durationMs }) {
      storage.observe({ operation, outcome }, durationMs / 1000)
    },
    upstream: createUpstreamMetrics(registers),
    auditFailure: () => { auditFailures.inc() },
    auditWritten: seq => { auditSequence.set(seq) },
    auditDeleted: lines => { auditDeletions.inc(lines) },
    connectionClosed: why => { connections?.inc({ reason: why }) },
    process: createProcessMetrics({ version, registers, reloads: worker === undefined, now }),
    contentType: register.contentType,
    render () {
      // A reload may change the bound.
      bound.set(revocationBound() ?? Infinity)
      return register.metrics()
    }
  }
}

function connectionMetrics (registers: Registry[], open: () => number): Counter<'reason'> {
  const gauge: Gauge = new Gauge({
    name: 'mcp_gateway_connections',
    help: 'Open connections of clients.',
    registers,
    collect () { gauge.set(open()) }
  })
  const closed = new Counter({
    name: 'mcp_gateway_connections_closed_total',
    help: 'Connections closed for lack of room: displaced by another one, refused, or with too many unanswered requests.',
    labelNames: ['reason'],
    registers
  })
  for (const reason of ['displaced', 'refused', 'unanswered'] satisfies ClosedFor[]) closed.inc({ reason }, 0)
  return closed
}
