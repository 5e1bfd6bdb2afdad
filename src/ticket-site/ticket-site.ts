// The program of the ticket shop: reads its variables, prints a line when it is ready, ends on SIGINT or SIGTERM.

import { systemClock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import { openTicketService } from '../tickets/ticket-service.ts'
import { createSite } from './site.ts'
import { readSiteSettings, SITE_VARIABLES, type SiteSettings } from './site-settings.ts'

const HELP = `The ticket shop: a web site for people beside the gateway, on the same storage.

Usage: npm run ticket-site

Environment:
${SITE_VARIABLES}`

const [argument] = process.argv.slice(2)
if (argument === '--help' || argument === '-h') console.log(HELP)
else if (argument !== undefined) fail(`unknown argument ${argument}; --help lists the variables`)
else {
  const settings = readSiteSettings(process.env)
  if (!settings.ok) fail(settings.error)
  await run(settings.value)
}

async function run (settings: SiteSettings): Promise<void> {
  try {
    const service = await openTicketService({
      storage: { url: settings.storageUrl }, locale: 'en', resource: settings.origin, clock: systemClock
    })
    const [storage] = service.readiness
    const app = await createSite({
      settings, desk: service.desk, storageAnswers: async () => storage?.check(), log: line => { console.log(line) }
    })
    const end = (): void => {
      app.close().then(() => service.close()).then(() => process.exit(0), () => process.exit(1))
    }
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
    await app.listen({ host: settings.address, port: settings.port })
    console.log(`ticket shop ready: ${settings.origin}`)
  } catch (problem) {
    if (problem instanceof GatewayError) fail(`${problem.code}: ${problem.detail}`)
    if (problem instanceof Error && 'code' in problem && problem.code === 'EADDRINUSE') {
      fail(`port ${settings.port} on localhost is in use; end what runs there or set SITE_PORT to another port`)
    }
    throw problem
  }
}

function fail (message: string): never {
  console.error(`ticket shop: ${message}`)
  process.exit(1)
}
