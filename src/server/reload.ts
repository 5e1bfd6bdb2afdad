// Applies a configuration that was read again on SIGHUP, and logs it, at start too. A mistake changes nothing; what may change takes
// effect for the next request; every other difference is logged as needing a restart.

import type { Logger } from 'pino'
import { formatMistake, type ConfigMistake } from '../config/mistake.ts'
import type { LoadedConfig } from '../config/load.ts'
import { describeConfig } from '../config/redaction.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { hasSameEndpoints, type LiveSettings } from '../config/settings.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { Result } from '../kernel/result.ts'
import type { ServedUpstreams } from './served-upstreams.ts'

export interface Reloading {
  readonly settings: LiveSettings
  /** Read from the same file with the same environment as at start. */
  readonly loaded: Result<LoadedConfig, readonly ConfigMistake[]>
  readonly logger: Logger
  /** The files that members name. */
  readonly files: ConfiguredFiles
  /** Passes on the members that are not read at each use. */
  readonly apply: (config: GatewayConfig) => void
}

/** The files that members of the configuration name, such as a certificate: the member stays the same while the file changes. */
export interface ConfiguredFiles {
  /** Reads them again. A mistake in one changes nothing. */
  readonly read: () => Result<ChangedFiles, ConfigMistake>
}

export interface ChangedFiles {
  /** Members whose files have changed and are applied by `apply`. */
  readonly applied: readonly string[]
  /** Members whose files have changed and are read at the next start. */
  readonly needRestart: readonly string[]
  readonly apply: () => void
}

/** @returns whether the configuration was applied */
export function reload ({ settings, loaded, logger, files, apply }: Reloading): boolean {
  const changed = files.read()
  if (!loaded.ok || !changed.ok) {
    logRefusedReload(logger, [...loaded.ok ? [] : loaded.error, ...changed.ok ? [] : [changed.error]])
    return false
  }
  const { config, warnings, file, pinned } = loaded.value
  const replaced = settings.replace(config)
  const applied = [...replaced.applied, ...changed.value.applied]
  const needRestart = [...replaced.needRestart, ...changed.value.needRestart]
  const text = pinned.length === 0
    ? 'configuration reloaded'
    : 'configuration reloaded; what environment variables set stays as it is until a restart'
  const confirm = () => { logger.info({ event: 'configuration-reloaded', file, applied, needRestart, fromEnvironment: pinned }, text) }
  // Logged where the old level or the new level shows it.
  const shown = logger.isLevelEnabled('info')
  logWarnings(logger, warnings)
  for (const path of needRestart) logger.warn({ event: 'restart-needed', path }, `${path}: has changed, and takes effect at the next start`)
  if (shown) confirm()
  changed.value.apply()
  apply(settings.current())
  if (!shown) confirm()
  return true
}

/**
 * Puts a new generation of the upstreams in the place of the former one, before anything else of the configuration changes.
 * @returns `false` when the tools cannot be used together: nothing has changed
 */
export function reloadUpstreams (
  upstreams: ServedUpstreams, {
    config, upstreams: ofResource, furtherUpstreams, file
  }: LoadedConfig, current: GatewayConfig, logger: Logger
): boolean {
  // With other endpoints, those in use keep their upstreams until a restart: tools must never get to another endpoint.
  const next = hasSameEndpoints(current, config) ? [ofResource, ...furtherUpstreams] : [ofResource]
  try {
    const names = upstreams.reload(next, config.limits.shutdownDeadlineMs)
    if (names !== undefined) logger.info({ event: 'upstreams-reloaded', upstreams: names }, 'upstreams reloaded')
    return true
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    logRefusedReload(logger, [{ path: 'upstreams', source: file, expected: error.detail }])
    return false
  }
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
