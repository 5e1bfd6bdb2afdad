// A call of reserve_ticket for the ticket that costs ¥8,000, and the envelope of a denial that no challenge can express.

import type { CallAnswer } from './gateway.ts'

/** Of SEP-2643, as of 2026-08-21. */
export interface Envelope {
  readonly reason: string
  readonly remediation: string
  readonly authorizationContextId?: string
  readonly remediationHints?: ReadonlyArray<Readonly<Record<string, unknown>>>
}

export const reserve = (seats: number, more: Record<string, unknown> = {}) =>
  ({ tool: 'reserve_ticket', args: { ticket_id: 2, seats, ...more } })

/** Of a result, where alone there is one. */
export function envelopeOf ({ body }: Pick<CallAnswer, 'body'>): Envelope | undefined {
  return body.result?._meta?.['io.modelcontextprotocol/authorization'] as Envelope | undefined
}
