// How many seats a reservation may ask for, and what they cost together: integers in minor units.

export function isSeatCount (seats: unknown): seats is number {
  return Number.isSafeInteger(seats) && (seats as number) >= 1
}

/** The price of all seats, or `undefined` when the product is not an exact integer. */
export function amountOf (price: number, seats: number): number | undefined {
  const amount = price * seats
  return Number.isSafeInteger(amount) && amount >= 0 ? amount : undefined
}
