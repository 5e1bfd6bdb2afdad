// The values that decide() and explain() share: what configuration says, and the time of one request.

import type { EpochMilliseconds } from '../kernel/units.ts'
import type { ScopeImplications } from './scope.ts'

export interface PolicyOptions {
  /** The configured resource identifier: what `locations` is compared with, byte for byte. */
  readonly resource: string
  /** What a token without `authorization_details` may do where a tool needs some. */
  readonly whenAbsent: 'allow' | 'deny'
  /** Details types that say nothing about tools: a token with these alone counts as one without details. Default: none. */
  readonly unrelatedTypes?: readonly string[]
  /** Default: no scope implies another. */
  readonly scopeImplications?: ScopeImplications
}

/** When a request is decided. */
export interface Moment {
  readonly now: EpochMilliseconds
  /** When the request arrived, in milliseconds of the monotonic clock: a grant asked for before that is not live. */
  readonly receivedAtMonotonicMs: number
}
