// The HTTP answer to a fault: 503 with `Retry-After` for an outage, 500 for a defect. Never with a challenge: the token may be
// good, and a client should not throw it away.

import { AuditUnavailable, AuthorizationServerUnavailable, StorageUnavailable, type GatewayError } from '../../kernel/fault.ts'
import { errorBody, type RequestId } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import { NO_STORE, type HttpAnswer } from './http-answer.ts'

export function faultAnswer (fault: GatewayError, id: RequestId | undefined): HttpAnswer {
  if (fault instanceof AuthorizationServerUnavailable || fault instanceof StorageUnavailable || fault instanceof AuditUnavailable) {
    const { retryAfterSeconds } = fault
    return {
      status: 503,
      headers: { ...NO_STORE, 'retry-after': String(retryAfterSeconds) },
      body: errorBody({
        code: RPC.unavailable,
        message: `${fault.publicMessage} Try again in ${retryAfterSeconds} seconds with the same access token.`,
        data: { code: fault.code, retryAfterSeconds },
        id
      })
    }
  }
  return {
    status: 500,
    headers: NO_STORE,
    body: errorBody({ code: RPC.internalError, message: fault.publicMessage, data: { code: fault.code }, id })
  }
}
