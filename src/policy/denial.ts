// Why may this grant not do this, and what would be enough? Mapped to the wire in one exhaustive switch in http/.

import type { JsonObject } from '../kernel/json.ts'

export type Denial =
  /** `scopes`: every scope the operation needs, those the grant has included (MCP authorization, scope challenge). */
  | { readonly kind: 'insufficient-scope', readonly scopes: readonly string[] }
  | { readonly kind: 'insufficient-authentication', readonly acrValues: readonly string[] | undefined, readonly maxAgeSeconds: number | undefined }
  | {
    readonly kind: 'insufficient-authorization'
    readonly problem: 'absent' | 'unreadable' | 'other-type' | 'insufficient'
    /** The member that was too small or not readable, of the last element judged; for logs. */
    readonly member: string | undefined
    /** The smallest `authorization_details` that would allow this very call. */
    readonly remedy: readonly JsonObject[]
    /** Every scope the operation needs, so that a client asks for all of it at once. */
    readonly scopes: readonly string[]
  }
  /** A check failed in a way nobody foresaw: nothing is allowed and nothing is promised. */
  | { readonly kind: 'undecidable' }
