// How are the measurements shown? Tables for the terminal and for docs/performance.md alike.

import { table } from '../../scripts/docs/document.ts'
import { describeBar, EXPRESS_AT_LEAST, isReached } from '../bars.ts'
import type { Comparison, Measurement } from '../comparison.ts'
import type { Churn } from '../measurements/churn.ts'
import type { Herd } from '../measurements/herd.ts'
import { FULL_CACHE_AT_MOST_BYTES, type MemoryUse } from '../measurements/memory.ts'
import type { Measured } from '../measurements/own-comparisons.ts'
import type { Finding } from '../measurements/upstream-behaviour.ts'
import type { WorkersMeasurement } from '../measurements/workers.ts'
import { EXPRESS_WITH_CACHE } from '../measurements/peer-comparisons.ts'
import type { ProfiledPart } from '../measurements/profile.ts'
import { START_AT_MOST_MS, type Start } from '../measurements/start.ts'

export function ownTable (comparisons: readonly Measured[]): string {
  return table(
    ['work', 'beside', 'ratio (quartiles)', 'bar', 'reached', 'CPU µs', 'p50 ms', 'p99 ms'],
    comparisons.flatMap(({ comparison, bar }) => {
      const [base, own] = comparison.results()
      if (base === undefined || own === undefined) return []
      const reached = bar === undefined ? '' : isReached(bar, own.ratio) ? 'yes' : '**no**'
      return [[
        comparison.name,
        base.name,
        ratioOf(own),
        bar === undefined ? '' : describeBar(bar),
        reached,
        own.cpuMicroseconds.toFixed(0),
        own.latencyP50Ms.toFixed(1),
        own.latencyP99Ms.toFixed(1)
      ]]
    })
  )
}

export function behaviourTable (findings: readonly Finding[]): string {
  return table(['what', 'measured', 'bar', 'reached'], findings.map(({ what, measured, bar, isReached: reached }) => [
    what, measured, bar, reached ? 'yes' : '**no**'
  ]))
}

/** Each row says how many times the gateway's CPU time a server takes. */
export function peerTable (comparisons: readonly Comparison[]): string {
  return table(['work', 'server', '× gateway (quartiles)', 'p50 ms', 'p99 ms'], comparisons.flatMap(comparison => {
    return comparison.results().slice(1).map(measurement => [
      comparison.name,
      measurement.name === EXPRESS_WITH_CACHE ? `${measurement.name} (bar for cached calls: ≥ ${EXPRESS_AT_LEAST})` : measurement.name,
      ratioOf(measurement),
      measurement.latencyP50Ms.toFixed(1),
      measurement.latencyP99Ms.toFixed(1)
    ])
  }))
}

export interface WholeProcess {
  readonly herd: Herd
  readonly memory: MemoryUse
  readonly churn: Churn
  readonly start: Start
}

export function wholeProcessTable ({ herd, memory, churn, start }: WholeProcess): string {
  return table(['what', 'measured', 'bar'], [
    [`introspections for ${herd.callers} simultaneous calls with one cold token, run by run`, herd.introspections.join(', '), '1'],
    [`heap of a full cache of ${memory.grants} grants`, megabytes(memory.fullCacheBytes), `< ${megabytes(FULL_CACHE_AT_MOST_BYTES)}`],
    [`heap of ${churn.grants} grants by themselves`, megabytes(churn.fullBytes), ''],
    [`heap growth of the process after ${memory.churnedTokens} more tokens over HTTP`, megabytes(memory.churnBytes), ''],
    [
      `heap growth after ${churn.tokens} different tokens in an hour, compressed in time`,
      megabytes(churn.churnBytes),
      'nothing that collection does not return'
    ],
    ['resident set of the process afterwards', megabytes(memory.residentBytes), ''],
    [
      `start to first answer (Node.js alone: ${start.nodeMs.toFixed(0)} ms, the gateway: ${start.gatewayMs.toFixed(0)} ms)`,
      `${start.moreMs.toFixed(0)} ms more than Node.js`,
      `< ${START_AT_MOST_MS} ms more`
    ]
  ])
}

/** One table for the machine it says. */
export function workersTable (measurements: readonly WorkersMeasurement[]): string {
  return table([
    'work', 'workers', 'requests a second', '× one (quartiles)', 'CPU µs for each, all processes', 'CPU µs of the load', 'p50 ms', 'p99 ms'
  ], measurements.map(found => [
    found.work,
    String(found.workers),
    found.requestsPerSecond.toFixed(0),
    found.workers === 1 ? '' : `${found.speedUp.toFixed(2)} (${found.speedUpLow.toFixed(2)}–${found.speedUpHigh.toFixed(2)})`,
    found.cpuMicroseconds.toFixed(0),
    found.loadCpuMicroseconds.toFixed(0),
    found.latencyP50Ms.toFixed(1),
    found.latencyP99Ms.toFixed(1)
  ]))
}

export function profileTable (parts: readonly ProfiledPart[]): string {
  const sum = (of: (part: ProfiledPart) => number) => parts.reduce((total, part) => total + of(part), 0)
  const rows = [...parts, { part: 'together', gateway: sum(({ gateway }) => gateway), bare: sum(({ bare }) => bare) }]
  return table(
    ['part', 'gateway, µs', 'one JSON route, µs'], rows.map(({ part, gateway, bare }) => [part, gateway.toFixed(1), bare.toFixed(1)])
  )
}

function ratioOf ({ ratio, ratioLow, ratioHigh }: Measurement): string {
  return `${ratio.toFixed(2)} (${ratioLow.toFixed(2)}–${ratioHigh.toFixed(2)})`
}

function megabytes (bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
