// A call of reserve_ticket for the ticket that costs ¥8,000, and the answer that says what would be enough.

import type { CallAnswer } from './gateway.ts'

interface Envelope {
  readonly reason: string
  readonly authorizationContextId: string
  readonly credentialDisposition: string
  readonly remediationHints: readonly unknown[]
}

export const reserve = (seats: number, more: Record<string, unknown> = {}) =>
  ({ tool: 'reserve_ticket', args: { ticket_id: 2, seats, ...more } })

export function envelopeOf ({ body }: CallAnswer): Envelope {
  return body.error?.data?.['authorization'] as Envelope
}
