// What is a Fastify told that has no schemas? Arguments are checked by their tools. The compilers it would load are a tenth of
// the time that the gateway takes to start.

import type { FastifyServerOptions } from 'fastify'
import { GatewayError } from '../../kernel/fault.ts'

function refuse (): never {
  throw new GatewayError('GW_INTERNAL', 'a route with a schema was registered, and this server compiles none')
}

export const NO_SCHEMAS: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse }
}
