// Branded numbers with their unit. The brands exist for the compiler only; ranges are checked by parsers, not here.

declare const unit: unique symbol

/** Seconds since 1970-01-01T00:00:00Z, the unit of `exp`, `nbf`, `iat` and `auth_time` (RFC 7519 §2 NumericDate). */
export type EpochSeconds = number & { readonly [unit]: 'epoch-seconds' }
/** Milliseconds since 1970-01-01T00:00:00Z, the unit of every clock inside the gateway. */
export type EpochMilliseconds = number & { readonly [unit]: 'epoch-milliseconds' }

export function epochSeconds (value: number): EpochSeconds {
  return value as EpochSeconds
}

export function epochMilliseconds (value: number): EpochMilliseconds {
  return value as EpochMilliseconds
}
