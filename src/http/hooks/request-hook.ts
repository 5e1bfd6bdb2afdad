// The form of a check that runs before the body of a request is read: a callback hook of Fastify, because a promise for each hook
// would cost each request.

import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'

/** Calls `done`, or sends an answer; never both. */
export type RequestHook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void

/** The checks that exist only where configuration asks for them. */
export interface LimitHooks {
  readonly beforeAuthentication: readonly RequestHook[]
  /** They know the person. */
  readonly afterAuthentication: readonly RequestHook[]
}

export const NO_LIMITS: LimitHooks = { beforeAuthentication: [], afterAuthentication: [] }
