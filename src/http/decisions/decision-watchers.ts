// The watchers of decisions, and what every record of an endpoint says: audit, metrics, and any other reader of records inside the
// process. They decorate the gateway's encapsulated instance under a symbol, so that every route of the gateway finds them and no
// decorator of the host has the same name.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DecisionWatcher } from '../../mcp/decision-record.ts'

const WATCHERS: unique symbol = Symbol('mcp-resource-gateway.decision-watchers')
const RESOURCE: unique symbol = Symbol('mcp-resource-gateway.resource')
const NONE: readonly DecisionWatcher[] = []

declare module 'fastify' {
  interface FastifyInstance {
    readonly [WATCHERS]?: readonly DecisionWatcher[]
    readonly [RESOURCE]?: string | undefined
  }
}

/**
 * Once for each instance, before its first request.
 * @param resource the resource identifier of the endpoint, where records of several are to be told apart
 */
export function watchDecisions (instance: FastifyInstance, watchers: readonly DecisionWatcher[], resource?: string): void {
  instance.decorate(WATCHERS, watchers)
  // Also where it is undefined: each look for a member that is absent goes through all prototypes.
  instance.decorate(RESOURCE, resource)
}

/** `undefined` where the process has one endpoint. */
export function recordedResource ({ server }: FastifyRequest): string | undefined {
  return server[RESOURCE]
}

/** None on a route of the host: such a route is no tool. */
export function decisionWatchers ({ server }: FastifyRequest): readonly DecisionWatcher[] {
  // Not getDecorator(), which Fastify has from version 5.3 on.
  return server[WATCHERS] ?? NONE
}
