// A gateway in a separate process. Argument: its configuration as JSON. Says "listening PORT" when it can be called, and
// ends on SIGTERM.

import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { fixedSettings } from '../../src/config/settings.ts'

const app = await createApp({
  settings: fixedSettings(parseConfig(JSON.parse(process.argv[2] ?? '') as Parameters<typeof parseConfig>[0])),
  logger: pino({ level: 'silent' }),
  version: '0.0.0-test',
  openService: openTicketService
})
process.once('SIGTERM', () => { app.close().then(() => process.exit(0), () => process.exit(1)) })
await app.listen({ host: '127.0.0.1', port: 0, backlog: 1024 })
process.stdout.write(`listening ${(app.server.address() as AddressInfo).port}\n`)
