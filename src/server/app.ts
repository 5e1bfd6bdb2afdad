// The server's Fastify app: the gateway in front of one service, with the limits on connections that a plugin cannot set.
// It does not listen, and reads neither files nor the environment: see serve.ts and main.ts.

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
import { createOperations, type MetricsReader } from '../operations/operations.ts'
import { mcpResourceGateway, type GatewayOptions } from '../gateway/plugin.ts'
import { childLoggerFactory } from './request-logger.ts'
import { servedTools, type OpenService } from './service.ts'
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
  /** Opens what is served; the app closes it when it closes. */
  readonly openService: OpenService
}

/** @throws GatewayError, StorageUnavailable */
export async function createApp (options: AppOptions): Promise<FastifyInstance> {
  const { config, logger, version, clock = systemClock, openService, drain = createDrain(), metricsReader, ...watched } = options
  const { locale } = config.tools
  const { settings = { current: () => config } } = watched
  const operations = await createOperations({ config, clock, version, log: logger, revocationBound: () => revocationBound(settings.current()), metricsReader })
  const service = await openService({
    storage: config.storage, locale, resource: config.resource.identifier, clock, observe: operations.storage, tracing: operations.tracing
  }).catch(async (error: unknown) => {
    await operations.close()
    throw error
  })
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
    await service.close()
    await operations.close()
  })
  boundConnections(app, () => settings.current().limits.maxConnections)
  app.server.timeout = silenceTimeoutMs(config)
  endIdleConnections(app)
  refuseWhileDraining(app, drain)
  useOwnNotFound(app)
  await app.register(mcpResourceGateway, {
    config,
    tools: servedTools(service, locale),
    server: { name: 'mcp-resource-gateway', title: service.title, version },
    readiness: [...service.readiness, acceptsRequests(drain)],
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
