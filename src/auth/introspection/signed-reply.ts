// Did the authorization server itself say this, and to us? A signed introspection reply is believed when its signature, its
// type, its issuer, its audience and its time are right. What it says then is read like any other reply. Which token it is about, it
// does not say: that is for the connection to vouch for.

import type { Clock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { isJsonObject } from '../../kernel/json.ts'
import { lastMade } from '../../kernel/remembered.ts'
import type { ExchangeReply } from '../server/exchange.ts'
import type { KeySet } from '../jwt/key-set.ts'
import { verifyPublishedSignature } from '../jwt/published-signature.ts'
import type { SignedForm } from '../jwt/signature.ts'

const MEDIA_TYPE = 'token-introspection+jwt'
/** Either way: clocks run apart. What was signed before that is no answer to a question of now, whoever kept it. */
const MAX_AGE_MS = 300_000
const CONTENT_TYPE = /^\s*application\/token-introspection\+jwt\s*(?:;|$)/i

const isSignedType = lastMade((contentType: string) => CONTENT_TYPE.test(contentType))

export const SIGNED_REPLY_TYPE = `application/${MEDIA_TYPE}`

export interface SignedReplySettings {
  /** Whose signature counts, and what `iss` must be. */
  readonly issuer: string
  /** What the server may call us: the client id we have there, or our resource identifier. */
  readonly audiences: readonly string[]
  readonly algorithms: readonly string[]
  readonly keys: KeySet
  readonly clock: Clock
}

export function isSignedReply ({ contentType }: ExchangeReply): boolean {
  return contentType !== undefined && isSignedType(contentType)
}

/**
 * @returns the value of `token_introspection`: what an unsigned reply would have been
 * @throws AuthorizationServerUnavailable when anything about the envelope is wrong: that is never the token's fault
 * @see https://www.rfc-editor.org/rfc/rfc9701#section-5
 */
export async function readSignedReply ({ body }: ExchangeReply, { issuer, audiences, algorithms, keys, clock }: SignedReplySettings): Promise<unknown> {
  const text = Buffer.from(body).toString('latin1').trim()
  const form: SignedForm = { algorithms, types: new Set([MEDIA_TYPE]) }
  const verified = await verifyPublishedSignature(text, keys, form)
  if (!verified.ok) throw unbelievable(verified.error)
  const { iss, aud, iat, token_introspection: reply } = verified.value
  if (iss !== issuer) throw unbelievable('issuer')
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!named.some(audience => typeof audience === 'string' && audiences.includes(audience))) throw unbelievable('audience')
  if (typeof iat !== 'number' || !isJsonObject(reply)) throw unbelievable('form')
  if (!(Math.abs(clock.now() - iat * 1000) <= MAX_AGE_MS)) throw unbelievable('time')
  return reply
}

function unbelievable (what: string): AuthorizationServerUnavailable {
  return new AuthorizationServerUnavailable('signature-rejected', `signed introspection reply refused: ${what}`)
}
