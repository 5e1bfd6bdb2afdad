// Applies a configuration that was read again on SIGHUP, and logs it, at start too. A mistake changes nothing; what may change takes
// effect for the next request; every other difference is logged as needing a restart.

import type { Logger } from 'pino'
import { formatMistake, type ConfigMistake } from '../config/mistake.ts'
import type { LoadedConfig } from '../config/load.ts'
import { describeConfig } from '../config/redaction.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { LiveSettings } from '../config/settings.ts'
import type { Result } from '../kernel/result.ts'

export interface Reloading {
  readonly settings: LiveSettings
  /** Read from the same file with the same environment as at start. */
  readonly loaded: Result<LoadedConfig, readonly ConfigMistake[]>
  readonly logger: Logger
  /** Passes on the members that are not read at each use. */
  readonly apply: (config: GatewayConfig) => void
}

export function reload ({ settings, loaded, logger, apply }: Reloading): void {
  if (!loaded.ok) return logRefusedReload(logger, loaded.error)
  const { config, warnings, file } = loaded.value
  const { applied, needRestart } = settings.replace(config)
  const confirm = () => { logger.info({ event: 'configuration-reloaded', file, applied, needRestart }, 'configuration reloaded') }
  // Logged where the old level or the new level shows it.
  const shown = logger.isLevelEnabled('info')
  logWarnings(logger, warnings)
  for (const path of needRestart) logger.warn({ event: 'restart-needed', path }, `${path}: has changed, and takes effect at the next start`)
  if (shown) confirm()
  apply(settings.current())
  if (!shown) confirm()
}

export function logRefusedReload (logger: Logger, mistakes: readonly ConfigMistake[]): void {
  for (const mistake of mistakes) logger.error({ event: 'reload-refused', path: mistake.path }, formatMistake(mistake))
  logger.error({ event: 'reload-refused', mistakes: mistakes.length }, 'configuration not reloaded: everything stays as it was')
}

/** At start. */
export function logLoaded (logger: Logger, { config, warnings, file }: LoadedConfig): void {
  logger.info({ event: 'configuration', file, ...describeConfig(config) }, 'configuration loaded')
  logWarnings(logger, warnings)
}

function logWarnings (logger: Logger, warnings: LoadedConfig['warnings']): void {
  for (const { path, message } of warnings) logger.warn({ event: 'configuration-warning', path }, message)
}
