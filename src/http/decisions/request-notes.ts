// The notes of a request, where a viewer looks on: kept beside the request, and not in a decorator, because nearly every request has none.

import type { FastifyRequest } from 'fastify'
import type { RequestNotes } from '../../mcp/request-watch.ts'

const NOTES: unique symbol = Symbol('mcp-resource-gateway.notes')

declare module 'fastify' {
  interface FastifyRequest { [NOTES]?: RequestNotes | undefined }
}

export function setNotes (request: FastifyRequest, notes: RequestNotes): void {
  request[NOTES] = notes
}

export function notesOf (request: FastifyRequest): RequestNotes | undefined {
  return request[NOTES]
}
