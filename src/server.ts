#!/usr/bin/env node
// The process: configuration in, a listening server out, a graceful end. What it serves is built in app.ts.

import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import { GATEWAY_USAGE, parseArguments } from './config/arguments.ts'
import { loadConfig, type LoadedConfig } from './config/load.ts'
import { formatMistake } from './config/mistake.ts'
import { describeConfig } from './config/redaction.ts'
import { GatewayError } from './kernel/fault.ts'
import { createLogger } from './logger.ts'

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

  const app = await createApp({ config, logger, version })
  endOnSignals(app, logger, config.limits.shutdownDeadlineMs)
  const address = await app.listen({ host: config.host, port: config.port, backlog: 4096 })
  logger.info({ event: 'listening', address, resource: config.resource.identifier }, `gateway ready: ${config.resource.identifier}`)
}

/** Accepted requests are answered; what is not done by the deadline is dropped. A second signal ends at once. */
function endOnSignals (app: FastifyInstance, logger: Logger, deadlineMs: number): void {
  let ending = false
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1)
    ending = true
    logger.info({ event: 'closing', signal }, 'closing')
    setTimeout(() => {
      logger.error({ event: 'closing' }, 'requests were still running at the shutdown deadline')
      process.exit(1)
    }, deadlineMs).unref()
    app.close().then(() => { logger.info({ event: 'closed' }, 'closed') }, (error: unknown) => {
      logger.error({ event: 'closing', name: (error as Error).name }, 'closing failed')
      process.exitCode = 1
    })
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
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
