#!/usr/bin/env node
// The process: configuration in, a listening server out, a graceful end. What it serves is built in app.ts.

import { readFileSync } from 'node:fs'
import { applyServerLimits, createApp } from './app.ts'
import { GATEWAY_USAGE, parseArguments } from './config/arguments.ts'
import { loadConfig, type LoadedConfig } from './config/load.ts'
import { formatMistake } from './config/mistake.ts'
import { describeConfig } from './config/redaction.ts'
import { createLiveSettings } from './config/settings.ts'
import { createDrain } from './http/drain.ts'
import { GatewayError } from './kernel/fault.ts'
import { createLogger } from './logger.ts'
import { reloadOnHangup } from './reload.ts'
import { endOnSignals } from './shutdown.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

async function main (): Promise<void> {
  const args = process.argv.slice(2)
  if (parseArguments(args).help) {
    process.stdout.write(GATEWAY_USAGE)
    return
  }
  const loaded = loadConfig({ args })
  if (!loaded.ok) {
    for (const mistake of loaded.error) process.stderr.write(`${formatMistake(mistake)}\n`)
    process.exitCode = 1
    return
  }
  await run(loaded.value)
}

async function run ({ config, warnings, file }: LoadedConfig): Promise<void> {
  const logger = createLogger(config.log.level)
  logger.info({ event: 'configuration', file, ...describeConfig(config) }, 'configuration loaded')
  for (const { path, message } of warnings) logger.warn({ event: 'configuration-warning', path }, message)

  const settings = createLiveSettings(config)
  const drain = createDrain()
  const app = await createApp({ config, logger, version, settings, drain })
  endOnSignals({ app, drain, logger, settings: () => settings.current().limits })
  reloadOnHangup({
    settings,
    logger,
    load: () => loadConfig({ args: process.argv.slice(2) }),
    apply (changed) {
      logger.level = changed.log.level
      applyServerLimits(app, changed)
    }
  })
  const address = await app.listen({ host: config.host, port: config.port, backlog: 4096 })
  logger.info({ event: 'listening', address, resource: config.resource.identifier }, `gateway ready: ${config.resource.identifier}`)
}

/** One line for what the operator can mend; a stack would only hide it. */
function explainFailure (error: unknown): string {
  if (error instanceof GatewayError) return `${error.code}: ${error.detail}`
  const { code, message, port } = error as { code?: string, message?: string, port?: number }
  if (code === 'EADDRINUSE') return `port ${port ?? ''} is in use: stop what listens there, or choose another with PORT`
  if (code === 'EACCES') return `port ${port ?? ''} may not be opened by this user: choose another with PORT`
  return `the gateway could not start: ${message ?? 'unknown'}`
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainFailure(error)}\n`)
  process.exit(1)
})
