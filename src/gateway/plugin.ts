// The plugin of the public interface: options in, an encapsulated Fastify plugin out. Register it at the root, without a prefix:
// RFC 9728 puts the metadata at the root of the origin, and the path of the endpoint is that of the resource identifier.

import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { AuthenticationEvent } from '../auth/observation.ts'
import { parsePluginConfigForGateway, type PluginConfig } from '../config/plugin-config.ts'
import { fixedSettings, type SettingsSource } from '../config/settings.ts'
import { logServerEvent } from '../http/decisions/fault-log.ts'
import type { LimitHooks } from '../http/hooks/request-hook.ts'
import type { ReadinessCheck } from '../http/routes/health-routes.ts'
import { systemClock, type Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { ServerIdentity } from '../mcp/prepared-results.ts'
import type { Tool } from '../mcp/tool.ts'
import { createToolSet, type ToolSet } from '../mcp/tool-set.ts'
import { createOperations, type Operations } from '../operations/operations.ts'
import { revocationBound, type AuthenticationSurroundings } from './authenticators.ts'
import { createGateway, type Gateway } from './gateway.ts'
import { decorateHost } from './host-routes.ts'
import { checkOptions } from './plugin-options.ts'
import { createLimits, registerRoutes } from './routes.ts'

/** As in the peerDependencies of package.json. */
const SUPPORTED_FASTIFY = '>=5.2.0 <6'

interface CommonOptions {
  /** What is protected, in the order of `tools/list`. A tool set can be replaced while the gateway runs. */
  readonly tools: readonly Tool[] | ToolSet
  /** How the server names itself to clients. */
  readonly server: ServerIdentity
  /** Given, and be it empty: `/health` and `/ready` are registered, and `/ready` asks these as well as the authorization server. */
  readonly readiness?: readonly ReadinessCheck[]
  /** Sentences for the policy page about the data that the tools keep, in the language of `tools.locale`. */
  readonly policyStatements?: readonly string[]
  /** Called with what happens to tokens, for metrics. Must not throw. */
  readonly observe?: (event: AuthenticationEvent) => void
  /** For tests: takes the place of the system's clocks; `mcp-resource-gateway/testing` makes one. */
  readonly clock?: Clock
  /** For tests: takes the place of the connection pools to the authorization servers; `mcp-resource-gateway/testing` makes one. */
  readonly dispatcher?: AuthenticationSurroundings['dispatcher']
}

/**
 * @example
 * await app.register(mcpResourceGateway, {
 *   config: {
 *     resource: { identifier: 'https://shop.example/mcp' },
 *     authorizationServer: { issuer: 'https://as.example', introspection: { clientId: 'shop', clientSecret: secret } }
 *   },
 *   tools: [listOrders],
 *   server: { name: 'shop', version: '1.0.0' }
 * })
 */
export interface GatewayOptions extends CommonOptions {
  /** Checked by the plugin; docs/configuration.md describes each member. */
  readonly config: PluginConfig
  /**
   * The TLS listener of the host asks clients for certificates (`requestCert` and `ca`): tokens that are bound to one are accepted
   * (RFC 8705). Only certificates that Node has authorized count. Default `false`.
   */
  readonly clientCertificates?: boolean
}

/** What the server gives in place of a configuration object: one that may change, and parts that it shares with the gateway. */
export interface ServedGatewayOptions extends CommonOptions {
  readonly settings: SettingsSource
  /** Metrics, audit and traces, which the server closes. */
  readonly operations: Operations
  /** From which the key of references is derived, the same in all workers; absent: that of the configuration, or a random one. */
  readonly secret?: string
  /** Another endpoint of this process: connections, cached answers, used proofs and limits are those of its gateway. */
  readonly beside?: Installed
  /** Takes what another endpoint needs as `beside`. */
  readonly onInstalled?: (installed: Installed) => void
}

/** A gateway with its routes. */
export interface Installed {
  readonly gateway: Gateway
  readonly limits: LimitHooks
}

/**
 * The gateway as a Fastify plugin. Its routes and hooks are encapsulated; the host's instance gets two decorators, `mcpGateway` and
 * `request.mcpGrant`.
 * @throws GatewayError `GW_CONFIG_INVALID` for a wrong option, or under a prefix; `GW_TOOL_INVALID` for a wrong tool (as a rejected
 * `register()` and `ready()`). The message names the option, the member or the tool.
 */
export const mcpResourceGateway: FastifyPluginAsync<GatewayOptions> = onHostInstance(async (host, options) => {
  checkOptions(options)
  refusePrefix(host, options)
  await host.register(async instance => {
    const { clock = systemClock, server } = options
    const config = parsePluginConfigForGateway(options.config)
    const settings = fixedSettings(config)
    const operations = await createOperations({
      config, clock, version: server.version, log: instance.log, revocationBound: () => revocationBound(config)
    })
    instance.addHook('onClose', operations.close)
    const { gateway } = await install(instance, { ...options, settings, operations }, options.clientCertificates ?? false)
    decorateHost(host, gateway)
  })
})

/**
 * What `fastify-plugin` does: the function runs on the instance that registers it, so that it can decorate that instance.
 * @see https://fastify.dev/docs/latest/Reference/Plugins/#handle-the-scope
 */
function onHostInstance (plugin: FastifyPluginAsync<GatewayOptions>): FastifyPluginAsync<GatewayOptions> {
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'mcp-resource-gateway',
    [Symbol.for('plugin-meta')]: { name: 'mcp-resource-gateway', fastify: SUPPORTED_FASTIFY }
  })
}

/** The same for the server of this package: for server/ alone. */
export const servedGateway: FastifyPluginAsync<ServedGatewayOptions> = async (instance, options) => {
  const installed = await install(instance, options, options.settings.current().tls?.clientCa !== undefined)
  options.onInstalled?.(installed)
}

function refusePrefix (host: FastifyInstance, options: object): void {
  const given = 'prefix' in options ? options.prefix : undefined
  if (host.prefix === '' && (given === undefined || given === '')) return
  throw new GatewayError('GW_CONFIG_INVALID', 'register the gateway without a prefix: its paths follow from resource.identifier')
}

async function install (instance: FastifyInstance, options: ServedGatewayOptions, certificatesFromConnection: boolean): Promise<Installed> {
  const {
    settings, tools, server, operations, policyStatements = [], secret, observe, clock = systemClock, dispatcher, beside
  } = options
  const gateway = await createGateway({
    settings,
    tools: 'read' in tools ? tools : createToolSet(tools),
    server,
    operations,
    policyStatements,
    certificatesFromConnection,
    secret,
    observe,
    onServerEvent: event => { logServerEvent(instance.log, event) },
    clock,
    dispatcher,
    beside: beside?.gateway.shared
  })
  instance.addHook('onClose', gateway.close)
  // Not before: a start must not wait for an authorization server, and a test without a listener asks it nothing.
  instance.addHook('onListen', done => {
    gateway.selfTest().catch(() => {})
    done()
  })
  const limits = beside?.limits ?? await createLimits(instance, gateway)
  await registerRoutes(instance, gateway, { readiness: options.readiness, limits })
  return { gateway, limits }
}
