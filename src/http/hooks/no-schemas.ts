// A schema controller for a Fastify without route schemas: tools check their own arguments. Without it Fastify loads the schema compilers,
// a tenth of the start time: docs/performance.md#late-loading

import type { FastifyServerOptions } from 'fastify'
import { GatewayError } from '../../kernel/fault.ts'

function refuse (): never {
  throw new GatewayError('GW_INTERNAL', 'a route with a schema was registered, and this server compiles none')
}

export const NO_SCHEMAS: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse }
}
