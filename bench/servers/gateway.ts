// The gateway as an operator runs it, with everything on: CORS, origin check, decision log at `info`, cache, audience,
// scope, authorization details, the ticket tools on SQLite; and one tool more that reads from memory. Or with the tools of other servers.
// Argument: GatewayOptions as JSON.

import Fastify, { LogController, type FastifyBaseLogger } from 'fastify'
import { z } from 'zod'
import { systemClock } from '../../src/kernel/clock.ts'
import { createLogger } from '../../src/server/logger.ts'
import { defineTool } from '../../src/mcp/tool.ts'
import { mcpResourceGateway } from '../../src/gateway/plugin.ts'
import { childLoggerFactory } from '../../src/server/request-logger.ts'
import { openLedger } from '../../src/storage/open-ledger.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { createTicketTools } from '../../src/tickets/tools/ticket-tools.ts'
import { createServedUpstreams } from '../../src/server/served-upstreams.ts'
import { compileUpstreams } from '../../src/proxy/compiled-upstreams.ts'
import { createUpstreamTools } from '../../src/proxy/upstream-tools.ts'
import { createToolSet, type ToolSet } from '../../src/mcp/tool-set.ts'
import type { GatewayOptions, UpstreamOptions } from '../gateway-options.ts'
import { tellParent } from '../measured-process.ts'
import { describeTicket, referenceTicket } from '../reference-ticket.ts'
import { CLIENT_ID, CLIENT_SECRET, ISSUER, RESOURCE } from './identifiers.ts'
import { portOf } from './listening.ts'
import { measuredUpstreams } from './measured-upstreams.ts'
import { createSdkUpstream } from './sdk-upstream.ts'

const options = JSON.parse(process.argv[2] ?? '') as GatewayOptions

const getTicket = (name: string) => defineTool({
  name,
  title: 'Get a ticket',
  description: 'Gets one ticket by its id.',
  annotations: { readOnlyHint: true },
  input: z.strictObject({ ticket_id: z.int().positive() }),
  output: z.strictObject({ id: z.int(), title: z.string(), price: z.int(), currency: z.string(), available_seats: z.int() }),
  access: {
    scopes: ['mcp:tickets:read'],
    details: { type: ticketReservation, call: ({ ticket_id: ticketId }) => ({ action: 'book', ticketId, amount: 5000, currency: 'JPY' }) }
  },
  run (_permit, { ticket_id: ticketId }) {
    const ticket = referenceTicket(ticketId)
    return Promise.resolve({ kind: 'completed', text: describeTicket(ticket), structured: ticket })
  }
})

const store = await openTicketStore({ url: `sqlite:${options.database}`, clock: systemClock, locale: 'en' })
const logger = createLogger('info')
const loggerInstance: FastifyBaseLogger = logger

function upstreamTools (upstreams: readonly UpstreamOptions[]): ToolSet {
  const configured = measuredUpstreams(upstreams)
  const served = {
    configured: [configured],
    logger,
    clock: systemClock,
    environment: process.env,
    resources: [RESOURCE],
    openLedger: () => openLedger({ url: `sqlite:${options.database}` }),
    retentionDays: 90
  }
  if (options.sdkClient !== true) return createServedUpstreams(served).tools([], 0)
  const compiled = compileUpstreams(configured)
  if (!compiled.ok) throw new Error('the upstream files of the measurements have a mistake')
  const { source } = createUpstreamTools(compiled.value, { createUpstream: createSdkUpstream, clock: systemClock, observe () {} })
  return createToolSet([], [source])
}

const ownTools = () => [
  getTicket('get_ticket'),
  ...createTicketTools({ store, clock: systemClock, locale: 'en', resource: RESOURCE }),
  ...Array.from({ length: options.moreTools ?? 0 }, (_, index) => getTicket(`get_ticket_${index}`))
]

const app = Fastify({
  loggerInstance,
  childLoggerFactory,
  logController: new LogController({ disableRequestLogging: true })
})
await app.register(mcpResourceGateway, {
  config: {
    resource: { identifier: RESOURCE },
    authorizationServer: {
      issuer: ISSUER,
      introspection: { endpoint: `${options.authorizationServer}/introspect`, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }
    },
    cache: { ttlSeconds: 300, maxEntries: options.maxCachedGrants ?? 10_000 },
    policy: { remediation: 'draft' },
    // Each of these would refuse the load that is meant to be measured.
    limits: { requestsPerMinutePerPerson: 0, maxEventLoopDelayMs: 0 },
    cors: { allowedOrigins: ['http://localhost:6274', 'http://127.0.0.1:6274'] },
    ...(options.console === true ? { console: { enabled: true, port: 0 } } : {})
  },
  tools: options.upstreams === undefined ? ownTools() : upstreamTools(options.upstreams),
  server: { name: 'mcp-resource-gateway', version: '0' },
  readiness: []
})
tellParent(await portOf(app))
