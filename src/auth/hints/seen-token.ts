// What can be seen of a token without verifying it: its form, and the names of its claims. For hints to the operator only; nothing here
// decides about a token, and no value of it leaves this file except by comparison.

import type { JsonObject } from '../../kernel/json.ts'
import { claimNames } from '../claims/claim-names.ts'
import { readCompactJws, readType } from '../compact-jws.ts'
import type { PresentedToken } from '../presented-token.ts'

export interface SeenToken {
  /** `jwe`: five parts, encrypted (RFC 7516). `opaque`: neither a JWT nor encrypted. */
  readonly form: 'opaque' | 'jwt' | 'jwe'
  /** Names of claims, at most 40, printable and sorted. Empty unless it is a JWT. */
  readonly claims: readonly string[]
  /** Whether its own `exp` has passed; `undefined` where it states none. */
  readonly expired: boolean | undefined
  /** Whether it says that it is of another kind than an access token: `typ` of the header or the payload, `token_use`. */
  readonly kind: 'access' | 'id' | 'refresh' | 'other'
  readonly isFrom: (issuer: string) => boolean
  readonly isFor: (audience: string) => boolean
}

/** base64url of `{"`, with which the header of a JWE begins, and four more parts, of which the second may be empty. */
const JWE = /^ey[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/
const NEVER = () => false

export function seenToken (token: PresentedToken, nowMs: number): SeenToken {
  const text = token.reveal()
  const jws = readCompactJws(text)
  if (jws?.payload === undefined) {
    return { form: JWE.test(text) ? 'jwe' : 'opaque', claims: [], expired: undefined, kind: 'access', isFrom: NEVER, isFor: NEVER }
  }
  const { header, payload } = jws
  const { exp, iss, aud } = payload
  return {
    form: 'jwt',
    claims: claimNames(payload),
    expired: typeof exp === 'number' ? exp * 1000 <= nowMs : undefined,
    kind: kindOf(header, payload),
    isFrom: issuer => iss === issuer,
    isFor: audience => Array.isArray(aud) ? aud.includes(audience) : aud === audience
  }
}

function kindOf (header: JsonObject, payload: JsonObject): SeenToken['kind'] {
  const words = [readType(header), payload['typ'], payload['token_use'], payload['token_usage'], payload['token_type']]
    .filter(word => typeof word === 'string').map(word => word.toLowerCase())
  if (words.some(word => word === 'id' || word === 'id_token')) return 'id'
  if (words.some(word => word.startsWith('refresh') || word === 'offline')) return 'refresh'
  return words.some(word => word === 'logout' || word === 'logout+jwt') ? 'other' : 'access'
}
