// What happens to calls of other servers, for the log and the metrics. Names come from the configuration and the lock; no text of a
// server is in an event.

import type { UpstreamEvent } from '../upstream/upstream-port.ts'

type CallOutcome = 'answered' | 'tool-error' | 'refused' | 'not-executed' | 'unknown' | 'too-large' | 'changed'

type ExchangeOutcome = 'exchanged' | 'refused' | 'unusable' | 'unavailable'

export type ProxyEvent =
  | { readonly kind: 'call', readonly upstream: string, readonly outcome: CallOutcome, readonly reason: string | undefined }
  /** A call that waited for a token, or was not given one. */
  | { readonly kind: 'exchange', readonly upstream: string, readonly outcome: ExchangeOutcome, readonly reason: string | undefined }
  /** The tools that differ from the lock, each time that they become more or fewer. */
  | { readonly kind: 'drift', readonly upstream: string, readonly tools: readonly string[] }
  /** The list could not be compared with the lock. */
  | { readonly kind: 'unverified', readonly upstream: string, readonly reason: string }
  | { readonly kind: 'connection', readonly upstream: string, readonly event: UpstreamEvent }

/** Must not throw. */
export type ObserveProxy = (event: ProxyEvent) => void
