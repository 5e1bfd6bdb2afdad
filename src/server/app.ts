// What does the server serve? The gateway with the ticket tools around their storage, in a Fastify of its own. It does
// not listen, and knows neither files nor the environment: see server.ts.

import http from 'node:http'
import type { Socket } from 'node:net'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyHttpOptions } from 'fastify'
import { revocationBound } from '../gateway/authenticators.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { SettingsSource } from '../config/settings.ts'
import { acceptsRequests, createDrain, refuseWhileDraining, type Drain } from '../http/routes/drain.ts'
import { NO_SCHEMAS } from '../http/hooks/no-schemas.ts'
import { answerBadTarget, answerClientError, useOwnNotFound } from '../http/routes/unrouted.ts'
import { systemClock, type Clock } from '../kernel/clock.ts'
import type { Tool } from '../mcp/tool.ts'
import { createOperations, type MetricsReader, type Operations } from '../operations/operations.ts'
import { mcpResourceGateway, type GatewayOptions } from '../gateway/plugin.ts'
import { childLoggerFactory } from './request-logger.ts'
import { openTicketStore } from '../tickets/storage/open-ticket-store.ts'
import { createWatchedStore } from '../tickets/storage/watched-store.ts'
import type { TicketStore } from '../tickets/domain/ticket-store.ts'
import { explainAuthorization } from '../mcp/explain/explain-authorization.ts'
import type { TicketToolsOptions } from '../tickets/tools/ticket-tool-options.ts'
import { createTicketTools } from '../tickets/tools/ticket-tools.ts'
import { readTlsOptions } from './tls.ts'

const IDLE_CHECK_MS = 50
/** How often the time-outs for headers and requests are looked at. */
const SLOWNESS_CHECK_MS = 1000
/** For whatever of a request is no tool: it has deadlines of its own, all of them shorter. */
const OTHER_WORK_MS = 120_000

export interface AppOptions extends Pick<GatewayOptions, 'dispatcher' | 'observe' | 'secret'> {
  readonly config: GatewayConfig
  readonly logger: FastifyBaseLogger
  /** Of this software, as clients are told. */
  readonly version: string
  readonly clock?: Clock
  /** What of `config` may have changed since. */
  readonly settings?: SettingsSource
  /** Told when the process is about to end. */
  readonly drain?: Drain
  /** Who reads the metrics, where this is one of several processes. */
  readonly metricsReader?: MetricsReader
  /** For tests: instead of the one that configuration names. Closed with the app. */
  readonly store?: TicketStore
}

/** @throws GatewayError, StorageUnavailable */
export async function createApp (options: AppOptions): Promise<FastifyInstance> {
  const { config, logger, version, clock = systemClock, store: given, drain = createDrain(), metricsReader, ...watched } = options
  const { locale } = config.tools
  const { settings = { current: () => config } } = watched
  const opened = given ?? await openTicketStore({ ...config.storage, clock, locale })
  const operations = await createOperations({ config, clock, version, log: logger, revocationBound: () => revocationBound(settings.current()), metricsReader })
  const store = watchStore(opened, operations, clock)
  const app = Fastify({
    loggerInstance: logger,
    // One line for each decision takes the place of Fastify's two for each request.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory,
    schemaController: NO_SCHEMAS,
    bodyLimit: config.limits.bodyBytes,
    requestTimeout: config.limits.requestTimeoutMs,
    keepAliveTimeout: config.limits.idleTimeoutMs,
    ...listenerOptions(config),
    // A request that was accepted is answered, the last one of its connection; Fastify's own 503 would be the alternative.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 100 },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerBadTarget
  })
  for (const method of http.METHODS) if (!app.supportedMethods.includes(method) && method !== 'CONNECT') app.addHttpMethod(method)
  app.addHook('onClose', async () => {
    await store.close()
    await operations.close()
  })
  boundConnections(app, () => settings.current().limits.maxConnections)
  app.server.timeout = silenceTimeoutMs(config)
  endIdleConnections(app)
  refuseWhileDraining(app, drain)
  useOwnNotFound(app)
  await app.register(mcpResourceGateway, {
    config,
    tools: createGatewayTools({ store, clock, locale, resource: config.resource.identifier }),
    server: { name: 'mcp-resource-gateway', title: locale === 'ja' ? 'チケット予約' : 'Ticket reservations', version },
    readiness: [{ name: 'storage', check: store.ping }, acceptsRequests(drain)],
    clock,
    operations,
    ...watched
  })
  return app
}

/** The same server with or without TLS: Fastify decides by the name of the member. */
function listenerOptions ({ limits, tls }: GatewayConfig): Pick<FastifyHttpOptions<http.Server>, 'http'> {
  const timeouts = {
    // node:http refuses to give the headers more time than the whole request.
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    connectionsCheckingInterval: SLOWNESS_CHECK_MS
  }
  return tls === undefined ? { http: timeouts } : { https: { ...timeouts, ...readTlsOptions(tls) } } as Pick<FastifyHttpOptions<http.Server>, 'http'>
}

function watchStore (store: TicketStore, { storage, tracing }: Operations, clock: Clock): TicketStore {
  return storage === undefined && tracing === undefined ? store : createWatchedStore(store, { clock, observe: storage, tracing })
}

/** For a server that runs: what Node asks its server for at each use, and not us. */
export function applyServerLimits (app: FastifyInstance, { limits }: Pick<GatewayConfig, 'limits'>): void {
  app.server.headersTimeout = limits.headersTimeoutMs
  app.server.requestTimeout = limits.requestTimeoutMs
  app.server.keepAliveTimeout = limits.idleTimeoutMs
  app.server.timeout = silenceTimeoutMs({ limits })
}

/** A client that sends requests and reads no answer is caught by no other time-out. 0, none, where tools have no limit. */
function silenceTimeoutMs ({ limits: { toolTimeoutMs } }: Pick<GatewayConfig, 'limits'>): number {
  // Once for what a call needs, and once for the call.
  return toolTimeoutMs === 0 ? 0 : 2 * toolTimeoutMs + OTHER_WORK_MS
}

/** What the server serves, in the order of `tools/list`. */
export function createGatewayTools (options: TicketToolsOptions): readonly Tool[] {
  return [...createTicketTools(options), explainAuthorization({ locale: options.locale })]
}

/**
 * Not `server.maxConnections`: a worker hands what exceeds that back to the others, and when all are full a connection goes
 * round between them for as long as they are.
 */
function boundConnections ({ server }: FastifyInstance, most: () => number): void {
  let open = 0
  server.on('connection', (socket: Socket) => {
    open += 1
    socket.once('close', () => { open -= 1 })
    if (open > most()) socket.destroy()
  })
}

/** Node ends the connections that are idle when closing begins; one that answers its last request later would be waited for. */
function endIdleConnections (app: FastifyInstance): void {
  let timer: NodeJS.Timeout | undefined
  app.addHook('preClose', done => {
    timer = setInterval(() => { app.server.closeIdleConnections() }, IDLE_CHECK_MS)
    done()
  })
  app.addHook('onClose', (_instance, done) => {
    clearInterval(timer)
    done()
  })
}
