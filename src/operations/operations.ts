// Builds the observers that the configuration enables: metrics, audit log, traces, console. The others are not imported.

import { authorizationServersOf, isAskedAboutTokens } from '../config/authorization-servers.ts'
import type { AuthenticationEvent } from '../auth/observation.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { Tracing } from '../kernel/tracing.ts'
import type { LedgerAudit } from '../ledger/ledger-records.ts'
import type { ClosedFor } from '../listener/connection-table.ts'
import type { BeforeChange } from '../mcp/coming-change.ts'
import type { DecisionWatcher } from '../mcp/decision-record.ts'
import type { AuditLog } from './audit-log.ts'
import type { ConsoleObserver, ConsoleReader } from './console-observer.ts'
import type { SideListener } from '../listener/side-listener.ts'
import type { RenderedMetrics } from './metrics-listener.ts'
import type { Metrics, StorageEvent } from './metrics.ts'
import type { ClosableTracing } from './opentelemetry.ts'
import type { ProcessMetrics } from './process-metrics.ts'
import type { ObserveUpstream } from './upstream-metrics.ts'

export interface Operations {
  readonly authentication: ((event: AuthenticationEvent) => void) | undefined
  /** Readers of every decision, in this order. */
  readonly decisionWatchers: readonly DecisionWatcher[]
  readonly beforeChange: BeforeChange | undefined
  readonly storage: ((event: StorageEvent) => void) | undefined
  readonly connectionClosed: ((why: ClosedFor) => void) | undefined
  readonly process: ProcessMetrics | undefined
  /** Calls at other servers, and what happens to them. */
  readonly upstream: ObserveUpstream | undefined
  /** Lines of the audit log about calls that count against totals. */
  readonly ledger: LedgerAudit | undefined
  readonly tracing: Tracing | undefined
  /** For viewers of requests; absent: requests cannot be watched. */
  readonly console: ConsoleObserver | undefined
  readonly readiness: ReadonlyArray<{ readonly name: string, readonly check: () => Promise<void> }>
  readonly close: () => Promise<void>
}

type OperationsLog = Readonly<Record<'info' | 'warn' | 'error', (line: object, text: string) => void>>

export interface OperationsSurroundings {
  readonly config: GatewayConfig
  readonly clock: Clock
  readonly version: string
  readonly log: OperationsLog
  /** The current bound, in seconds; `undefined`: none. */
  readonly revocationBound: () => number | undefined
  /** Present: this reader serves the metrics, and this process opens no listener for them. */
  readonly metricsReader?: MetricsReader | undefined
  /** Present: this reader serves the console, and this process opens no listener for it. */
  readonly consoleReader?: ConsoleReader | undefined
  /** Absent: the connections belong to the host application. */
  readonly openConnections?: () => number
}

/** The process that serves the metrics of several. */
export interface MetricsReader {
  /** The value of the label `worker` on all metrics of this process. */
  readonly worker: number
  readonly offer: (render: () => Promise<string>) => void
}

/** @throws GatewayError `GW_CONFIG_INVALID` when an enabled observer cannot be built */
export async function createOperations (surroundings: OperationsSurroundings): Promise<Operations> {
  const { config, version } = surroundings
  const metrics = config.metrics.enabled ? await loadMetrics(surroundings) : undefined
  const audit = config.audit.file === undefined ? undefined : await loadAudit(surroundings, config.audit.file, metrics)
  const tracing = await loadTracing(config.tracing, version)
  const { metricsReader } = surroundings
  const listener = metrics === undefined || metricsReader !== undefined ? undefined : await listenForMetrics(metrics, surroundings)
  if (metrics !== undefined) metricsReader?.offer(metrics.render)
  const console = config.console.enabled ? await loadConsole(surroundings) : undefined
  return {
    authentication: metrics?.authentication,
    decisionWatchers: [metrics?.decision, audit?.decided].filter(watcher => watcher !== undefined),
    beforeChange: audit?.beforeChange,
    storage: metrics?.storage,
    connectionClosed: metrics?.connectionClosed,
    process: metrics?.process,
    upstream: metrics?.upstream,
    ledger: audit?.ledger,
    tracing,
    console,
    readiness: audit === undefined ? [] : [{ name: 'audit', check: audit.check }],
    async close () {
      await Promise.all([listener?.close(), tracing?.close(), console?.close()])
      audit?.close()
    }
  }
}

async function loadMetrics (
  { config, clock, version, revocationBound, metricsReader, openConnections }: OperationsSurroundings
): Promise<Metrics> {
  const { createMetrics } = await import('./metrics.ts')
  const asked = authorizationServersOf(config).filter(({ server }) => isAskedAboutTokens(server))
  const issuers = asked.map(({ server }) => server.issuer)
  return createMetrics({
    issuers,
    revocationBound,
    worker: metricsReader?.worker,
    endpoints: config.endpoints.length > 0,
    openConnections,
    version,
    now: clock.now
  })
}

async function loadConsole (surroundings: OperationsSurroundings): Promise<ConsoleObserver | undefined> {
  const { observeAndListen, observeForReader } = await import('./console-observer.ts')
  const { consoleReader } = surroundings
  return consoleReader === undefined ? await observeAndListen(surroundings) : observeForReader(surroundings, consoleReader)
}

async function loadTracing (tracing: GatewayConfig['tracing'], version: string): Promise<ClosableTracing | undefined> {
  const { endpoint, samplePercent } = tracing
  if (endpoint === undefined) return undefined
  const [{ createTracing }, { resourceAttributesOf }] = await Promise.all([
    import('./opentelemetry.ts'), import('./resource-attributes.ts')
  ])
  return createTracing({ endpoint, samplePercent, version, resourceAttributes: resourceAttributesOf(tracing, version) })
}

/** @throws GatewayError `GW_CONFIG_INVALID` (as a rejected promise) */
export async function listenForMetrics (
  metrics: RenderedMetrics, { config, log }: Pick<OperationsSurroundings, 'config' | 'log'>
): Promise<SideListener> {
  const { host, port } = config.metrics
  const { startMetricsListener } = await import('./metrics-listener.ts')
  const listener = await startMetricsListener(metrics, { host, port }).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException
    throw new GatewayError('GW_CONFIG_INVALID', `metrics.port: cannot listen there: ${code ?? 'unknown'}`, { cause })
  })
  log.info({ event: 'metrics', host, port: listener.port }, 'metrics are served')
  return listener
}

async function loadAudit (
  { config: { audit }, clock, log }: OperationsSurroundings, path: string, metrics: Metrics | undefined
): Promise<AuditLog> {
  const { observedAuditLog } = await import('./audit-observer.ts')
  return observedAuditLog({ audit, path, clock, log, metrics })
}
