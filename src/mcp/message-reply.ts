// What can come of a message? http/ maps each kind to a status, headers and a body in one exhaustive switch.

import type { Rejection } from '../auth/rejection.ts'
import type { GatewayError } from '../kernel/fault.ts'
import type { Denial } from '../policy/denial.ts'
import type { Permit } from '../policy/permit.ts'
import type { DecisionTrace } from './decision-trace.ts'
import type { PreparedResult } from './prepared-result.ts'
import { errorBody, type ProtocolError, type RequestId } from './protocol-error.ts'

export type Reply =
  /** A notification was accepted: 202 without a body. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'json', readonly status: number, readonly body: string | Buffer }
  /** The grant does not allow this call: 403 or 401 with a challenge. */
  | {
    readonly kind: 'denied'
    readonly denial: Denial
    readonly id: RequestId
    /** Why it could not be decided, where that is a defect; for the operator's log. */
    readonly fault?: GatewayError
  }
  /** A live inquiry found that the token is no longer good: 401. `scopes`: what the operation needs. */
  | { readonly kind: 'rejected', readonly rejection: Rejection, readonly scopes: readonly string[] }
  /** 503 or 500. */
  | { readonly kind: 'fault', readonly fault: GatewayError, readonly id: RequestId | undefined }

/** What the decision log says of a message. Holds no argument, claim or token, except in `permit`. */
export interface DecisionRecord {
  /** A name of the protocol, or `unknown`. */
  readonly method: string | undefined
  readonly tool: string | undefined
  readonly version: string | undefined
  readonly granted: boolean
  /** Stable, lower case with hyphens. */
  readonly reason: string
  /** The member of the authorization details that decided, or the code of a tool failure. */
  readonly remark?: string | undefined
  /** The refusal that this call says it retries (SEP-2643); authorizes nothing. */
  readonly retryOf?: string | undefined
  /** Check by check, where configuration wants it. */
  readonly decision?: DecisionTrace | undefined
  /** With which a tool was allowed to run; for the audit, never for the log. */
  readonly permit?: Permit | undefined
}

export interface Answer {
  readonly reply: Reply
  readonly record: DecisionRecord
}

export function resultReply (id: RequestId, resultJson: string): Reply {
  return { kind: 'json', status: 200, body: `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultJson}}` }
}

/** The same for a long result that many requests get: as text it would be measured and encoded for each of them. */
export function preparedReply (id: RequestId, prepared: PreparedResult): Reply {
  return { kind: 'json', status: 200, body: prepared.after(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`) }
}

export function errorReply (error: ProtocolError): Reply {
  return { kind: 'json', status: error.status, body: errorBody(error) }
}
