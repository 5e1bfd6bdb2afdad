// Did the person authenticate well enough, and recently enough? RFC 9470, over what the authorization server said.
// It does not rank `acr` values: which ones will do is listed by the tool.

import type { EpochMilliseconds, EpochSeconds } from '../kernel/units.ts'
import type { AuthenticationRequirement } from './requirement.ts'

/** An authorization server's clock may be this far ahead before its `auth_time` is not believed. */
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
    // written so that NaN is refused as well
    if (!(ageSeconds >= -CLOCK_SKEW_SECONDS && ageSeconds <= maxAgeSeconds)) return false
  }
  return true
}
