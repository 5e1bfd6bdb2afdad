// A gateway to be thrown things at: tools that only read their arguments, an authorization server that says what the property asks for.

import Fastify, { LogController } from 'fastify'
import { pino } from 'pino'
import { MockAgent } from 'undici'
import { z } from 'zod'
import { defineTool, mcpResourceGateway, parseConfig } from '../../src/index.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { CLIENT_SECRET, ISSUER, READ, RESOURCE, WRITE } from './gateway.ts'
import { createManualClock } from './manual-clock.ts'

export interface FuzzGateway {
  readonly now: number
  /** The text that the authorization server answers with, whatever the token. */
  reply: string
  readonly request: (request: {
    readonly method?: string
    readonly url?: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }) => Promise<FuzzAnswer>
  readonly close: () => Promise<void>
}

export interface FuzzAnswer { readonly status: number, readonly headers: Readonly<Record<string, unknown>>, readonly body: string }

const input = z.strictObject({ ticket_id: z.int(), amount: z.int().nonnegative() })
const output = z.strictObject({ done: z.boolean() })

function run () {
  return Promise.resolve({ kind: 'completed', text: 'done', structured: { done: true } } as const)
}

const TOOLS = [
  defineTool({
    name: 'read',
    title: 'Read',
    description: 'Reads.',
    annotations: { readOnlyHint: true },
    input,
    output,
    access: { scopes: [READ] },
    run
  }),
  defineTool({
    name: 'book',
    title: 'Book',
    description: 'Books.',
    input,
    output,
    access: {
      scopes: [WRITE],
      freshness: 'fresh',
      details: {
        type: ticketReservation,
        call: ({ ticket_id: ticketId, amount }) => ({ action: 'book', ticketId, amount, currency: 'JPY' })
      }
    },
    run
  })
]

export async function startFuzzGateway (whenAbsent: 'allow' | 'deny'): Promise<FuzzGateway> {
  const clock = createManualClock()
  const agent = new MockAgent()
  agent.disableNetConnect()
  const gateway: { reply: string } = { reply: '{}' }
  agent.get(ISSUER).intercept({ path: '/introspect', method: 'POST' }).reply(({ body }) => {
    // The gateway's own questions are answered: an open circuit would end all fuzzing.
    const isProbe = typeof body === 'string' && body.includes('token=probe-')
    return {
      statusCode: 200,
      data: isProbe ? '{"active":false}' : gateway.reply,
      responseOptions: { headers: { 'content-type': 'application/json' } }
    }
  }).persist()

  const app = Fastify({
    loggerInstance: pino({ level: 'silent' }),
    logController: new LogController({ disableRequestLogging: true })
  })
  await app.register(mcpResourceGateway, {
    config: parseConfig({
      resource: { identifier: RESOURCE },
      authorizationServer: { issuer: ISSUER, introspection: { endpoint: `${ISSUER}/introspect`, clientId: 'mcp-server', clientSecret: CLIENT_SECRET } },
      policy: { authorizationDetailsWhenAbsent: whenAbsent, remediation: 'draft' },
      limits: { requestsPerMinutePerPerson: 0, maxEventLoopDelayMs: 0 }
    }),
    tools: TOOLS,
    server: { name: 'fuzzed', version: '0' },
    clock,
    dispatcher: agent
  })
  await app.ready()
  return Object.assign(gateway, {
    now: clock.now(),
    async request ({ method = 'POST', url = '/mcp', headers, body }: Parameters<FuzzGateway['request']>[0]) {
      // A live answer is one that was asked for later than the request arrived: time goes on a little.
      clock.advance(0.001)
      const response = await app.inject({ method: method as 'POST', url, headers, payload: body })
      return { status: response.statusCode, headers: response.headers, body: response.body }
    },
    async close () {
      await app.close()
      await agent.close()
    }
  })
}
