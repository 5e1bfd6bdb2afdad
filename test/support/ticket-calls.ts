// Calls of the ticket tools, and what their results hold.

import { call, type CallAnswer, type Gateway } from './gateway.ts'

export type Structured = Readonly<Record<string, unknown>>

export const text = ({ body }: CallAnswer) => body.result?.content[0]?.text
export const structured = ({ body }: CallAnswer): Structured => body.result?.structuredContent ?? {}
export const reserve = (gateway: Gateway, token: string, args: object) => call(gateway, { token, tool: 'reserve_ticket', args })
export const reservationIn = (answer: CallAnswer) => structured(answer)['reservation'] as { id: number, amount: number, status: string }

export async function seatsOf ({ store }: Gateway, id: number): Promise<number | undefined> {
  return (await store.findTicket(id))?.availableSeats
}
