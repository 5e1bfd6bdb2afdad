// What happens on SIGHUP? The configuration is read again, from the same file with the same environment. A mistake
// changes nothing and is one line in the log; what may change takes effect for the next request; what may not is named.

import type { Logger } from 'pino'
import { formatMistake, type ConfigMistake } from './config/mistake.ts'
import type { LoadedConfig } from './config/load.ts'
import type { GatewayConfig } from './config/schema.ts'
import type { LiveSettings } from './config/settings.ts'
import type { Result } from './kernel/result.ts'

export interface Reloading {
  readonly settings: LiveSettings
  readonly load: () => Result<LoadedConfig, readonly ConfigMistake[]>
  readonly logger: Logger
  /** For what is told to others and not asked for at each use. */
  readonly apply: (config: GatewayConfig) => void
}

export function reloadOnHangup (reloading: Reloading): void {
  process.on('SIGHUP', () => { reload(reloading) })
}

export function reload ({ settings, load, logger, apply }: Reloading): void {
  const loaded = load()
  if (!loaded.ok) {
    for (const mistake of loaded.error) logger.error({ event: 'reload-refused', path: mistake.path }, formatMistake(mistake))
    logger.error({ event: 'reload-refused', mistakes: loaded.error.length }, 'configuration not reloaded: everything stays as it was')
    return
  }
  const { config, warnings, file } = loaded.value
  const { applied, needRestart } = settings.replace(config)
  const confirm = () => { logger.info({ event: 'configuration-reloaded', file, applied, needRestart }, 'configuration reloaded') }
  // seen where the level before or the one after shows it
  const shown = logger.isLevelEnabled('info')
  for (const { path, message } of warnings) logger.warn({ event: 'configuration-warning', path }, message)
  for (const path of needRestart) logger.warn({ event: 'restart-needed', path }, `${path}: has changed, and takes effect at the next start`)
  if (shown) confirm()
  apply(settings.current())
  if (!shown) confirm()
}
