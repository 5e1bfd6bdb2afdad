// One process that serves: the app listens, and signals end it. The callers main.ts (one process) and worker.ts (one of
// several) hand in the configuration and the source of the signals.

import type { Logger } from 'pino'
import { createApp, listenersOf, type AppOptions } from './app.ts'
import type { ConfigMistake } from '../config/mistake.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import { identifiersOf } from '../config/configured-endpoints.ts'
import { processEnvironment } from '../config/environment.ts'
import { createLiveSettings } from '../config/settings.ts'
import { createDrain } from '../http/routes/drain.ts'
import type { Result } from '../kernel/result.ts'
import { systemClock } from '../kernel/clock.ts'
import { watchConfiguredFiles } from './configured-files.ts'
import { reload, reloadUpstreams } from './reload.ts'
import { createServedUpstreams } from './served-upstreams.ts'
import { openLedger } from '../storage/open-ledger.ts'
import { openTicketService } from '../tickets/ticket-service.ts'
import { endOnSignals, type EndSignals } from './shutdown.ts'

export interface ServingOptions extends Pick<AppOptions, 'metricsReader' | 'consoleReader' | 'noticeReader' | 'secret' | 'lostLogLines'> {
  readonly config: GatewayConfig
  readonly upstreams: readonly ConfiguredUpstream[]
  readonly furtherUpstreams: ReadonlyArray<readonly ConfiguredUpstream[]>
  readonly logger: Logger
  readonly version: string
  readonly signals: EndSignals
}

export interface ServingProcess {
  readonly address: string
  readonly reload: (loaded: Result<LoadedConfig, readonly ConfigMistake[]>) => void
}

/** @throws the reason it cannot start, as a rejected promise: see start-failure.ts */
export async function serve (
  { config, upstreams: ofResource, furtherUpstreams, logger, version, signals, ...shared }: ServingOptions
): Promise<ServingProcess> {
  const settings = createLiveSettings(config)
  const drain = createDrain()
  let reportReload: (isApplied: boolean) => void = () => {}
  const upstreams = createServedUpstreams({
    configured: [ofResource, ...furtherUpstreams],
    logger,
    clock: systemClock,
    environment: processEnvironment(),
    resources: identifiersOf(config),
    openLedger: () => openLedger(config.storage),
    retentionDays: config.storage.ledgerRetentionDays
  })
  const app = await createApp({
    settings,
    logger,
    version,
    drain,
    openService: openTicketService,
    upstreams,
    watchReloads: report => { reportReload = report },
    ...shared
  })
  const listeners = listenersOf(app)
  endOnSignals({ app: { close: () => app.close(), server: listeners }, drain, logger, settings: () => settings.current().limits }, signals)
  const files = watchConfiguredFiles(config, listeners)
  const address = await listeners.listen(app, config)
  return {
    address,
    reload (loaded) {
      if (loaded.ok && !reloadUpstreams(upstreams, loaded.value, settings.current(), logger)) return reportReload(false)
      reportReload(reload({
        settings,
        files,
        logger,
        loaded,
        apply (changed) {
          logger.level = changed.log.level
          listeners.applyLimits(changed.limits)
        }
      }))
    }
  }
}
