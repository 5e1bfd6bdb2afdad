// How does each request get its logger? Fastify hands over options without a member, and pino looks for each of those it knows.

import type { FastifyBaseLogger } from 'fastify'

type Child = FastifyBaseLogger['child']

export function childLoggerFactory (logger: FastifyBaseLogger, bindings: Parameters<Child>[0], options: NonNullable<Parameters<Child>[1]>): FastifyBaseLogger {
  return Object.keys(options).length === 0 ? logger.child(bindings) : logger.child(bindings, options)
}
