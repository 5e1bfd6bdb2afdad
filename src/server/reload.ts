// What happens when the configuration has been read, at start and again on SIGHUP? A mistake changes nothing and is one line in
// the log; what may change takes effect for the next request; what may not is named.

import type { Logger } from 'pino'
import { formatMistake, type ConfigMistake } from '../config/mistake.ts'
import type { LoadedConfig } from '../config/load.ts'
import { describeConfig } from '../config/redaction.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { LiveSettings } from '../config/settings.ts'
import type { Result } from '../kernel/result.ts'

export interface Reloading {
  readonly settings: LiveSettings
  /** From the same file with the same environment as at start. */
  readonly loaded: Result<LoadedConfig, readonly ConfigMistake[]>
  readonly logger: Logger
  /** For what is told to others and not asked for at each use. */
  readonly apply: (config: GatewayConfig) => void
}

export function reload ({ settings, loaded, logger, apply }: Reloading): void {
  if (!loaded.ok) return tellRefused(logger, loaded.error)
  const { config, warnings, file } = loaded.value
  const { applied, needRestart } = settings.replace(config)
  const confirm = () => { logger.info({ event: 'configuration-reloaded', file, applied, needRestart }, 'configuration reloaded') }
  // seen where the level before or the one after shows it
  const shown = logger.isLevelEnabled('info')
  tellWarnings(logger, warnings)
  for (const path of needRestart) logger.warn({ event: 'restart-needed', path }, `${path}: has changed, and takes effect at the next start`)
  if (shown) confirm()
  apply(settings.current())
  if (!shown) confirm()
}

export function tellRefused (logger: Logger, mistakes: readonly ConfigMistake[]): void {
  for (const mistake of mistakes) logger.error({ event: 'reload-refused', path: mistake.path }, formatMistake(mistake))
  logger.error({ event: 'reload-refused', mistakes: mistakes.length }, 'configuration not reloaded: everything stays as it was')
}

/** At start. */
export function tellLoaded (logger: Logger, { config, warnings, file }: LoadedConfig): void {
  logger.info({ event: 'configuration', file, ...describeConfig(config) }, 'configuration loaded')
  tellWarnings(logger, warnings)
}

function tellWarnings (logger: Logger, warnings: LoadedConfig['warnings']): void {
  for (const { path, message } of warnings) logger.warn({ event: 'configuration-warning', path }, message)
}
