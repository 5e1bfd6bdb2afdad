// The parser of request bodies: JSON, without content coding and without a member that an object has twice; every other body is refused.
// What the JSON says is read in mcp/.

import type { FastifyInstance } from 'fastify'
import { findExcess } from '../../kernel/json-excess.ts'
import type { JsonValue } from '../../kernel/json.ts'
import { hasRepeatedMember } from '../../kernel/repeated-member.ts'
import { BODY_LIMITS, CODED_BODY, EXCESSIVE_BODY, REPEATED_MEMBER } from '../answers/framework-error.ts'

/** In place of Fastify's parsers, for the routes of this instance. */
export function acceptJsonBodiesOnly (instance: FastifyInstance): void {
  const parseJson = instance.getDefaultJsonParser('error', 'error')
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    // Nothing is decompressed: the size of the decompressed body would need a second limit.
    const { 'content-encoding': coding = 'identity' } = request.headers
    if (coding.toLowerCase() !== 'identity') return done(refused(CODED_BODY))
    // Before the body is parsed: 64 KiB of short names would cost as much as twenty pings.
    const excess = findExcess(body, BODY_LIMITS)
    if (excess !== undefined) return done(refused(EXCESSIVE_BODY[excess]))
    const parsing = parseJson(request, body, (error, parsed?: JsonValue) => {
      if (error === null && parsed !== undefined && hasRepeatedMember(body, parsed)) done(refused(REPEATED_MEMBER))
      else done(error, parsed)
    })
    if (parsing instanceof Promise) parsing.catch(done)
  })
}

function refused (code: string): Error {
  return Object.assign(new Error(code), { code })
}
