// The server's Fastify app: the gateway in front of one service, with the limits on connections that a plugin cannot set.
// It does not listen, and reads neither files nor the environment: see serve.ts and main.ts.

import http from 'node:http'
import type { Socket } from 'node:net'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyHttpOptions } from 'fastify'
import { revocationBound } from '../gateway/authenticators.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { SettingsSource } from '../config/settings.ts'
import { addressesOf } from '../http/addresses.ts'
import { acceptsRequests, createDrain, refuseWhileDraining, type Drain } from '../http/routes/drain.ts'
import { NO_SCHEMAS } from '../http/hooks/no-schemas.ts'
import { answerBadTarget, answerClientError, useOwnNotFound } from '../http/routes/unrouted.ts'
import { systemClock, type Clock } from '../kernel/clock.ts'
import { OTHER_HEADERS_BYTES } from '../kernel/token-length.ts'
import { createOperations, type MetricsReader } from '../operations/operations.ts'
import { servedGateway, type ServedGatewayOptions } from '../gateway/plugin.ts'
import { childLoggerFactory } from './request-logger.ts'
import { servedTools, type OpenService } from './service.ts'
import { readTlsOptions } from './tls.ts'

const IDLE_CHECK_MS = 50
/** How often Node checks the time-outs for headers and requests. */
const SLOWNESS_CHECK_MS = 1000
/** More than everything outside a tool may take: each of those steps has a shorter deadline. */
const OTHER_WORK_MS = 120_000

export interface AppOptions extends Pick<ServedGatewayOptions, 'dispatcher' | 'observe' | 'secret'> {
  /** The configuration, read at each use where a member may change while the server runs. */
  readonly settings: SettingsSource
  readonly logger: FastifyBaseLogger
  /** The version of this software, which clients see. */
  readonly version: string
  readonly clock?: Clock
  /** Begun when the process is about to end. */
  readonly drain?: Drain
  /** The process that serves the metrics, where this is one of several processes. */
  readonly metricsReader?: MetricsReader
  /** Opens what is served; the app closes it when it closes. */
  readonly openService: OpenService
}

/** @throws GatewayError, StorageUnavailable */
export async function createApp (options: AppOptions): Promise<FastifyInstance> {
  const { settings, logger, version, clock = systemClock, openService, drain = createDrain(), metricsReader, ...gatewayOptions } = options
  const config = settings.current()
  const { locale } = config.tools
  const operations = await createOperations({
    config, clock, version, log: logger, revocationBound: () => revocationBound(settings.current()), metricsReader
  })
  const service = await openService({
    storage: config.storage, locale, resource: config.resource.identifier, clock, observe: operations.storage, tracing: operations.tracing
  }).catch(async (error: unknown) => {
    await operations.close()
    throw error
  })
  const app = Fastify({
    loggerInstance: logger,
    // One line for each decision replaces Fastify's two lines for each request.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory,
    schemaController: NO_SCHEMAS,
    bodyLimit: config.limits.bodyBytes,
    requestTimeout: config.limits.requestTimeoutMs,
    keepAliveTimeout: config.limits.idleTimeoutMs,
    ...listenerOptions(config),
    // A request that arrives while the app closes is served as the last one of its connection, in place of Fastify's own 503.
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
  limitConnections(app, () => settings.current().limits.maxConnections)
  app.server.timeout = silenceTimeoutMs(config)
  endIdleConnections(app)
  refuseWhileDraining(app, drain)
  useOwnNotFound(app, addressesOf(config.resource.identifier, config.resource.endpointPath), clock)
  await app.register(servedGateway, {
    settings,
    tools: servedTools(service, locale),
    server: { name: 'mcp-resource-gateway', title: service.title, version },
    readiness: [...service.readiness, acceptsRequests(drain)],
    clock,
    operations,
    policyStatements: service.policyStatements,
    ...gatewayOptions
  })
  return app
}

/** Fastify makes an HTTPS server when the options have the member `https`. */
function listenerOptions ({ limits, tls }: GatewayConfig): Pick<FastifyHttpOptions<http.Server>, 'http'> {
  const timeouts = {
    // node:http refuses to give the headers more time than the whole request.
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    maxHeaderSize: limits.tokenCharacters + OTHER_HEADERS_BYTES,
    connectionsCheckingInterval: SLOWNESS_CHECK_MS
  }
  if (tls === undefined) return { http: timeouts }
  return { https: { ...timeouts, ...readTlsOptions(tls) } } as Pick<FastifyHttpOptions<http.Server>, 'http'>
}

/** After a reload: Node reads these from the server object at each use. */
export function applyServerLimits (app: FastifyInstance, { limits }: Pick<GatewayConfig, 'limits'>): void {
  app.server.headersTimeout = limits.headersTimeoutMs
  app.server.requestTimeout = limits.requestTimeoutMs
  app.server.keepAliveTimeout = limits.idleTimeoutMs
  app.server.timeout = silenceTimeoutMs({ limits })
}

/** The time-out of a client that sends requests and reads no answer, which no other time-out covers. 0 (none) where tools have no limit. */
function silenceTimeoutMs ({ limits: { toolTimeoutMs } }: Pick<GatewayConfig, 'limits'>): number {
  // A tool may take the time twice: for `access.details` and for `run`.
  return toolTimeoutMs === 0 ? 0 : 2 * toolTimeoutMs + OTHER_WORK_MS
}

/**
 * In place of `server.maxConnections`: a worker of node:cluster returns a connection beyond that limit to the primary, and while all
 * workers are full the connection circulates between them.
 */
function limitConnections ({ server }: FastifyInstance, limit: () => number): void {
  let open = 0
  server.on('connection', (socket: Socket) => {
    open += 1
    socket.once('close', () => { open -= 1 })
    if (open > limit()) socket.destroy()
  })
}

/** Node closes the connections that are idle when closing begins; a connection that becomes idle later would delay the end. */
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
