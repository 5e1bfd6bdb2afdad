// The watchers of decisions: audit, metrics, and any other reader of records inside the process. They decorate the gateway's encapsulated
// instance under a symbol, so that every route of the gateway finds them and no decorator of the host has the same name.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DecisionWatcher } from '../../mcp/decision-record.ts'

const WATCHERS = Symbol('mcp-resource-gateway.decision-watchers')

/** Once for each instance, before its first request. */
export function watchDecisions (instance: FastifyInstance, watchers: readonly DecisionWatcher[]): void {
  instance.decorate(WATCHERS, watchers)
}

const NONE: readonly DecisionWatcher[] = []

/** None on a route of the host: such a route is no tool. */
export function decisionWatchers ({ server }: FastifyRequest): readonly DecisionWatcher[] {
  return server.hasDecorator(WATCHERS) ? server.getDecorator<readonly DecisionWatcher[]>(WATCHERS) : NONE
}
