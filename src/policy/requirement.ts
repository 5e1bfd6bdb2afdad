// The requirement of one call: what a tool needs of the grant, for these arguments. Built from the tool's declaration, checked by
// decide.ts.

import type { DetailsRequirement } from './authorization-details/details-requirement.ts'

export interface AuthenticationRequirement {
  /** Acceptable `acr` values; any one of them suffices (RFC 9470 §4). */
  readonly acrValues?: readonly string[]
  /** Seconds since the person last authenticated. */
  readonly maxAgeSeconds?: number
}

export interface Requirement {
  readonly tool: string
  /** All of them are needed. */
  readonly scopes: readonly string[]
  readonly authentication: AuthenticationRequirement | undefined
  readonly details: DetailsRequirement | undefined
  /** `fresh`: the authorization server must have been asked after this request arrived. */
  readonly freshness: 'cached' | 'fresh'
}
