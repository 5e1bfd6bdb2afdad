// What is a check that runs before the body of a request is read?

import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'

/** Calls `done`, or answers; never both. */
export type RequestHook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void

/** Checks that configuration asks for, where they belong among the others. */
export interface LimitHooks {
  /** Before anything is looked at. */
  readonly beforeAuthentication: readonly RequestHook[]
  /** When it is known who asks. */
  readonly afterAuthentication: readonly RequestHook[]
}

export const NO_LIMITS: LimitHooks = { beforeAuthentication: [], afterAuthentication: [] }
