// The metrics about other MCP servers. Label values are names of the configuration, and words of this program.

import { Counter, Gauge, type Registry } from 'prom-client'
import type { CircuitState } from '../auth/circuit-breaker.ts'

type UpstreamMetric =
  | { readonly kind: 'call', readonly upstream: string, readonly outcome: string }
  | { readonly kind: 'exchange', readonly upstream: string, readonly outcome: string }
  | { readonly kind: 'drift', readonly upstream: string, readonly tools: readonly string[] }
  | { readonly kind: 'unverified' | 'standard-error', readonly upstream: string }
  | { readonly kind: 'ledger', readonly upstream: string, readonly what: string }
  | { readonly kind: 'connection', readonly upstream: string, readonly event: { readonly kind: string, readonly state?: CircuitState } }

export type ObserveUpstream = (event: UpstreamMetric) => void

const CIRCUIT_VALUES: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2 }

export function createUpstreamMetrics (registers: Registry[]): ObserveUpstream {
  const calls = new Counter({
    name: 'mcp_gateway_upstream_calls_total',
    help: 'Calls at other MCP servers, by what is known of them.',
    labelNames: ['upstream', 'outcome'],
    registers
  })
  const exchanges = new Counter({
    name: 'mcp_gateway_upstream_token_exchanges_total',
    help: 'Calls that waited for a token of another MCP server, or got none, by outcome.',
    labelNames: ['upstream', 'outcome'],
    registers
  })
  const changedTools = new Gauge({
    name: 'mcp_gateway_upstream_changed_tools',
    help: 'Tools of another MCP server that differ from the lock, and are refused.',
    labelNames: ['upstream'],
    registers
  })
  const circuits = new Gauge({
    name: 'mcp_gateway_upstream_circuit_state',
    help: 'The circuit breaker of another MCP server: 0 closed (calls are sent), 1 half-open, 2 open (none are sent).',
    labelNames: ['upstream'],
    registers
  })
  const holds = new Counter({
    name: 'mcp_gateway_ledger_calls_total',
    help: 'Calls that count against totals, by what the ledger knows of them.',
    labelNames: ['upstream', 'outcome'],
    registers
  })
  return event => {
    const { upstream } = event
    switch (event.kind) {
      case 'call':
        calls.inc({ upstream, outcome: event.outcome })
        break
      case 'exchange':
        exchanges.inc({ upstream, outcome: event.outcome })
        break
      case 'drift':
        changedTools.set({ upstream }, event.tools.length)
        break
      case 'unverified':
      case 'standard-error': break
      case 'ledger':
        holds.inc({ upstream, outcome: event.what })
        break
      case 'connection':
        if (event.event.state !== undefined) circuits.set({ upstream }, CIRCUIT_VALUES[event.event.state])
    }
  }
}
