#!/usr/bin/env node
// The program: loads the configuration, listens, and ends in order on a signal. What is served is built in app.ts; with several workers
// this process serves nothing itself, see primary.ts.

import { readFileSync } from 'node:fs'
import { GATEWAY_USAGE, parseArguments } from '../config/arguments.ts'
import { identifiersOf, loggedResources } from '../config/configured-endpoints.ts'
import type { LoadedConfig } from '../config/load.ts'
import { formatMistake } from '../config/mistake.ts'
import { loadServed } from './load-served.ts'
import { startFailureText } from './start-failure.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

// Without a listener the signal would end the process while it starts; a signal that comes then is remembered.
let isAsked = false
let reload = (): void => { isAsked = true }
process.on('SIGHUP', () => { reload() })

function onReload (listener: () => void): void {
  reload = listener
  if (isAsked) listener()
}

async function main (): Promise<void> {
  // Whatever this process or a library creates is for its user only: database, audit log.
  process.umask(0o077)
  const args = process.argv.slice(2)
  const { help, unknown } = parseArguments(args)
  if (help) {
    process.stdout.write(GATEWAY_USAGE)
    return
  }
  const load = () => loadServed({ args })
  const loaded = load()
  if (!loaded.ok) {
    for (const mistake of loaded.error) process.stderr.write(`${formatMistake(mistake)}\n`)
    process.exitCode = unknown.length > 0 ? 2 : 1
  } else if (loaded.value.config.workers > 1) {
    const { runWorkers } = await import('./primary.ts')
    process.exit(await runWorkers({ loaded: loaded.value, load, version, onReload }))
  } else await run(loaded.value, load)
}

async function run (loaded: LoadedConfig, load: () => ReturnType<typeof loadServed>): Promise<void> {
  const [{ createLogger }, { serve }, { logLoaded }] = await Promise.all([
    import('./logger.ts'), import('./serve.ts'), import('./reload.ts')
  ])
  const { config, upstreams, furtherUpstreams } = loaded
  const logger = createLogger(config.log.level)
  logLoaded(logger, loaded)
  const serving = serve({ config, upstreams, furtherUpstreams, logger, version, signals: process, lostLogLines: logger.lostLines })
  onReload(() => { serving.then(({ reload }) => { reload(load()) }, () => {}) })
  const { address } = await serving
  logger.info({ event: 'listening', address, ...loggedResources(config) }, `gateway ready: ${identifiersOf(config).join(', ')}`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${startFailureText(error)}\n`)
  process.exit(1)
})
