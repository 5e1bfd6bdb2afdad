// The parser of request bodies: JSON, without content coding and without a member that an object has twice; every other body is refused.
// What the JSON says is read in mcp/.

import type { FastifyInstance } from 'fastify'
import { findExcess } from '../../kernel/json-excess.ts'
import type { JsonValue } from '../../kernel/json.ts'
import { findFlaw } from '../../kernel/json-flaw.ts'
import { BODY_LIMITS, CODED_BODY, EXCESSIVE_BODY, FLAWED_BODY } from '../answers/framework-error.ts'

/** In place of Fastify's parsers, for the routes of this instance. */
export function acceptJsonBodiesOnly (instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    // Nothing is decompressed: the size of the decompressed body would need a second limit.
    const { 'content-encoding': coding = 'identity' } = request.headers
    if (coding.toLowerCase() !== 'identity') return done(refused(CODED_BODY))
    if (body === '') return done(refused('FST_ERR_CTP_EMPTY_JSON_BODY'))
    // Before the body is parsed: 64 KiB of short names would cost as much as twenty pings.
    const excess = findExcess(body, BODY_LIMITS)
    if (excess !== undefined) return done(refused(EXCESSIVE_BODY[excess]))
    let parsed: JsonValue
    try {
      parsed = JSON.parse(withoutMark(body)) as JsonValue
    } catch {
      return done(refused('FST_ERR_CTP_INVALID_JSON_BODY'))
    }
    const flaw = findFlaw(body, parsed)
    if (flaw === undefined) done(null, parsed)
    else done(refused(FLAWED_BODY[flaw]))
  })
}

/** A byte order mark may be ignored: https://www.rfc-editor.org/rfc/rfc8259#section-8.1 */
function withoutMark (text: string): string {
  return text.charCodeAt(0) === 0xFEFF ? text.slice(1) : text
}

function refused (code: string): Error {
  return Object.assign(new Error(code), { code })
}
