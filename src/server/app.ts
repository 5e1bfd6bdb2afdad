// The server's Fastify app: the gateway in front of one service, with the limits on connections that a plugin cannot set.
// It does not listen, and reads neither files nor the environment: see serve.ts and main.ts.

import http from 'node:http'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyHttpOptions, type FastifyInstance } from 'fastify'
import { revocationBound } from '../gateway/authenticators.ts'
import { endpointsOf, type ConfiguredEndpoint } from '../config/configured-endpoints.ts'
import { settingsOfEndpoint, type SettingsSource } from '../config/settings.ts'
import { describeStorageUrl, MEMORY_STORAGE } from '../config/storage-url.ts'
import { addressesOf } from '../http/addresses.ts'
import type { FrontEndpoint } from '../http/pages/front-page.ts'
import { acceptsRequests, createDrain, refuseWhileDraining, type Drain } from '../http/routes/drain.ts'
import { refuseAmbiguousHeaders } from '../http/hooks/header-fields.ts'
import { NO_SCHEMAS } from '../http/hooks/no-schemas.ts'
import { answerBadTarget, answerClientError, useOwnNotFound } from '../http/routes/unrouted.ts'
import { systemClock, type Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import { createConnectionTable, type ConnectionTable } from '../listener/connection-table.ts'
import type { SideListener } from '../listener/side-listener.ts'
import type { ConsoleReader } from '../operations/console-observer.ts'
import { createOperations, type MetricsReader, type Operations } from '../operations/operations.ts'
import { servedGateway, type Installed, type ServedGatewayOptions } from '../gateway/plugin.ts'
import { connectionsWithinOpenFiles, createConnectionLog } from './connection-log.ts'
import { serveHealth } from './health-listener.ts'
import type { RecheckNotice } from './notice-listener.ts'
import { listenForNotices } from './notices.ts'
import { createListeners, endIdleConnections, type Listeners } from './listeners.ts'
import { childLoggerFactory } from './request-logger.ts'
import type { ServedUpstreams } from './served-upstreams.ts'
import { offeredAt, openServiceFor, type OpenService } from './service.ts'

/** For calls at other servers that still run when all requests have ended. */
const UPSTREAM_END_MS = 1000

export interface AppOptions extends Pick<ServedGatewayOptions, 'dispatcher' | 'observe' | 'secret'> {
  /** The configuration, read at each use where a member may change while the server runs. */
  readonly settings: SettingsSource
  readonly logger: FastifyBaseLogger
  /** The version of this software, which clients see. */
  readonly version: string
  readonly clock?: Clock
  /** Begun when the process is about to end. */
  readonly drain?: Drain
  /** Log lines that were dropped so far. */
  readonly lostLogLines?: () => number
  /** Given a function to call after each reload, with whether it was applied. */
  readonly watchReloads?: (report: (isApplied: boolean) => void) => void
  /** The process that serves the metrics, where this is one of several processes. */
  readonly metricsReader?: MetricsReader
  /** The process that serves the console, where this is one of several processes. */
  readonly consoleReader?: ConsoleReader
  /** Takes what is to be called with each notice, where another process listens for them. */
  readonly noticeReader?: (take: (notice: RecheckNotice) => void) => void
  /** Opens what is served; the app closes it when it closes. */
  readonly openService: OpenService
  /** Other servers whose tools are offered; the app closes them when it closes. Absent: none. */
  readonly upstreams?: ServedUpstreams
}

const listenersByApp = new WeakMap<FastifyInstance, Listeners>()

/** @throws GatewayError, StorageUnavailable */
export async function createApp (options: AppOptions): Promise<FastifyInstance> {
  const {
    settings, logger, version, clock = systemClock, openService, drain = createDrain(), metricsReader, consoleReader, noticeReader,
    lostLogLines = () => 0,
    watchReloads = () => {}, upstreams, ...gatewayOptions
  } = options
  const config = settings.current()
  const endpoints = endpointsOf(config)
  const { locale } = config.tools
  const connections = createConnections(options, clock)
  const open = openServiceFor({ builtIn: endpoints.flatMap(endpoint => endpoint.config.tools.builtIn) }, openService)
  const operations = await createOperations({
    config,
    clock,
    version,
    log: logger,
    revocationBound: () => revocationBound(settings.current()),
    metricsReader,
    consoleReader,
    openConnections: connections.table.open
  })
  connections.tell(operations)
  operations.process?.watchLog(lostLogLines)
  if (operations.process !== undefined) watchReloads(operations.process.reloaded)
  const service = await open({
    storage: config.storage,
    locale,
    resource: config.resource.identifier,
    clock,
    observe: operations.storage,
    tracing: operations.tracing,
    onCreated: () => { logCreated(logger, config.storage.url) }
  }).catch(async (error: unknown) => {
    await operations.close()
    throw error
  })
  // Behind the service, which fills a new database.
  await upstreams?.start().catch(async (error: unknown) => {
    await service.close()
    await operations.close()
    throw error
  })
  if (service.connections !== undefined) operations.process?.watchStorage(service.connections)
  const listeners = createListeners(config, connections.table)
  const app = Fastify({
    loggerInstance: logger,
    // One line for each decision replaces Fastify's two lines for each request.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory,
    schemaController: NO_SCHEMAS,
    bodyLimit: config.limits.bodyBytes,
    serverFactory: listeners.serverFactory,
    // For Fastify's own texts: the server is made above.
    ...(config.tls === undefined ? {} : { https: {} }) as FastifyHttpOptions<http.Server>,
    // A request that arrives while the app closes is served as the last one of its connection, in place of Fastify's own 503.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 100 },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerBadTarget
  })
  for (const method of http.METHODS) if (!app.supportedMethods.includes(method) && method !== 'CONNECT') app.addHttpMethod(method)
  if (operations.upstream !== undefined) upstreams?.watch(operations.upstream)
  if (operations.tracing !== undefined) upstreams?.trace(operations.tracing)
  if (operations.ledger !== undefined) upstreams?.audit(operations.ledger)
  app.addHook('onClose', async () => {
    await upstreams?.close(UPSTREAM_END_MS)
    await service.close()
    await operations.close()
  })
  listenersByApp.set(app, listeners)
  endIdleConnections(app, listeners)
  if (config.health !== undefined) serveHealth(app, config.health)
  refuseWhileDraining(app, drain)
  refuseAmbiguousHeaders(app)
  useOwnNotFound(app, frontsOfAll(endpoints), clock)
  let first: Installed | undefined
  for (const [index, endpoint] of endpoints.entries()) {
    const { title, tools, policyStatements } = offeredAt(service, endpoint.config)
    const { instructions } = endpoint.config.tools
    await app.register(servedGateway, {
      settings: index === 0 ? settings : settingsOfEndpoint(settings, index),
      tools: upstreams?.tools(tools, index) ?? tools,
      server: { name: 'mcp-resource-gateway', title, version, ...(instructions === undefined ? {} : { instructions }) },
      clock,
      operations,
      policyStatements,
      ...gatewayOptions,
      ...(first === undefined
        ? {
            readiness: [...service.readiness, ...upstreams?.readiness ?? [], acceptsRequests(drain)],
            onInstalled: (installed: Installed) => { first = installed }
          }
        : { beside: first })
    })
  }
  takeNotices(app, { settings, noticeReader }, notice => { first?.gateway.shared.authentication.recheck(notice.issuer, notice) })
  return app
}

interface NoticeSource { readonly settings: SettingsSource, readonly noticeReader: AppOptions['noticeReader'] | undefined }

/** For a worker the first process listens. */
function takeNotices (app: FastifyInstance, { settings, noticeReader }: NoticeSource, take: (notice: RecheckNotice) => void): void {
  if (noticeReader !== undefined) return noticeReader(take)
  let listener: SideListener | undefined
  const recheck = (notice: RecheckNotice) => {
    take(notice)
    return Promise.resolve(true)
  }
  app.addHook('onReady', async () => { listener = await listenForNotices({ settings, logger: app.log, recheck }) })
  app.addHook('onClose', async () => { await listener?.close() })
}

function frontsOfAll ([first, ...others]: ReturnType<typeof endpointsOf>): readonly [FrontEndpoint, ...FrontEndpoint[]] {
  const own = ({ config: { resource, pages } }: ConfiguredEndpoint): FrontEndpoint => {
    return { addresses: addressesOf(resource.identifier, resource.endpointPath), name: resource.name ?? resource.identifier, pages }
  }
  return [own(first), ...others.map(own)]
}

/** A mistyped address begins an empty database: nothing else would tell. */
function logCreated (logger: FastifyBaseLogger, url: string): void {
  if (url === MEMORY_STORAGE) return
  const storage = describeStorageUrl(url, '[redacted]')
  const text = 'there was no database: a new one was created, with the example tickets'
  logger.warn({ event: 'storage-created', storage, from: process.cwd() }, text)
}

/** @throws GatewayError `GW_INTERNAL` for an app of another function */
export function listenersOf (app: FastifyInstance): Listeners {
  const listeners = listenersByApp.get(app)
  if (listeners === undefined) throw new GatewayError('GW_INTERNAL', 'this app was not made by createApp')
  return listeners
}

interface Connections {
  readonly table: ConnectionTable
  readonly tell: (operations: Operations) => void
}

function createConnections ({ settings, logger }: AppOptions, clock: Clock): Connections {
  const log = createConnectionLog(logger, clock)
  const withinOpenFiles = connectionsWithinOpenFiles(logger)
  // At start, and not with the first connection, the operator learns that the limit is lower.
  withinOpenFiles(settings.current().limits.maxConnections)
  let count: Operations['connectionClosed']
  return {
    table: createConnectionTable({
      limits () {
        const { maxConnections, connectionsPerAddress } = settings.current().limits
        return { maxConnections: withinOpenFiles(maxConnections), connectionsPerAddress }
      },
      closed (why, table) {
        count?.(why)
        log(why, table)
      }
    }),
    tell: operations => { count = operations.connectionClosed }
  }
}
