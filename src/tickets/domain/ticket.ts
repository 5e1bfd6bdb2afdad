// A ticket as everyone may see it. Prices are integers in minor units of their currency (JPY has none).

export interface Ticket {
  readonly id: number
  readonly title: string
  readonly description: string
  /** Price of one seat, integer, minor units of `currency`. */
  readonly price: number
  /** ISO 4217. */
  readonly currency: string
  readonly availableSeats: number
  readonly totalSeats: number
  /** RFC 3339 UTC. */
  readonly eventDate: string
  readonly createdAt: string
}

export interface TicketSearch {
  /** Part of the title, without regard to case. */
  readonly title?: string
  /** Highest price of one seat, inclusive. */
  readonly maxPrice?: number
  readonly minAvailableSeats?: number
}
