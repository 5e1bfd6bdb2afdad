// One request to another server, and what comes of it before anybody looks into the result. Connections of every transport ask
// questions; calls and lists are made of them.

import type { CancellationNotice } from '../kernel/cancellation.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { UpstreamCall, UpstreamCredential, UpstreamOutcome, UpstreamProgress } from './upstream-port.ts'

export interface Question {
  readonly method: 'initialize' | 'server/discover' | 'tools/list' | 'tools/call'
  /** Without `_meta`. */
  readonly params: JsonObject
  /** The name of the tool, which headers of modern HTTP repeat. */
  readonly name?: string
  readonly trace?: UpstreamCall['trace'] | undefined
  /** For a server over HTTP. */
  readonly credential?: UpstreamCredential | undefined
  readonly mirroredHeaders?: Readonly<Record<string, string>> | undefined
  readonly onProgress?: ((progress: UpstreamProgress) => void) | undefined
  /** Time of the monotonic clock at which the answer is not waited for any more. */
  readonly endsAtMs: number
  readonly signal?: CancellationNotice | undefined
  /** Whether the server hears of it when the answer is not waited for any more. */
  readonly cancellable: boolean
  readonly maxBytes: number
}

export type Answer =
  /** The JSON-RPC response: with `result` or with `error`. */
  | { readonly kind: 'response', readonly body: JsonObject, readonly bytes: number }
  /** Not executed, and this connection can be asked nothing any more: its session or its process is gone. */
  | { readonly kind: 'lost' }
  /** Without JSON-RPC: what a REST API answered is a result already. */
  | Exclude<UpstreamOutcome, { readonly kind: 'refused' }>
