// Several processes that serve as one: the first, which serves nothing itself. It reads the configuration, hands it to the
// workers, writes their lines and serves their metrics. Loads as little as it can.

import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import type { LoadedConfig } from '../config/load.ts'
import type { ConfigMistake } from '../config/mistake.ts'
import { createLiveSettings } from '../config/settings.ts'
import type { Result } from '../kernel/result.ts'
import { mergeMetrics, METRICS_CONTENT_TYPE } from '../operations/merged-metrics.ts'
import { listenForMetrics } from '../operations/operations.ts'
import { derivationSecret } from '../gateway/derivation-secret.ts'
import { tellLoaded, tellRefused } from './reload.ts'
import type { WorkerHandover } from './worker.ts'
import { createLineRelay } from './workers/line-relay.ts'
import { startWorkers, type PoolEvent } from './workers/pool.ts'

/** A scrape is not held up for longer by a worker that is busy; its numbers are missing then. */
const METRICS_TIMEOUT_MS = 2_000
/** Whoever reads the lines may have stopped reading. */
const FLUSH_TIMEOUT_MS = 1_000

export interface PrimaryOptions {
  readonly loaded: LoadedConfig
  /** On SIGHUP. */
  readonly load: () => Result<LoadedConfig, readonly ConfigMistake[]>
  readonly version: string
}

/**
 * Resolves with the status of the process when all workers have ended.
 * @throws what keeps it from starting, as a rejected promise: see start-failure.ts
 */
export async function runWorkers ({ loaded, load, version }: PrimaryOptions): Promise<number> {
  const { config } = loaded
  const output = pino.destination({ sync: false })
  const logger = pino({ level: config.log.level, base: null }, output)
  tellLoaded(logger, loaded)

  const settings = createLiveSettings(config)
  const secret = derivationSecret(config)
  const metrics = config.metrics.enabled
    ? await listenForMetrics({ contentType: METRICS_CONTENT_TYPE, render: async () => mergeMetrics(await pool.ask(METRICS_TIMEOUT_MS)) }, { config, log: logger })
    : undefined
  const pool = startWorkers({
    program: new URL('./worker.js', import.meta.url),
    count: config.workers,
    handover: (): WorkerHandover => ({ config: settings.current(), version, secret }),
    shutdownDeadlineMs: () => settings.current().limits.shutdownDeadlineMs,
    output: createLineRelay(output),
    observe
  })

  function observe (event: PoolEvent): void {
    switch (event.kind) {
      case 'ready': {
        const { worker, pid } = event
        logger.info({ event: 'worker-ready', worker, pid }, 'a worker serves')
        break
      }
      case 'all-ready':
        logger.info({ event: 'listening', address: event.address, resource: config.resource.identifier, workers: config.workers }, `gateway ready: ${config.resource.identifier}`)
        break
      case 'ended': {
        const { kind: _, ...members } = event
        logger.error({ event: 'worker-ended', ...members }, 'a worker ended unexpectedly, and is replaced')
      }
    }
  }

  process.on('SIGHUP', () => {
    const next = load()
    if (!next.ok) return tellRefused(logger, next.error)
    settings.replace(next.value.config)
    logger.level = settings.current().log.level
    pool.tell(next.value)
  })
  process.on('SIGTERM', pool.end)
  process.on('SIGINT', pool.end)

  const { failed, why } = await pool.ended
  if (why !== undefined) process.stderr.write(`${why}\n`)
  await metrics?.close()
  output.end()
  await Promise.race([once(output, 'close'), delay(FLUSH_TIMEOUT_MS)])
  return failed ? 1 : 0
}
