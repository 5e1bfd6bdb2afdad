// Verifies a signed introspection reply (RFC 9701): signature, type, issuer, audience and age. The envelope does not name the
// token in question; that the reply belongs to the request is guaranteed by the connection alone.

import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject } from '../../kernel/json.ts'
import { verifyPublishedSignature, type JwsProfile } from '../jwt/signature.ts'
import type { AuthorizationServer } from '../server/authorization-server.ts'
import type { ExchangeReply } from '../server/exchange.ts'

const MEDIA_TYPE = 'token-introspection+jwt'
const TYPES: JwsProfile['types'] = new Set([MEDIA_TYPE])
/** In both directions, for clocks that differ. An older signed reply may be a recorded one. */
const MAX_AGE_MS = 300_000
const CONTENT_TYPE = /^\s*application\/token-introspection\+jwt\s*(?:;|$)/i

export const SIGNED_REPLY_TYPE = `application/${MEDIA_TYPE}`

/** What a signed reply may look like. */
export interface SignedReplySettings {
  readonly algorithms: readonly string[]
  /** Our names at the authorization server: the client id there, or our resource identifier. */
  readonly audiences: readonly string[]
}

export function isSignedReply ({ contentType }: ExchangeReply): boolean {
  return contentType !== undefined && CONTENT_TYPE.test(contentType)
}

/**
 * @param server the only server whose signature counts; its issuer identifier must be in `iss`
 * @returns the value of `token_introspection`: the same JSON as an unsigned reply
 * @throws AuthorizationServerUnavailable (as a rejected promise) when the envelope is wrong: that is never the fault of the token
 * @see https://www.rfc-editor.org/rfc/rfc9701#section-5
 */
export async function readSignedReply (
  { body }: ExchangeReply, { issuer, keys }: AuthorizationServer, { algorithms, audiences }: SignedReplySettings, clock: Clock
): Promise<unknown> {
  const text = Buffer.from(body).toString('latin1').trim()
  const verified = await verifyPublishedSignature(text, keys, { algorithms, types: TYPES })
  if (!verified.ok) throw untrustedReply(verified.error)
  const { iss, aud, iat, token_introspection: reply } = verified.value
  if (iss !== issuer) throw untrustedReply('issuer')
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!named.some(audience => typeof audience === 'string' && audiences.includes(audience))) throw untrustedReply('audience')
  if (typeof iat !== 'number' || !isJsonObject(reply)) throw untrustedReply('form')
  if (!(Math.abs(clock.now() - iat * 1000) <= MAX_AGE_MS)) throw untrustedReply('time')
  return reply
}

function untrustedReply (what: string): AuthorizationServerUnavailable {
  return new AuthorizationServerUnavailable('signature-rejected', `signed introspection reply refused: ${what}`)
}
