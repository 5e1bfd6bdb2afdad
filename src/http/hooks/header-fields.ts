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
const LENGTHS: ReadonlySet<number> = new Set([...SINGLE].map(({ length }) => length))

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
  let seen: string[] | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] ?? ''
    if (!LENGTHS.has(field.length) && field[0] !== 'm' && field[0] !== 'M') continue
    const name = field.toLowerCase()
    if (!SINGLE.has(name) && !name.startsWith(PREFIX)) continue
    if (seen?.includes(name) === true) return TWICE
    seen = [...seen ?? [], name]
  }
  return undefined
}
