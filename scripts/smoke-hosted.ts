// Does the tutorial work against the shared hosted authorization server? Where it can be reached: asks the doctor, starts
// the gateway with config/hosted.json, and walks the tutorial. Never run in CI, which has no internet; there a stand-in
// takes the server's place.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createApp } from '../src/server/app.ts'
import { openTicketService } from '../src/tickets/ticket-service.ts'
import { runDoctor } from '../src/cli/doctor-command.ts'
import { CONFIG_FILE_VARIABLE, processEnvironment } from '../src/config/environment.ts'
import { loadConfig } from '../src/config/load.ts'
import { formatMistake } from '../src/config/mistake.ts'
import type { GatewayConfig } from '../src/config/schema.ts'
import { fixedSettings } from '../src/config/settings.ts'
import { createLogger } from '../src/server/logger.ts'
import { readCommandLine } from './command-line.ts'

const USAGE = `Usage: INTROSPECTION_CLIENT_SECRET=... npm run smoke:hosted

Asks the doctor about config/hosted.json (or what GATEWAY_CONFIG names), starts the
gateway, and walks the tutorial as inga against the hosted authorization server. Needs
the internet, curl, openssl and a free port. Registers one client there and leaves one
cancelled reservation in the storage here.

Exit status: 0 when every step answered as the tutorial says, 1 when one did not,
2 for a wrong command line.
`

readCommandLine(USAGE, {})
const given = processEnvironment()
const env = { ...given, [CONFIG_FILE_VARIABLE]: given[CONFIG_FILE_VARIABLE] ?? 'config/hosted.json' }
const loaded = loadConfig({ env })
if (!loaded.ok) {
  for (const mistake of loaded.error) process.stderr.write(`${formatMistake(mistake)}\n`)
  process.exit(1)
}

const terminal = { write: (text: string) => { process.stdout.write(text) }, writeError: (text: string) => { process.stderr.write(text) } }
process.exitCode = await runDoctor([], terminal, { env }) === 0 ? await walk(loaded.value.config) : 1

async function walk (config: GatewayConfig): Promise<number> {
  const app = await createApp({
    settings: fixedSettings(config),
    logger: createLogger('silent'),
    version: '0.0.0-smoke',
    openService: openTicketService
  })
  try {
    await app.listen({ host: config.host, port: config.port })
    const tutorial = spawn(
      process.execPath,
      [fileURLToPath(new URL('./tutorial.js', import.meta.url)), '--gateway', config.resource.identifier],
      { stdio: 'inherit' }
    )
    const [code] = await once(tutorial, 'close') as [number | null]
    return code ?? 1
  } finally {
    await app.close()
  }
}
