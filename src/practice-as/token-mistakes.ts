// Says which of the mistakes a refused token request made. RFC 6749 section 5.2 has one code, invalid_grant, for all of them, and the
// library keeps the cause to itself; a server for practice has no reason to.

import type { KoaContextWithOIDC } from 'oidc-provider'
import { isJsonObject } from '../kernel/json.ts'

/** The causes in the words of the library, and what a learner can do about each. */
const CAUSES: readonly (readonly [cause: RegExp, explanation: string])[] = [
  [/^authorization code not found$/,
    'the code is unknown here: copy all of it, from behind code= to the next &, and use it at the server that issued it'],
  [/^authorization code is expired$/,
    'the code has expired, it is good for 5 minutes: send the person to the authorization endpoint again'],
  [/^authorization code already consumed$/,
    'the code was used before: a code is good once, and what was issued for it is now revoked; begin again at the authorization endpoint'],
  [/^authorization code redirect_uri mismatch$/,
    'redirect_uri is not the one of the authorization request: it must be the same to the last character'],
  [/PKCE|code_verifier|code verifier/i,
    'code_verifier does not belong to the code_challenge of the authorization request: use the one that was made for it, ' +
    'in the same terminal'],
  [/^client mismatch$/, 'the code or token was issued to another client_id'],
  [/^refresh token not found$/, 'the refresh token is unknown here, or was revoked'],
  [/^refresh token is expired$/, 'the refresh token has expired: send the person to the authorization endpoint again'],
  [/^refresh token already used$/,
    'the refresh token was used before: each answer brings a new one, and the whole grant is now revoked'],
  [/^grant (not found|is expired)$/, 'what the person allowed has ended or was withdrawn'],
  [/^refresh token was revoked$|^refresh is switched off in the lab$/, 'the lab of this server refuses this refresh token']
]

/**
 * Puts the explanation into the answer.
 * @param error of the library, whose `error_detail` is the cause
 * @returns the explanation, for the log
 */
export function explainTokenMistake (ctx: KoaContextWithOIDC, error: Error): string | undefined {
  const cause = 'error_detail' in error ? String(error.error_detail) : ''
  // The library wraps the failure of PKCE as the cause of an error without a text.
  const inner = error.cause instanceof Error ? error.cause.message : ''
  const explanation = CAUSES.find(([pattern]) => pattern.test(cause) || pattern.test(inner))?.[1]
  if (error.message === 'invalid_grant' && explanation !== undefined && isJsonObject(ctx.body)) {
    ctx.body = { ...ctx.body, error_description: explanation }
    return explanation
  }
  return undefined
}
