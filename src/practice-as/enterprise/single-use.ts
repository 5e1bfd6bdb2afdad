// Remembers identifiers until they expire, so that each is used once. Checking and storing is one synchronous step: of two requests
// at the same time with one assertion, one is refused. When the table is full of live identifiers, nothing more is accepted.

const MAX_IDENTIFIERS = 20_000

export interface SingleUse {
  /** @returns false where the identifier was used before, or cannot be remembered */
  readonly use: (identifier: string, expiresAtSeconds: number) => boolean
}

/** @param nowSeconds seconds since 1970 */
export function createSingleUse (nowSeconds: () => number, maxIdentifiers = MAX_IDENTIFIERS): SingleUse {
  const expiries = new Map<string, number>()

  function forgetExpired (): void {
    const now = nowSeconds()
    for (const [identifier, expiry] of expiries) if (expiry <= now) expiries.delete(identifier)
  }

  return {
    use (identifier, expiresAtSeconds) {
      if (expiries.size >= maxIdentifiers) forgetExpired()
      if (expiries.has(identifier) || expiries.size >= maxIdentifiers) return false
      expiries.set(identifier, expiresAtSeconds)
      return true
    }
  }
}
