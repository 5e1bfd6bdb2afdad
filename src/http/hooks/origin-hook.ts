// The check of the Origin header (MCP Streamable HTTP, security). A request without it does not come from a page in a browser and
// passes; every other value, `null` included, must be a configured origin byte for byte. `Host` is not checked: nothing depends on it.

import { RPC } from '../../mcp/protocol.ts'
import type { OriginSet } from './cors.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { refusal } from '../answers/framework-error.ts'
import { sendAnswer } from '../answers/send.ts'
import type { RequestHook } from './request-hook.ts'

/** @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#security-&-endpoint */
export function createOriginHook (allowed: OriginSet): RequestHook {
  const answer = refusal(403, RPC.forbidden, 'This origin may not call the endpoint; the operator can add it to cors.allowedOrigins')
  return function checkOrigin (request, reply, done) {
    const { origin } = request.headers
    if (origin === undefined || allowed.has(origin)) return done()
    publishRefusal(request, { reason: 'origin-not-allowed', status: answer.status, durationMs: reply.elapsedTime })
    sendAnswer(reply, answer)
  }
}
