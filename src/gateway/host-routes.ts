// The decorators of the host's Fastify instance: `app.mcpGateway.authenticate()` protects its own routes with the checks and challenges
// of the gateway, and `request.mcpGrant` says whose token a request carried. Several gateways of one host share them.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { decorateCallState } from '../http/hooks/call-state.ts'
import { createHostRouteHook, grantOf, judgeWhenComplete, type McpGrant, type RouteRequirement } from '../http/hooks/host-route-hook.ts'
import type { RequestHook } from '../http/hooks/request-hook.ts'
import { isJsonObject } from '../kernel/json.ts'
import { ConfigurationError } from '../kernel/fault.ts'
import { isScopeToken } from '../kernel/scope-syntax.ts'
import type { Gateway } from './gateway.ts'

export interface ProtectedRoute extends RouteRequirement {
  /** The resource identifier of the gateway whose tokens are accepted; needed where the host has several gateways. */
  readonly resource?: string
}

export interface McpGateway {
  /**
   * An `onRequest` hook for routes of the host: 401 and 403 with the challenge of RFC 6750, which names the protected resource metadata
   * and the scopes.
   * @throws ConfigurationError `GW_CONFIG_INVALID` for wrong scopes, or an unknown `resource`
   * @example
   * app.get('/invoices', { onRequest: app.mcpGateway.authenticate({ scopes: ['invoices:read'] }) }, request =>
   * invoicesOf(request.mcpGrant.person))
   */
  readonly authenticate: (route: ProtectedRoute) => RequestHook
}

declare module 'fastify' {
  interface FastifyInstance {
    /** There once `mcpResourceGateway` has been registered and loaded: `await app.register(mcpResourceGateway, …)`. */
    readonly mcpGateway: McpGateway
  }
  interface FastifyRequest {
    /** Throws on a route that no hook of `app.mcpGateway.authenticate()` protects. */
    readonly mcpGrant: McpGrant
  }
  interface FastifyContextConfig {
    /** `true` on every route of a gateway, so that a hook of the host can leave them alone. */
    mcpResourceGateway?: true
  }
}

const gatewaysOf = new WeakMap<McpGateway, Gateway[]>()

/** Call it for each gateway that is registered at the host. */
export function decorateHost (host: FastifyInstance, gateway: Gateway): void {
  if (!host.hasDecorator('mcpGateway')) {
    const decorator: McpGateway = { authenticate: route => protect(gatewaysOf.get(decorator) ?? [], route) }
    gatewaysOf.set(decorator, [])
    host.decorate('mcpGateway', decorator)
    // Does nothing on a route without our hook. A hook of the route alone would miss one that protects a whole scope.
    host.addHook('preValidation', judgeWhenComplete)
  }
  decorateCallState(host)
  if (!host.hasRequestDecorator('mcpGrant')) {
    host.decorateRequest('mcpGrant', { getter (this: FastifyRequest) { return grantOf(this) } })
  }
  gatewaysOf.get(host.mcpGateway)?.push(gateway)
}

function protect (gateways: readonly Gateway[], route: ProtectedRoute): RequestHook {
  const { scopes, resource } = checked(route)
  const [first, ...others] = resource === undefined ? gateways : gateways.filter(({ addresses }) => addresses.resource === resource)
  if (first === undefined) throw wrong('resource', 'expected the resource identifier of a gateway that is registered here')
  if (others.length > 0) {
    throw wrong('resource', 'missing; expected the resource identifier of one of the gateways that are registered here')
  }
  return createHostRouteHook(first, { ...route, scopes })
}

/** A host may be written in JavaScript: a route without scopes must not become a route that is open to every token. */
function checked (route: unknown): ProtectedRoute {
  const scopes = isJsonObject(route) ? route['scopes'] : undefined
  if (!Array.isArray(scopes) || !scopes.every(scope => typeof scope === 'string' && isScopeToken(scope))) {
    throw wrong('scopes', `${scopes === undefined ? 'missing; ' : ''}expected a list of scopes`)
  }
  return route as ProtectedRoute
}

function wrong (path: string, expected: string): ConfigurationError {
  return new ConfigurationError([{ path: `mcpGateway.authenticate: ${path}`, expected }])
}
