// Whether a whole request had arrived when the authorization server was asked about its token. The body of a small request is usually in
// the packet of its headers; Node.js reads it right after the hooks of the headers: https://nodejs.org/api/http.html#messagecomplete

import type { FastifyRequest } from 'fastify'

export interface Arrival {
  /** Monotonic milliseconds; `undefined` while it is not known that the whole request was there when the watch began. */
  readonly wholeSinceMs: number | undefined
}

/**
 * Call it in the tick in which the authorization server is asked about the token; read the result after the answer.
 * @param nowMs a moment of this tick before the question, in milliseconds of the monotonic clock
 */
export function watchArrival ({ raw }: FastifyRequest, nowMs: number): Arrival {
  if (isComplete(raw)) return { wholeSinceMs: nowMs }
  const arrival: { wholeSinceMs: number | undefined } = { wholeSinceMs: undefined }
  // What is parsed before the next tick had reached the process before the question was sent.
  process.nextTick(() => { if (isComplete(raw)) arrival.wholeSinceMs = nowMs })
  return arrival
}

/** A request that is injected in a test has no such member, and is complete. */
function isComplete ({ complete }: { readonly complete?: boolean }): boolean {
  return complete ?? true
}
