// The names of the claims that servers name differently: Okta says `scp` and `cid`, Entra ID `scp`, `azp` and `oid`. The first name of
// a list that the token has is read, and no other: a union of two claims could allow more than the server granted.

import type { JsonObject, JsonValue } from '../../kernel/json.ts'

/** For each meaning the names of claims, in the order in which they are looked for. */
export interface ClaimNames {
  readonly scope: readonly string[]
  readonly clientId: readonly string[]
  readonly subject: readonly string[]
}

/** RFC 7662 section 2.2 and RFC 9068 section 2.2. */
export const STANDARD_CLAIM_NAMES: ClaimNames = { scope: ['scope'], clientId: ['client_id'], subject: ['sub'] }

/** What is said about a token in which no claim of scopes was found: names of claims, never a value. */
export interface MissingScopeClaim {
  readonly lookedFor: readonly string[]
  /** At most 40 names of the claims that the token has. */
  readonly present: readonly string[]
}

const MAX_NAMES = 40
const PRINTABLE_NAME = /^[\x21-\x7e]{1,64}$/

/** The first of `names` that the token has; a claim that is `null` counts as absent. */
export function claimIn (members: JsonObject, names: readonly string[]): JsonValue | undefined {
  for (const name of names) {
    const value = members[name]
    if (value !== undefined && value !== null && Object.hasOwn(members, name)) return value
  }
  return undefined
}

/** At most 40 names. Names with other characters, or longer ones, are left out: they go into a log. */
export function claimNames (members: JsonObject): readonly string[] {
  return Object.keys(members).filter(name => PRINTABLE_NAME.test(name) && members[name] !== null).sort().slice(0, MAX_NAMES)
}

export function missingScopeClaim (members: JsonObject, lookedFor: readonly string[]): MissingScopeClaim {
  return { lookedFor, present: claimNames(members) }
}
