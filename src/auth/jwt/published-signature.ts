// Did the authorization server sign this text? With the keys it publishes, fetched again once for a key that is not among them.

import type { JsonObject } from '../../kernel/json.ts'
import type { Result } from '../../kernel/result.ts'
import type { UnverifiableProblem } from '../token-claims.ts'
import type { KeySet } from './key-set.ts'
import { verifySignature, type SignedForm } from './signature.ts'

/** @throws AuthorizationServerUnavailable (as a rejected promise) when there are no keys to verify with */
export async function verifyPublishedSignature (text: string, keys: KeySet, form: SignedForm): Promise<Result<JsonObject, UnverifiableProblem>> {
  const verified = await verifySignature(text, keys.ensure, form)
  if (verified.ok || verified.error !== 'key') return verified
  // Signed with a key that was not published when we looked: keys are rotated.
  const renewed = await keys.again()
  return renewed === undefined ? verified : verifySignature(text, () => renewed, form)
}
