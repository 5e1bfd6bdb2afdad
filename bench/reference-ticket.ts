// Which ticket does the in-memory read tool of every server tell of? The same text and the same structure everywhere.

export interface ReferenceTicket {
  readonly id: number
  readonly title: string
  readonly price: number
  readonly currency: string
  readonly available_seats: number
}

export function referenceTicket (id: number): ReferenceTicket {
  return { id, title: 'Authlete study session', price: 5000, currency: 'JPY', available_seats: 50 }
}

export function describeTicket ({ id, title, price, currency, available_seats: seats }: ReferenceTicket): string {
  return `#${id} ${title}: ${price} ${currency}, ${seats} seats left`
}
