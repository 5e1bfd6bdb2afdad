// Evidence that a token is good although the authorization server calls it inactive: the signature of a JWT, with the published keys of the
// issuer. A client cannot invent it. No request is made for a token: the keys are fetched in the background, a few times an hour.

import type { Clock } from '../../kernel/clock.ts'
import { ASYMMETRIC_ALGORITHMS } from '../../kernel/jose-algorithms.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { isAccessToken } from '../claims/token-kind.ts'
import { readCompactJws } from '../compact-jws.ts'
import { verifySignature, type JwsProfile } from '../jwt/signature.ts'
import type { PresentedToken } from '../presented-token.ts'
import type { AuthorizationServer } from '../server/authorization-server.ts'

export interface TokenEvidence {
  /** Whether the token is a JWT that this server signed as an access token for this gateway, and has not expired. */
  readonly isGenuine: (token: PresentedToken) => boolean | Promise<boolean>
  /** Whether nothing that the token says of itself explains that it is inactive. Clients can invent such tokens. */
  readonly mayBeGood: (token: PresentedToken) => boolean
}

export interface TokenEvidenceSettings {
  readonly issuer: string
  /** Accepted values of `aud`: servers call tokens for other resources inactive, and rightly so. */
  readonly audiences: readonly string[]
  readonly server: Pick<AuthorizationServer, 'keys'>
  readonly clock: Clock
}

/** Signatures that are verified in a second, whatever clients send. */
const SIGNATURES_A_SECOND = 10
/** After keys could not be had: many servers that introspect publish none. */
const KEYS_PAUSE_MS = 300_000
/** Members of an ID token that no access token has, where neither `typ` nor `aud` tells the two apart (OpenID Connect Core 1.0 §2). */
const OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash'] as const
const PROFILE: JwsProfile = { algorithms: ASYMMETRIC_ALGORITHMS, types: new Set(['at+jwt', 'jwt', undefined]) }

export function createTokenEvidence ({ issuer, audiences, server: { keys }, clock }: TokenEvidenceSettings): TokenEvidence {
  let second = { endsAtMs: -Infinity, left: 0 }
  let noKeysUntilMs = -Infinity

  function takeSignature (nowMs: number): boolean {
    if (nowMs >= second.endsAtMs) second = { endsAtMs: nowMs + 1000, left: SIGNATURES_A_SECOND }
    if (second.left === 0) return false
    second.left -= 1
    return true
  }

  function isGenuine (token: PresentedToken): boolean | Promise<boolean> {
    const nowMs = clock.monotonicMs()
    if (nowMs < noKeysUntilMs) return false
    const payload = readCompactJws(token.reveal())?.payload
    if (payload === undefined || !isOurs(payload)) return false
    const { aud } = payload
    const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
    if (!named.some(audience => typeof audience === 'string' && audiences.includes(audience))) return false
    if (!takeSignature(nowMs)) return false
    const known = keys.get()
    if (!(known instanceof Promise)) return verifySignature(token.reveal(), () => known, PROFILE).then(({ ok }) => ok)
    // The answer to this client does not wait for keys: the next tokens are evidence.
    known.catch(() => { noKeysUntilMs = clock.monotonicMs() + KEYS_PAUSE_MS })
    return false
  }

  /** As far as the token says itself. */
  function isOurs (payload: JsonObject): boolean {
    const { iss, exp } = payload
    return iss === issuer && typeof exp === 'number' && exp * 1000 > clock.now() && isAccessToken(payload) &&
      OF_ID_TOKENS.every(name => !Object.hasOwn(payload, name))
  }

  return {
    isGenuine,
    mayBeGood (token) {
      const jws = readCompactJws(token.reveal())
      return jws === undefined || (jws.payload !== undefined && isOurs(jws.payload))
    }
  }
}
