// What does one call of one tool, with these arguments, need? Built by the tool's declaration, judged by decide.ts.

import type { DetailsRequirement } from './authorization-details/details-requirement.ts'

export interface AuthenticationRequirement {
  /** Acceptable `acr` values; any one of them will do (RFC 9470 §4). */
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
