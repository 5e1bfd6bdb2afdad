// The longest time for which a revoked token is still accepted. Metadata, policy page and metrics publish it. Tools with freshness
// "fresh" request an answer after the call has arrived: for them it is 0.

export interface RevocationBoundSettings {
  /** Maximum age of a cached positive answer. */
  readonly ttlSeconds: number
  /** For one whole request to the authorization server. */
  readonly deadlineMs: number
}

/**
 * An answer is cached for `ttlSeconds` from the moment of the request, not of the answer. Without a cache a call may still join
 * an introspection in flight, which is at most one deadline old.
 * @returns whole seconds
 */
export function revocationBoundSeconds ({ ttlSeconds, deadlineMs }: RevocationBoundSettings): number {
  return Math.max(ttlSeconds, Math.ceil(deadlineMs / 1000))
}
