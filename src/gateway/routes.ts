// Registers the routes of a gateway at an encapsulated Fastify instance: the endpoint, the documents, and health where it is wanted.
// Hooks, body parsers and the error handler stay on these routes (docs/decisions/0002-encapsulated-plugin-without-prefix.md).

import type { FastifyInstance } from 'fastify'
import { createAddressHints } from '../http/decisions/address-hints.ts'
import { watchDecisions } from '../http/decisions/decision-watchers.ts'
import { decorateNotes } from '../http/decisions/request-notes.ts'
import { createOriginSet } from '../http/hooks/cors.ts'
import { refuseAmbiguousHeaders } from '../http/hooks/header-fields.ts'
import { createLoadShedding } from '../http/hooks/load-shedding.ts'
import { createRateLimits } from '../http/hooks/rate-limits.ts'
import type { LimitHooks } from '../http/hooks/request-hook.ts'
import { acceptJsonBodiesOnly } from '../http/routes/body-parser.ts'
import { registerDocuments } from '../http/routes/document-routes.ts'
import { registerEndpoint } from '../http/routes/endpoint-routes.ts'
import { answerErrorsAsJsonRpc } from '../http/routes/error-handler.ts'
import { registerHealth, type ReadinessCheck } from '../http/routes/health-routes.ts'
import { registerOperations } from '../http/routes/operation-routes.ts'
import { registerServerCard } from '../http/routes/server-card-route.ts'
import { registerToolTable } from '../http/routes/tool-table-route.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { BeforeChange } from '../mcp/coming-change.ts'
import type { Gateway } from './gateway.ts'

export interface RouteOptions {
  /** Given: `/health` and `/ready` are registered, and `/ready` asks these too. */
  readonly readiness?: readonly ReadinessCheck[] | undefined
  /** Those of createLimits(). */
  readonly limits: LimitHooks
}

/** @throws GatewayError `GW_CONFIG_INVALID` when the path of the endpoint is taken (as a rejected promise) */
export async function registerRoutes (instance: FastifyInstance, gateway: Gateway, { readiness, limits }: RouteOptions): Promise<void> {
  const { settings, addresses, registries, operations, documents, clock } = gateway
  const config = settings.current()
  if (instance.hasRoute({ method: 'POST', url: addresses.endpointPath })) {
    throw new GatewayError('GW_CONFIG_INVALID', 'resource.identifier: its path is taken by another gateway, or by a route of the host')
  }
  refuseAmbiguousHeaders(instance)
  watchDecisions(instance, operations.decisionWatchers, gateway.recordedResource)
  decorateNotes(instance)
  acceptJsonBodiesOnly(instance)
  answerErrorsAsJsonRpc(instance, clock)
  const guarded = {
    ...gateway,
    allowedOrigins: createOriginSet(() => settings.current().cors.allowedOrigins),
    limits,
    tracing: operations.tracing,
    watch: operations.console?.watch
  }
  await registerEndpoint(instance, {
    ...guarded,
    front: { addresses, name: config.resource.name ?? addresses.endpointUrl, pages: config.pages },
    beforeChange: beforeChangeOf(gateway),
    bodyLimitBytes: config.limits.bodyBytes,
    streamSilenceMs: () => settings.current().limits.streamSilenceMs
  })
  await registerOperations(
    instance, { ...guarded, registries, beforeChange: beforeChangeOf(gateway), bodyLimitBytes: config.limits.bodyBytes }
  )
  if (config.pages.toolTable) await registerToolTable(instance, { ...guarded, registries })
  await registerDocuments(instance, addresses, documents, createAddressHints(addresses, clock))
  if (gateway.serverCard !== undefined) {
    await registerServerCard(instance, addresses.serverCardPath, { card: gateway.serverCard, limits: guarded.limits })
  }
  if (readiness !== undefined) registerHealth(instance, [...gateway.readiness, ...readiness], operations.process?.readiness)
}

function beforeChangeOf ({ operations: { beforeChange }, recordedResource: resource }: Gateway): BeforeChange | undefined {
  if (beforeChange === undefined || resource === undefined) return beforeChange
  return change => { beforeChange({ ...change, resource }) }
}

/** Limits on requests; the endpoints of one process count together. */
export async function createLimits (instance: FastifyInstance, { settings, clock, operations }: Gateway): Promise<LimitHooks> {
  const { limits, resource } = settings.current()
  const shedding = createLoadShedding(instance, limits.maxEventLoopDelayMs)
  const { beforeAuthentication, afterAuthentication } = await createRateLimits(instance, {
    limits: () => settings.current().limits,
    mayChange: settings.mayChange,
    rateLimitRedisUrl: limits.rateLimitRedisUrl,
    resource: resource.identifier,
    clock,
    onFailure: operations.process?.rateLimitFailure
  })
  return { beforeAuthentication: [...shedding, ...beforeAuthentication], afterAuthentication }
}
