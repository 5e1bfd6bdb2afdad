// How is the gateway put together? The composition root: options in, an encapsulated Fastify plugin out. It never reads
// the environment, and its hooks stay on its own routes. Register it at the root, without a prefix: RFC 9728 puts the
// metadata at the origin's root, and the endpoint's path is that of the resource identifier.

import cors from '@fastify/cors'
import type { FastifyError, FastifyInstance, FastifyPluginAsync } from 'fastify'
import { createAuthenticator } from './auth/authenticator.ts'
import { createIntrospectionVerifier, type IntrospectionVerifierSettings } from './auth/introspection/verifier.ts'
import type { AuthenticationEvent } from './auth/observation.ts'
import type { GatewayConfig } from './config/schema.ts'
import { addressesOf } from './http/addresses.ts'
import { logFault } from './http/decision-log.ts'
import { docsPage } from './http/docs-page.ts'
import { registerDocuments } from './http/document-routes.ts'
import { registerEndpoint } from './http/endpoint-routes.ts'
import { frameworkErrorAnswer } from './http/framework-error.ts'
import { registerHealth, type ReadinessCheck } from './http/health-routes.ts'
import { protectedResourceMetadata } from './http/metadata.ts'
import { createOperatorHints } from './http/operator-hints.ts'
import { policyPage } from './http/policy-page.ts'
import { createRejectionAnswers } from './http/rejection-answer.ts'
import { sendAnswer } from './http/send.ts'
import { systemClock, type Clock } from './kernel/clock.ts'
import { GatewayError } from './kernel/fault.ts'
import { createDispatcher } from './mcp/dispatcher.ts'
import type { ServerIdentity } from './mcp/prepared-results.ts'
import { createRegistry } from './mcp/registry.ts'
import type { Tool } from './mcp/tool.ts'
import { createPolicy } from './policy/decide.ts'
import { deriveReferenceKey } from './policy/remediation.ts'

export interface GatewayOptions {
  /** As a configuration file has it, complete: `parseConfig` fills in what is left out. */
  readonly config: GatewayConfig
  /** What is protected, in the order of `tools/list`. */
  readonly tools: readonly Tool[]
  /** How the server names itself to clients. */
  readonly server: ServerIdentity
  /** Given: `/health` and `/ready` are registered, and these are asked beside the authorization server. */
  readonly readiness?: readonly ReadinessCheck[]
  /** Told what happens to tokens, for metrics. Must not throw. */
  readonly observe?: (event: AuthenticationEvent) => void
  /** For tests: instead of the system's clock, and of connection pools of our own. */
  readonly clock?: Clock
  readonly dispatcher?: IntrospectionVerifierSettings['dispatcher']
}

/**
 * The gateway as a Fastify plugin.
 * @throws GatewayError `GW_CONFIG_INVALID` under a prefix, `GW_TOOL_INVALID` for a wrong tool (as a rejected `ready()`)
 */
export const mcpResourceGateway: FastifyPluginAsync<GatewayOptions> = async (instance, options) => {
  const { config, clock = systemClock } = options
  if (instance.prefix !== '') {
    throw new GatewayError('GW_CONFIG_INVALID', 'register the gateway without a prefix: its paths follow from resource.identifier')
  }
  const { issuer, introspection, deadlineMs } = config.authorizationServer
  const resource = config.resource.identifier
  const addresses = addressesOf(resource)
  const registry = createRegistry(options.tools, config.tools.visibility)
  const verifier = createIntrospectionVerifier({ issuer, ...introspection, deadlineMs, clock, dispatcher: options.dispatcher })
  const authenticator = createAuthenticator({
    verifier,
    issuer,
    resource,
    cache: { ...config.cache, maxNegativeEntries: config.cache.maxEntries },
    clock,
    ...(options.observe === undefined ? {} : { observe: options.observe })
  })
  instance.addHook('onClose', () => authenticator.close())

  const policy = createPolicy({
    resource,
    whenAbsent: config.policy.authorizationDetailsWhenAbsent,
    scopeImplications: config.policy.scopeImplications
  })
  const dispatcher = createDispatcher({
    registry,
    decide: (grant, requirement, receivedAt) => policy.decide(grant, requirement, { now: clock.now(), receivedAt }),
    server: options.server
  })

  useOwnBodiesAndErrors(instance)
  // A host that has registered it already keeps its own; the routes carry their own settings either way.
  if (!instance.hasPlugin('@fastify/cors')) await instance.register(cors, { origin: false })

  registerEndpoint(instance, {
    addresses,
    authenticator,
    dispatcher,
    rejections: createRejectionAnswers({ addresses, initialScopes: registry.initialScopes, whenTokenMissing: config.challenge.whenTokenMissing }),
    denials: {
      addresses,
      insufficientAuthorizationStatus: config.policy.insufficientAuthorizationStatus,
      referenceKey: config.policy.remediation === 'off' ? undefined : deriveReferenceKey({ secret: introspection.clientSecret, resource })
    },
    allowedOrigins: config.cors.allowedOrigins,
    bodyLimitBytes: config.limits.bodyBytes,
    tellOperator: createOperatorHints({ resource, issuer }, clock),
    clock
  })

  const name = config.resource.name ?? options.server.title ?? options.server.name
  const { locale } = config.tools
  registerDocuments(instance, addresses, {
    metadataJson: protectedResourceMetadata({ addresses, registry, authorizationServers: [issuer], resourceName: config.resource.name }),
    toolsJson: JSON.stringify({ tools: registry.descriptions }),
    docsHtml: docsPage({ addresses, registry, authorizationServers: [issuer], name, locale }),
    policyHtml: policyPage({ name, locale, revocationBoundSeconds: config.cache.ttlSeconds })
  })
  if (options.readiness !== undefined) {
    registerHealth(instance, [{ name: 'authorization-server', check: verifier.ready }, ...options.readiness])
  }
}

/** Bodies are JSON or refused, and nothing that goes wrong here is answered in the shape of a framework. */
function useOwnBodiesAndErrors (instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, instance.getDefaultJsonParser('error', 'error'))
  instance.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = frameworkErrorAnswer(error)
    if (answer.status >= 500) logFault(request.log, error instanceof GatewayError ? error : new GatewayError('GW_INTERNAL', 'an exception that nothing foresaw', { cause: error }))
    return sendAnswer(reply, answer)
  })
}
