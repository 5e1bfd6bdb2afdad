// Compares how and when the person authenticated with what a tool requires (RFC 9470). `acr` values are not ranked: the tool lists
// every one that suffices.

import type { EpochMilliseconds, EpochSeconds } from '../kernel/units.ts'
import type { AuthenticationRequirement } from './requirement.ts'

/** An `auth_time` further in the future than this is refused. */
const CLOCK_SKEW_SECONDS = 5

export interface AuthenticationEvent {
  readonly authenticatedAt: EpochSeconds | undefined
  readonly authenticationContext: string | undefined
}

/**
 * Whether `acr` is one of the acceptable values and `auth_time` at most `maxAgeSeconds` ago. What is required and
 * was not stated does not suffice.
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-5
 */
export function authenticationSuffices (event: AuthenticationEvent, required: AuthenticationRequirement, now: EpochMilliseconds): boolean {
  const { acrValues, maxAgeSeconds } = required
  if (acrValues !== undefined) {
    if (event.authenticationContext === undefined || !acrValues.includes(event.authenticationContext)) return false
  }
  if (maxAgeSeconds !== undefined) {
    if (event.authenticatedAt === undefined) return false
    const ageSeconds = now / 1000 - event.authenticatedAt
    // In this form NaN is refused too.
    if (!(ageSeconds >= -CLOCK_SKEW_SECONDS && ageSeconds <= maxAgeSeconds)) return false
  }
  return true
}
