// Which numbers tell how the gateway fares? Counted here, in the format of Prometheus. Labels come from declarations and from
// this code alone: no token, person, client or text of a request is ever one.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { CircuitState } from '../auth/circuit-breaker.ts'
import type { AuthenticationEvent } from '../auth/observation.ts'
import type { DecisionWatcher } from '../mcp/decision-record.ts'
import { methodLabel } from '../mcp/protocol.ts'
import type { RenderedMetrics } from './metrics-listener.ts'

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
  readonly auditFailure: () => void
}

export interface MetricsSettings {
  /** Authorization servers that are asked about tokens: each has a circuit. */
  readonly issuers: readonly string[]
  /** In seconds; `undefined` where tokens are believed until they expire. */
  readonly revocationBound: () => number | undefined
  /** Which of several processes this is: a label of every number. */
  readonly worker?: number | undefined
}

const CIRCUIT_VALUES: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2 }
const CACHE_RESULTS = { 'cache-hit': 'hit', 'negative-hit': 'negative_hit', 'cache-miss': 'miss' } as const
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export function createMetrics ({ issuers, revocationBound, worker }: MetricsSettings): Metrics {
  const register = new Registry()
  const registers = [register]
  if (worker !== undefined) register.setDefaultLabels({ worker: String(worker) })
  collectDefaultMetrics({ register })

  const decisions = new Counter({ name: 'mcp_gateway_decisions_total', help: 'Decisions about requests to the endpoint.', labelNames: ['granted', 'reason', 'method', 'tool'], registers })
  const durations = new Histogram({ name: 'mcp_gateway_request_duration_seconds', help: 'Time from arrival to answer.', labelNames: ['method', 'tool'], buckets: SECONDS, registers })
  const inquiries = new Histogram({ name: 'mcp_gateway_introspection_duration_seconds', help: 'Questions to the authorization server, by what came of them.', labelNames: ['outcome', 'reason', 'live'], buckets: SECONDS, registers })
  const lookups = new Counter({ name: 'mcp_gateway_cache_lookups_total', help: 'Looks into the cache of answers about tokens.', labelNames: ['result'], registers })
  const circuits = new Gauge({ name: 'mcp_gateway_circuit_state', help: 'Whether an authorization server is asked: 0 closed (it is), 1 half-open, 2 open (it is not).', labelNames: ['issuer'], registers })
  const storage = new Histogram({ name: 'mcp_gateway_storage_duration_seconds', help: 'Transactions of the storage.', labelNames: ['operation', 'outcome'], buckets: SECONDS, registers })
  const auditFailures = new Counter({ name: 'mcp_gateway_audit_failures_total', help: 'Lines of the audit log that could not be written.', registers })
  const bound = new Gauge({
    name: 'mcp_gateway_revocation_bound_seconds',
    help: 'The longest that a revoked token goes on working for tools that do not ask afresh; +Inf: until it expires.',
    registers
  })
  for (const issuer of issuers) circuits.set({ issuer }, CIRCUIT_VALUES.closed)

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
        case 'inquiry': {
          const reason = event.outcome === 'unavailable' ? event.reason : 'none'
          inquiries.observe({ outcome: event.outcome, reason, live: String(event.live) }, event.durationMs / 1000)
        }
      }
    },
    decision ({ granted, reason, method, tool = 'none', durationMs }) {
      const label = methodLabel(method)
      decisions.inc({ granted: String(granted), reason, method: label, tool })
      durations.observe({ method: label, tool }, durationMs / 1000)
    },
    storage ({ operation, outcome, durationMs }) {
      storage.observe({ operation, outcome }, durationMs / 1000)
    },
    auditFailure: () => { auditFailures.inc() },
    contentType: register.contentType,
    render () {
      // It may change while the gateway runs.
      bound.set(revocationBound() ?? Infinity)
      return register.metrics()
    }
  }
}
