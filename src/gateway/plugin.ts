// How is the gateway put together? The composition root: options in, an encapsulated Fastify plugin out. It never reads
// the environment, and its hooks stay on its own routes. Register it at the root, without a prefix: RFC 9728 puts the
// metadata at the origin's root, and the endpoint's path is that of the resource identifier.

import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { AuthenticationEvent } from '../auth/observation.ts'
import { createTracedDispatcher } from '../auth/traced-verifier.ts'
import { createAuthentication, revocationBound, type AuthenticationSurroundings } from './authenticators.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { SettingsSource } from '../config/settings.ts'
import { addressesOf } from '../http/addresses.ts'
import { acceptJsonBodiesOnly } from '../http/routes/body-parser.ts'
import { answerErrorsAsJsonRpc } from '../http/routes/error-handler.ts'
import { createOriginSet } from '../http/hooks/cors.ts'
import { watchDecisions } from '../http/decisions/decision-watchers.ts'
import { logCircuit } from '../http/decisions/fault-log.ts'
import { registerDocuments } from '../http/routes/document-routes.ts'
import { registerEndpoint } from '../http/routes/endpoint-routes.ts'
import { registerHealth, type ReadinessCheck } from '../http/routes/health-routes.ts'
import { createLoadShedding } from '../http/hooks/load-shedding.ts'
import { createOperatorHints } from '../http/decisions/operator-hints.ts'
import { createRateLimits } from '../http/hooks/rate-limits.ts'
import { createRejectionAnswers } from '../http/answers/rejection-answer.ts'
import type { LimitHooks } from '../http/hooks/request-hook.ts'
import { registerServerCard } from '../http/routes/server-card-route.ts'
import { registerToolTable } from '../http/routes/tool-table-route.ts'
import { systemClock, type Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import { createDispatcher } from '../mcp/dispatcher.ts'
import type { ServerIdentity } from '../mcp/prepared-results.ts'
import { createRegistryGenerations } from '../mcp/registry-generations.ts'
import type { Tool } from '../mcp/tool.ts'
import { createToolSet, type ToolSet } from '../mcp/tool-set.ts'
import { createOperations, type Operations } from '../operations/operations.ts'
import { derivationSecret } from './derivation-secret.ts'
import { createPolicy } from '../policy/policy.ts'
import { deriveReferenceKey } from '../policy/remediation.ts'
import { publishedDocuments } from './published-documents.ts'
import { publishedServerCard } from './published-server-card.ts'
import { createSenderConstraint } from './sender-constraint.ts'

export interface GatewayOptions {
  /** As a configuration file has it, complete: `parseConfig` fills in what is left out. */
  readonly config: GatewayConfig
  /** Where the members of `config` that may change are read from at each use; absent: nothing changes. */
  readonly settings?: SettingsSource
  /** What is protected, in the order of `tools/list`. A tool set can be replaced while the gateway runs. */
  readonly tools: readonly Tool[] | ToolSet
  /** How the server names itself to clients. */
  readonly server: ServerIdentity
  /** Given: `/health` and `/ready` are registered, and these are asked beside the authorization server. */
  readonly readiness?: readonly ReadinessCheck[]
  /** Told what happens to tokens, for metrics. Must not throw. */
  readonly observe?: (event: AuthenticationEvent) => void
  /** Metrics, audit and traces, made already and closed by whoever made them. Absent: made as configuration says. */
  readonly operations?: Operations
  /** What keys are derived from, the same in all processes that answer for one another. Absent: from configuration, or made up. */
  readonly secret?: string
  /** For tests: instead of the system's clock, and of connection pools of our own. */
  readonly clock?: Clock
  readonly dispatcher?: AuthenticationSurroundings['dispatcher']
}

/**
 * The gateway as a Fastify plugin.
 * @throws GatewayError `GW_CONFIG_INVALID` under a prefix, `GW_TOOL_INVALID` for a wrong tool (as a rejected `ready()`)
 */
export const mcpResourceGateway: FastifyPluginAsync<GatewayOptions> = async (instance, options) => {
  if (instance.prefix !== '') {
    throw new GatewayError('GW_CONFIG_INVALID', 'register the gateway without a prefix: its paths follow from resource.identifier')
  }
  const { config, settings = { current: () => config }, clock = systemClock } = options
  const operations = options.operations ?? await createOperations({
    config, clock, version: options.server.version, log: instance.log, revocationBound: () => revocationBound(settings.current())
  })
  if (options.operations === undefined) instance.addHook('onClose', operations.close)
  await install(instance, options, operations, await createLimits(instance, options))
}

async function createLimits (instance: FastifyInstance, { config, settings, clock = systemClock }: GatewayOptions): Promise<LimitHooks> {
  const { limits, resource } = config
  const shedding = await createLoadShedding(instance, limits.maxEventLoopDelayMs)
  const { beforeAuthentication, afterAuthentication } = await createRateLimits(instance, {
    limits: () => (settings?.current() ?? config).limits,
    mayChange: settings !== undefined,
    rateLimitRedisUrl: limits.rateLimitRedisUrl,
    resource: resource.identifier,
    clock
  })
  return { beforeAuthentication: [...shedding, ...beforeAuthentication], afterAuthentication }
}

async function install (instance: FastifyInstance, options: GatewayOptions, operations: Operations, limits: LimitHooks): Promise<void> {
  const { config, clock = systemClock, settings = { current: () => config } } = options
  const resource = config.resource.identifier
  const addresses = addressesOf(resource, config.resource.endpointPath)
  if (instance.hasRoute({ method: 'POST', url: addresses.endpointPath })) {
    throw new GatewayError('GW_CONFIG_INVALID', 'the path of resource.identifier is taken: another gateway, or a route of the host')
  }
  const registries = createRegistryGenerations('read' in options.tools ? options.tools : createToolSet(options.tools), {
    visibility: config.tools.visibility,
    scopeImplications: config.policy.scopeImplications,
    toolTimeoutMs: () => settings.current().limits.toolTimeoutMs
  })
  const { tracing } = operations
  const traced = tracing === undefined ? undefined : await createTracedDispatcher(tracing, options.dispatcher)
  const { authenticator, issuers, prepare, readiness, close } = createAuthentication({
    settings,
    clock,
    dispatcher: traced?.dispatcher ?? options.dispatcher,
    tracing,
    onCircuitChange: event => { logCircuit(instance.log, event) },
    observers: [operations.authentication, options.observe].filter(observer => observer !== undefined)
  })
  instance.addHook('onClose', async () => {
    registries.close()
    await close()
    await traced?.close()
  })
  await prepare()
  watchDecisions(instance, operations.decisionWatchers)

  const dispatcher = createDispatcher({
    registries,
    policy: createPolicy({
      resource,
      whenAbsent: config.policy.authorizationDetailsWhenAbsent,
      scopeImplications: config.policy.scopeImplications
    }),
    clock,
    remedies: config.policy.remediation !== 'off',
    decisionTrace: config.log.decisionTrace,
    server: options.server,
    extensions: config.extensions
  })

  const { senderProofs, schemes, nonce, certificateBoundTokens } = createSenderConstraint(config, clock)
  acceptJsonBodiesOnly(instance)
  answerErrorsAsJsonRpc(instance, clock)
  const guarded = {
    addresses,
    authenticator,
    senderProofs,
    rejections: createRejectionAnswers({ addresses, initialScopes: registries.derive(({ initialScopes }) => initialScopes), whenTokenMissing: config.challenge.whenTokenMissing, schemes, nonce }),
    allowedOrigins: createOriginSet(() => settings.current().cors.allowedOrigins),
    limits,
    tracing,
    warnOperator: createOperatorHints({ resource, issuer: config.authorizationServer.issuer }, clock),
    clock
  }
  await registerEndpoint(instance, {
    ...guarded,
    dispatcher,
    beforeChange: operations.beforeChange,
    denials: {
      addresses,
      schemes,
      insufficientAuthorizationStatus: config.policy.insufficientAuthorizationStatus,
      referenceKey: config.policy.remediation === 'off' ? undefined : deriveReferenceKey({ secret: options.secret ?? derivationSecret(config), resource })
    },
    bodyLimitBytes: config.limits.bodyBytes
  })
  await registerToolTable(instance, { ...guarded, registries })
  const card = publishedServerCard({ config, registries, addresses, server: options.server })
  if (card !== undefined) await registerServerCard(instance, addresses.serverCardPath, { card, limits })

  await registerDocuments(instance, addresses, publishedDocuments({
    config, settings, registries, addresses, issuers, server: options.server, schemes, certificateBoundTokens
  }))
  if (options.readiness !== undefined) {
    registerHealth(instance, [...readiness, ...operations.readiness, ...options.readiness])
  }
}
