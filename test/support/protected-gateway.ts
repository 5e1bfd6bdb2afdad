// A gateway in this process with a practice authorization server in front of its tools, both on free ports. The resource
// identifier names the real port, so that tokens, metadata and clients agree.

import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import Fastify, { LogController } from 'fastify'
import { pino } from 'pino'
import { parseConfig, mcpResourceGateway, type Tool } from '../../src/index.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { isJsonObject, type JsonObject } from '../../src/kernel/json.ts'
import type { Locale } from '../../src/kernel/locale.ts'
import type { ToolSet } from '../../src/mcp/tool-set.ts'
import { createPracticeServer, type PracticeServer, type PracticeServerOptions } from '../../src/practice-as/practice-server.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import { createTicketTools } from '../../src/tickets/tools/ticket-tools.ts'

type ConfigInput = Parameters<typeof parseConfig>[0]

export interface ProtectedGatewayOptions {
  /** In place of the ticket tools. */
  readonly tools?: readonly Tool[] | ToolSet
  /** Members that differ from those below. */
  readonly config?: Partial<ConfigInput>
  /** Members of `authorizationServer` that differ from those below. */
  readonly authorizationServer?: Partial<ConfigInput['authorizationServer']>
  /** A function where the options name the endpoint. */
  readonly practice?: PracticeServerOptions | ((url: string) => PracticeServerOptions)
  /** Where it is found, when it must be at a certain place. Default: 127.0.0.1 at any free port. */
  readonly at?: { readonly host: 'localhost' | '127.0.0.1', readonly port: number }
  readonly locale?: Locale
}

export interface ProtectedGateway {
  /** The endpoint, which is the resource identifier. */
  readonly url: string
  readonly origin: string
  readonly practice: PracticeServer
  /** A token of inga's with both scopes, unless `scope` says otherwise. */
  readonly token: (scope?: string) => Promise<string>
  /** What the gateway has logged as decisions, oldest first. */
  readonly decisions: readonly JsonObject[]
  readonly close: () => Promise<void>
}

export async function startProtectedGateway (options: ProtectedGatewayOptions = {}): Promise<ProtectedGateway> {
  const { tools, config = {}, authorizationServer = {}, practice: practiceOptions = {}, locale = 'en' } = options
  const { at = { host: '127.0.0.1', port: 0 } } = options
  const server = http.createServer()
  server.listen(at.port, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://${at.host}:${(server.address() as AddressInfo).port}`
  const url = `${origin}/mcp`

  const practice = await createPracticeServer({
    host: at.host, resources: [url], ...(typeof practiceOptions === 'function' ? practiceOptions(url) : practiceOptions)
  })
  const store = await openTicketStore({ url: 'sqlite::memory:', clock: systemClock, locale })
  const decisions: JsonObject[] = []
  const app = Fastify({
    loggerInstance: pino({ base: null }, decisionsOf(decisions)),
    logController: new LogController({ disableRequestLogging: true }),
    serverFactory: handler => server.on('request', handler)
  })
  app.addHook('onClose', () => store.close())
  await app.register(mcpResourceGateway, {
    config: parseConfig({
      resource: { identifier: url },
      authorizationServer: {
        issuer: practice.issuer,
        introspection: { clientId: practice.introspectionClient.id, clientSecret: practice.introspectionClient.secret },
        ...authorizationServer
      },
      policy: { authorizationDetailsWhenAbsent: 'allow', remediation: 'draft' },
      ...config
    }),
    tools: tools ?? createTicketTools({ store, clock: systemClock, locale, resource: url }),
    server: { name: 'mcp-resource-gateway', title: 'Ticket reservations', version: '1.0.0' }
  })
  await app.ready()

  return {
    url,
    origin,
    practice,
    decisions,
    token: (scope = 'mcp:tickets:read mcp:tickets:write') => practice.mintToken({ subject: '1004', scope }),
    async close () {
      // Fastify closes only what it has opened itself.
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      await app.close()
      await practice.close()
    }
  }
}

function decisionsOf (decisions: JsonObject[]): Writable {
  return new Writable({
    write (chunk: Buffer, _encoding, done) {
      const entry: unknown = JSON.parse(chunk.toString())
      if (isJsonObject(entry) && entry['event'] === 'decision') decisions.push(entry)
      done()
    }
  })
}

export interface AnswerByHand {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

/** A `tools/call` of the legacy era without a client. */
export async function callByHand (url: string, token: string, params: JsonObject): Promise<AnswerByHand> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  })
  return { status: response.status, headers: response.headers, body: await response.json() as Record<string, unknown> }
}
