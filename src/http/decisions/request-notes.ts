// The notes of a request, where a viewer looks on, as a decorator of Fastify's request. Nearly every request has none; without the
// decorator each look for a member that is absent would go through all prototypes.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RequestNotes } from '../../mcp/request-watch.ts'

const NOTES: unique symbol = Symbol('mcp-resource-gateway.notes')

declare module 'fastify' {
  interface FastifyRequest { [NOTES]?: RequestNotes | null }
}

/** Call it before the routes are registered. */
export function decorateNotes (instance: FastifyInstance): void {
  if (!instance.hasRequestDecorator(NOTES)) instance.decorateRequest(NOTES, null)
}

export function setNotes (request: FastifyRequest, notes: RequestNotes): void {
  request[NOTES] = notes
}

export function notesOf (request: FastifyRequest): RequestNotes | undefined {
  return request[NOTES] ?? undefined
}
