// Refuses a request whose header fields two parties could read differently: a field sent twice that may be sent once, or so many that
// Node.js would drop some. Of a second Content-Type Node keeps the first, and a proxy may have read the other:
// https://nodejs.org/api/http.html#messageheaders

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IncomingMessage } from 'node:http'
import { RPC } from '../../mcp/protocol.ts'
import { refusal } from '../answers/framework-error.ts'
import type { HttpAnswer } from '../answers/http-answer.ts'
import { sendAnswer } from '../answers/send.ts'

/** Node drops what is beyond 1,000 by default. Clients send some twenty. */
const MOST_FIELDS = 256
/** Beside every `Mcp-` field. Authorization and DPoP have refusals of their own, and the parser refuses a second Content-Length. */
const SINGLE: ReadonlySet<string> = new Set(['host', 'origin', 'content-type', 'transfer-encoding'])
const PREFIX = 'mcp-'
const LENGTHS = 31
/** How each of them begins, at its length; the names have different lengths. A look-up in a Map takes three times as long. */
const BEGINNINGS = new Uint8Array(LENGTHS + 1)
for (const name of SINGLE) BEGINNINGS[name.length & LENGTHS] = name.charCodeAt(0)
const M = PREFIX.charCodeAt(0)
const LOWER_CASE = 0x20

const TOO_MANY = refusal(431, RPC.invalidRequest, `More than ${MOST_FIELDS} header fields`)
const TWICE = refusal(400, RPC.invalidRequest, 'A header field that may be sent once was sent twice')

const CHECKED: unique symbol = Symbol('mcp-resource-gateway.header-fields')

/**
 * For every route of this instance; a second call has no effect.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2 on Host, and RFC 9110 §5.3 on fields that are sent twice
 */
export function refuseAmbiguousHeaders (instance: FastifyInstance): void {
  if (instance.hasDecorator(CHECKED)) return
  instance.decorate(CHECKED, true)
  instance.addHook('onRequest', function checkHeaders (request, reply, done) { if (hasClearHeaders(request, reply)) done() })
}

/** @returns `false` when it has answered the request itself */
export function hasClearHeaders ({ raw, server: { server } }: FastifyRequest, reply: FastifyReply): boolean {
  // A host may have set a lower number, beyond which Node would drop fields.
  const kept = server.maxHeadersCount
  const answer = problemOf(raw, typeof kept === 'number' && kept > 0 ? Math.min(MOST_FIELDS, kept - 1) : MOST_FIELDS)
  if (answer === undefined) return true
  sendAnswer(reply, answer)
  return false
}

function problemOf ({ rawHeaders }: IncomingMessage, mostFields: number): HttpAnswer | undefined {
  if (rawHeaders.length > 2 * mostFields) return TOO_MANY
  // One bit for each length that was seen, since the usual names all differ in it: docs/performance.md#header-fields
  let lengths = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] ?? ''
    const beginning = field.charCodeAt(0) | LOWER_CASE
    if (beginning !== M && BEGINNINGS[field.length & LENGTHS] !== beginning) continue
    const bit = 1 << (field.length & LENGTHS)
    if ((lengths & bit) !== 0) return hasRepeatedField(rawHeaders) ? TWICE : undefined
    lengths |= bit
  }
  return undefined
}

function hasRepeatedField (rawHeaders: readonly string[]): boolean {
  const seen = new Set<string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    if (!SINGLE.has(name) && !name.startsWith(PREFIX)) continue
    if (seen.has(name)) return true
    seen.add(name)
  }
  return false
}
