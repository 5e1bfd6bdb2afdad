// Who hears of decisions beside the log? Kept at the encapsulated instance under a symbol: every route of ours finds it, and no
// decoration of the host's is met.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WatchDecisions } from '../../mcp/decision-event.ts'

const WATCH = Symbol('mcp-resource-gateway.decisions')

interface WithWatch { [WATCH]?: WatchDecisions }

export function watchDecisions (instance: FastifyInstance, watch: WatchDecisions): void {
  (instance as unknown as WithWatch)[WATCH] = watch
}

export function watchOf (request: FastifyRequest): WatchDecisions | undefined {
  return (request.server as unknown as WithWatch)[WATCH]
}
