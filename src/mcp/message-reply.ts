// The reply to a message, before it is HTTP. A refusal is the decision as the policy made it; http/ maps each kind to a status, headers
// and a body in one exhaustive switch.

import type { GatewayError } from '../kernel/fault.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Denial } from '../policy/denial.ts'
import type { Remediation } from '../policy/remediation.ts'
import type { Refusal } from './call-authorization.ts'
import type { PreparedResult } from './prepared-result.ts'
import { errorBody, type ProtocolError, type RequestId } from './protocol-error.ts'

type Reply =
  /** A notification was accepted: 202 without a body. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'json', readonly status: number, readonly body: string | Buffer }
  /** 403 or 401 with a challenge. */
  | ToldDenial
  /** A token that is no longer good: 401. */
  | Extract<Refusal, { readonly kind: 'rejection' }>
  /** An outage or a defect: 503 or 500. */
  | { readonly kind: 'failure', readonly fault: GatewayError }

/** A denial with what its challenge says beside it. */
export interface ToldDenial {
  readonly kind: 'denial'
  readonly denial: Denial
  /** Of `insufficient_authorization`; every other challenge has one status. */
  readonly status: 401 | 403
  /** Absent: no remedy is named. */
  readonly remediation?: Remediation
  /** `error.data.authorization`, as SEP-2643 had it in 2026-05. */
  readonly envelope?: JsonObject
}

export interface Answer {
  /** `undefined` for a notification, and for a message without a usable id. */
  readonly id: RequestId | undefined
  readonly reply: Reply
  /** Why a call could not be decided, where the reply is a result that does not say it: for the log. */
  readonly fault?: GatewayError
}

export function resultAnswer (id: RequestId, resultJson: string): Answer {
  return { id, reply: { kind: 'json', status: 200, body: `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultJson}}` } }
}

/** For a long result that many requests share: it is encoded once, and copied for each of them. */
export function preparedAnswer (id: RequestId, prepared: PreparedResult): Answer {
  return { id, reply: { kind: 'json', status: 200, body: prepared.after(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`) } }
}

export function errorAnswer (error: ProtocolError): Answer {
  return { id: error.id, reply: { kind: 'json', status: error.status, body: errorBody(error) } }
}
