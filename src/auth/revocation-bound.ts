// For how long may a revoked token still be accepted, at worst, by what does not ask afresh? The figure that the
// metadata, the policy page and the metrics state. Tools with freshness "fresh" ask after the request arrived: for them it is 0.

export interface RevocationBoundSettings {
  /** Of the cache of positive answers. */
  readonly ttlSeconds: number
  /** Of one whole question to the authorization server. */
  readonly deadlineMs: number
}

/**
 * An answer is kept for `ttlSeconds` from the moment it was asked for, not from when it came. Without a cache a request
 * may still join a question that is under way, and that is at most one deadline old.
 * @returns whole seconds
 */
export function revocationBoundSeconds ({ ttlSeconds, deadlineMs }: RevocationBoundSettings): number {
  return Math.max(ttlSeconds, Math.ceil(deadlineMs / 1000))
}
