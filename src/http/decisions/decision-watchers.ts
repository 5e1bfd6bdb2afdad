// The watchers of decisions: audit, metrics, and any other reader of records inside the process. They decorate the gateway's encapsulated
// instance under a symbol, so that every route of the gateway finds them and no decorator of the host has the same name.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DecisionWatcher } from '../../mcp/decision-record.ts'

const WATCHERS: unique symbol = Symbol('mcp-resource-gateway.decision-watchers')
const NONE: readonly DecisionWatcher[] = []

declare module 'fastify' {
  interface FastifyInstance { readonly [WATCHERS]?: readonly DecisionWatcher[] }
}

/** Once for each instance, before its first request. */
export function watchDecisions (instance: FastifyInstance, watchers: readonly DecisionWatcher[]): void {
  instance.decorate(WATCHERS, watchers)
}

/** None on a route of the host: such a route is no tool. */
export function decisionWatchers ({ server }: FastifyRequest): readonly DecisionWatcher[] {
  // Not getDecorator(), which Fastify has from version 5.3 on.
  return server[WATCHERS] ?? NONE
}
