// The HTTP answer to a fault: 503 with `Retry-After` for an outage, 502 for another server, 500 for a defect. Never with a challenge:
// the token may be good, and a client should not throw it away.

import {
  AuditUnavailable, AuthorizationServerUnavailable, DecisionPointUnavailable, ProofMemoryUnavailable, StorageUnavailable, UpstreamFault,
  type GatewayError
} from '../../kernel/fault.ts'
import { errorBody, type RequestId } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import { NO_STORE, type HttpAnswer } from './http-answer.ts'

const OUTAGES = [
  AuditUnavailable, AuthorizationServerUnavailable, DecisionPointUnavailable, ProofMemoryUnavailable, StorageUnavailable
] as const
type Outage = InstanceType<typeof OUTAGES[number]>

function isOutage (fault: GatewayError): fault is Outage {
  return OUTAGES.some(kind => fault instanceof kind)
}

export function faultAnswer (fault: GatewayError, id: RequestId | undefined): HttpAnswer {
  if (isOutage(fault)) {
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
  if (fault instanceof UpstreamFault) return upstreamAnswer(fault, id)
  return {
    status: 500,
    headers: NO_STORE,
    body: errorBody({ code: RPC.internalError, message: fault.publicMessage, data: { code: fault.code }, id })
  }
}

/** Whether the call was made stands in the message: a client must know it before it repeats a call. */
function upstreamAnswer ({ status, retryAfterSeconds, publicMessage, code }: UpstreamFault, id: RequestId | undefined): HttpAnswer {
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  return {
    status,
    headers: { ...NO_STORE, ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }) },
    body: errorBody({ code: status === 503 ? RPC.unavailable : RPC.internalError, message: publicMessage, data: { code, ...retry }, id })
  }
}
