// The last questions to the authorization server, by the fingerprint of the token. An inquiry belongs to no request, because several may
// share it; a request finds those that ended after it arrived.

import type { AuthenticationEvent } from '../auth/observation.ts'

type Inquiry = Extract<AuthenticationEvent, { kind: 'inquiry' }>

export interface EndedInquiry {
  /** On the monotonic clock. */
  readonly endedAtMs: number
  readonly durationMs: number
  readonly live: boolean
  /** The status of the token, or why there was no answer. */
  readonly outcome: string
}

const MAX_TOKENS = 2000
const MAX_OF_ONE = 4

export interface Inquiries {
  readonly ended: (inquiry: Inquiry, nowMs: number) => void
  /** @returns those that ended at this moment or later, in their order */
  readonly since: (tokenFingerprint: string, momentMs: number) => readonly EndedInquiry[]
  readonly clear: () => void
}

export function createInquiries (): Inquiries {
  const byToken = new Map<string, readonly EndedInquiry[]>()
  return {
    ended (inquiry, nowMs) {
      const { tokenFingerprint, durationMs, live } = inquiry
      const outcome = inquiry.outcome === 'unavailable' ? `unavailable:${inquiry.reason}` : inquiry.outcome
      const before = byToken.get(tokenFingerprint) ?? []
      byToken.delete(tokenFingerprint)
      byToken.set(tokenFingerprint, [...before, { endedAtMs: nowMs, durationMs, live, outcome }].slice(-MAX_OF_ONE))
      const [oldest] = byToken.keys()
      if (byToken.size > MAX_TOKENS && oldest !== undefined) byToken.delete(oldest)
    },
    since: (fingerprint, momentMs) => (byToken.get(fingerprint) ?? []).filter(({ endedAtMs }) => endedAtMs >= momentMs),
    clear: () => { byToken.clear() }
  }
}
