// The primary of several workers: it reads the configuration, hands it to the workers, writes their log lines and serves their metrics,
// but serves no requests. It imports as little as it can. docs/decisions/0014-workers-are-replicas.md

import { pino } from 'pino'
import { identifiersOf, loggedResources } from '../config/configured-endpoints.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { ConfigMistake } from '../config/mistake.ts'
import { createLiveSettings, hasSameEndpoints } from '../config/settings.ts'
import type { Result } from '../kernel/result.ts'
import { mergeMetrics, METRICS_CONTENT_TYPE } from '../operations/merged-metrics.ts'
import type { Console } from '../console/console.ts'
import type { Batch } from '../console/recorder.ts'
import { systemClock } from '../kernel/clock.ts'
import { createPrimaryMetrics } from '../operations/primary-metrics.ts'
import { listenForMetrics } from '../operations/operations.ts'
import { referenceSecret } from '../gateway/reference-secret.ts'
import { logResumed, openOutput } from './logger.ts'
import { listenForNotices } from './notices.ts'
import { logLoaded, logRefusedReload } from './reload.ts'
import type { WorkerHandover, WorkerNews } from './worker.ts'
import { createLineRelay } from './workers/line-relay.ts'
import { startWorkers, type PoolEvent } from './workers/pool.ts'

/** How long a scrape waits for a busy worker; after that the metrics of that worker are missing. */
const METRICS_TIMEOUT_MS = 2_000
/** How long the sender of a notice waits for busy workers. */
const NOTICE_TIMEOUT_MS = 500
/** The reader of the log lines may have stopped reading. */
const FLUSH_TIMEOUT_MS = 1_000

export interface PrimaryOptions {
  readonly loaded: LoadedConfig
  /** Takes what is to be called on SIGHUP. */
  readonly onReload: (listener: () => void) => void
  readonly load: () => Result<LoadedConfig, readonly ConfigMistake[]>
  readonly version: string
}

/**
 * Resolves with the status of the process when all workers have ended.
 * @throws the reason it cannot start, as a rejected promise: see start-failure.ts
 */
export async function runWorkers ({ loaded, load, version, onReload }: PrimaryOptions): Promise<number> {
  const { config } = loaded
  const output = openOutput(outage => { logResumed(logger, outage) })
  process.on('exit', () => { output.endNow() })
  const logger = pino({ level: config.log.level, base: null }, output)
  logLoaded(logger, loaded)

  const settings = createLiveSettings(config)
  const secret = referenceSecret(config)
  // A worker that starts later has the upstreams of the last reload.
  let { upstreams, furtherUpstreams } = loaded
  const own = createPrimaryMetrics(output.lostLines)
  const metrics = config.metrics.enabled
    ? await listenForMetrics({ contentType: METRICS_CONTENT_TYPE, render: renderMetrics }, { config, log: logger })
    : undefined
  let watched = false
  let console: Console | undefined
  const pool = startWorkers({
    program: new URL('./worker.js', import.meta.url),
    count: config.workers,
    handover: (): WorkerHandover => ({ config: settings.current(), upstreams, furtherUpstreams, version, secret, watched }),
    shutdownDeadlineMs: () => settings.current().limits.shutdownDeadlineMs,
    output: createLineRelay(output),
    told: batch => { console?.take(batch as Batch) },
    observe
  })
  const tell = (news: WorkerNews) => { pool.tell(news) }
  if (config.console.enabled) {
    const { listenForConsole } = await import('../operations/console-observer.ts')
    console = await listenForConsole({ config, clock: systemClock, version, log: logger }, isWatched => {
      watched = isWatched
      tell({ topic: 'watched', watched })
    })
  }

  const notices = await listenForNotices({
    settings, logger, recheck: notice => pool.tellAndWait({ topic: 'recheck', notice } satisfies WorkerNews, NOTICE_TIMEOUT_MS)
  })

  async function renderMetrics (): Promise<string> {
    return mergeMetrics([...await pool.ask(METRICS_TIMEOUT_MS), own.render()])
  }

  function observe (event: PoolEvent): void {
    switch (event.kind) {
      case 'ready': {
        const { worker, pid } = event
        logger.info({ event: 'worker-ready', worker, pid }, 'a worker serves')
        break
      }
      case 'all-ready':
        logger.info(
          { event: 'listening', address: event.address, ...loggedResources(config), workers: config.workers },
          `gateway ready: ${identifiersOf(config).join(', ')}`
        )
        break
      case 'ended': {
        const { kind: _, ...members } = event
        own.workerReplaced()
        logger.error({ event: 'worker-ended', ...members }, 'a worker ended unexpectedly, and is replaced')
      }
    }
  }

  onReload(() => {
    const next = load()
    own.reloaded(next.ok)
    if (!next.ok) return logRefusedReload(logger, next.error)
    const same = hasSameEndpoints(settings.current(), next.value.config)
    settings.replace(next.value.config)
    upstreams = next.value.upstreams
    // As in a running worker.
    if (same) ({ furtherUpstreams } = next.value)
    logger.level = settings.current().log.level
    tell({ topic: 'configuration', loaded: next.value })
  })
  process.on('SIGTERM', pool.end)
  process.on('SIGINT', pool.end)

  const { failed, why } = await pool.ended
  if (why !== undefined) process.stderr.write(`${why}\n`)
  await metrics?.close()
  await notices?.close()
  await console?.close()
  await output.settled(FLUSH_TIMEOUT_MS)
  return failed ? 1 : 0
}
