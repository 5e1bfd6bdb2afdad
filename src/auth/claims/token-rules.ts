// The rules for the tokens of one authorization server, as configuration states them. Rules of other servers are others: an audience
// that is accepted from one server is not accepted from the next.

import { defaultAudiences } from '../../kernel/default-audiences.ts'

export interface TokenRules {
  /** The issuer identifier whose tokens are accepted. */
  readonly issuer: string
  /** Accepted values of `aud`, compared byte for byte. */
  readonly audiences: readonly string[]
  /** How much a token's `nbf` may be in the future. */
  readonly clockToleranceSeconds: number
  /** Tokens without `exp` are refused. */
  readonly requireExpiry: boolean
  /** What a token without a subject means: it is refused, or its client acts for itself. */
  readonly subjectless: 'refuse' | 'client'
  /** The client ids that are accepted; absent: every client that the server issues tokens to. */
  readonly clients: ReadonlySet<string> | undefined
  /** A token must hold a scope that begins with this text; absent: no such rule. */
  readonly requiredScopePrefix: string | undefined
  /** Tokens that are not bound to a DPoP key are refused. */
  readonly dpopRequired: boolean
}

/** The rules of a server of which configuration says no more than its issuer. */
export function defaultTokenRules (issuer: string, resource: string): TokenRules {
  return {
    issuer,
    audiences: defaultAudiences(resource),
    clockToleranceSeconds: 5,
    requireExpiry: true,
    subjectless: 'refuse',
    clients: undefined,
    requiredScopePrefix: undefined,
    dpopRequired: false
  }
}
