// The answer to a request that is one too many: 429 with `Retry-After` (RFC 6585 §4). Without a challenge, since the token is good.

import { errorBody } from '../../mcp/protocol-error.ts'
import { RPC } from '../../mcp/protocol.ts'
import { NO_STORE, type HttpAnswer } from './http-answer.ts'

export function tooManyRequests (retryAfterSeconds: number): HttpAnswer {
  return {
    status: 429,
    headers: { ...NO_STORE, 'retry-after': String(retryAfterSeconds) },
    body: errorBody({
      code: RPC.tooManyRequests,
      message: `Too many requests. Try again in ${retryAfterSeconds} seconds.`,
      data: { retryAfterSeconds },
      id: undefined
    })
  }
}
