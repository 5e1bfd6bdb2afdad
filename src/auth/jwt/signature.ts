// Verifies the signature of a compact JWS. The accepted algorithms come from configuration, never from the token alone
// (RFC 8725 §3.1). Claims are read and checked elsewhere, like those of an introspection reply.

import type * as jose from 'jose'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { readCompactJws, readJsonObject, readType } from '../compact-jws.ts'
import type { KeyLookup } from '../server/key-set.ts'
import type { Refreshed } from '../server/refreshed.ts'
import type { UnverifiableProblem } from '../token-claims.ts'

/** A published key set, or a shared secret. */
export type Keys = KeyLookup | Uint8Array

/** Keys of a set that are tried for a token without `kid`. */
const MAX_KEYS_TRIED = 8

/** What the header of a JWS may say. */
export interface JwsProfile {
  /** Accepted values of `alg`. */
  readonly algorithms: readonly string[]
  /** Accepted values of `typ` in lower case, without `application/`; `undefined` in the set: `typ` may be missing. */
  readonly types: ReadonlySet<string | undefined>
}

/** What newer keys could change: an unknown key, and a signature that fails because a key was replaced under the same `kid`. */
const MAY_BE_OUTDATED: ReadonlySet<UnverifiableProblem> = new Set(['key', 'signature'])

/**
 * Verifies with published keys. When they do not fit, they are fetched again: the server may have rotated its keys since. A token is
 * refused only by keys that were fetched after it arrived. Fetches have a budget, because clients can invent tokens; what arrives
 * beyond it is not judged.
 * @throws AuthorizationServerUnavailable (as a rejected promise): no keys can be had, or `keys-pending`
 */
export async function verifyPublishedSignature (
  text: string, keys: Refreshed<KeyLookup>, profile: JwsProfile
): Promise<Result<JsonObject, UnverifiableProblem>> {
  const verified = await verifySignature(text, keys.get, profile)
  if (verified.ok || !MAY_BE_OUTDATED.has(verified.error)) return verified
  const renewal = await keys.renew()
  if ('value' in renewal) return verifySignature(text, () => renewal.value, profile)
  const detail = 'the keys of the authorization server may have changed, and are not fetched again yet'
  throw new AuthorizationServerUnavailable('keys-pending', detail, Math.ceil(renewal.retryAfterMs / 1000))
}

/**
 * The payload, when everything about the envelope is right: compact form, no `crit` (no extension is implemented), `typ`,
 * `alg`, a key, the signature. In this order, so that no key is fetched for a text that would be refused anyway.
 * @param findKeys called after the checks of the header
 * @throws what `findKeys` throws: AuthorizationServerUnavailable
 * @see https://www.rfc-editor.org/rfc/rfc8725#section-3
 */
export async function verifySignature (
  text: string, findKeys: () => Keys | Promise<Keys>, { algorithms, types }: JwsProfile
): Promise<Result<JsonObject, UnverifiableProblem>> {
  const unverified = readCompactJws(text)
  if (unverified === undefined || unverified.payload === undefined || 'crit' in unverified.header) return err('form')
  // The unused bits of the last character are not signed: one token would have sixteen texts, and an entry in the cache for each.
  const signature = text.slice(text.lastIndexOf('.') + 1)
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature) return err('form')
  const { header } = unverified
  if (!types.has('typ' in header ? readType(header) ?? '' : undefined)) return err('type')
  if (typeof header['alg'] !== 'string' || !algorithms.includes(header['alg'])) return err('algorithm')
  const keys = await findKeys()
  // Loaded late for a faster start: docs/performance.md#late-loading
  const library = await import('jose')
  try {
    const payload = readJsonObject(await verifiedBytes(library, text, keys, [...algorithms]))
    return payload === undefined ? err('form') : ok(payload)
  } catch (failure) {
    if (failure instanceof library.errors.JOSEError) return err(problemOf(failure))
    // A published key that cannot be imported, or does not fit the algorithm.
    if (failure instanceof TypeError || failure instanceof DOMException) return err('key')
    throw failure
  }
}

async function verifiedBytes ({ compactVerify, errors }: typeof jose, text: string, keys: Keys, algorithms: string[]): Promise<Uint8Array> {
  try {
    // Two calls, because jose types a key and a function that finds one as separate overloads.
    const { payload } = typeof keys === 'function'
      ? await compactVerify(text, keys, { algorithms })
      : await compactVerify(text, keys, { algorithms })
    return payload
  } catch (failure) {
    if (!(failure instanceof errors.JWKSMultipleMatchingKeys)) throw failure
    let tried = 0
    for await (const key of failure) {
      if (tried === MAX_KEYS_TRIED) break
      tried += 1
      try {
        return (await compactVerify(text, key, { algorithms })).payload
      } catch (other) {
        if (!(other instanceof errors.JWSSignatureVerificationFailed)) throw other
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

/** The error codes of jose about the key or the signature; every other code is about the form. */
const PROBLEM_OF_CODE: ReadonlyMap<string, UnverifiableProblem> = new Map([
  ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'signature'],
  ['ERR_JOSE_ALG_NOT_ALLOWED', 'algorithm'],
  ['ERR_JOSE_NOT_SUPPORTED', 'algorithm'],
  ['ERR_JWKS_NO_MATCHING_KEY', 'key'],
  ['ERR_JWKS_INVALID', 'key'],
  ['ERR_JWK_INVALID', 'key']
])

function problemOf ({ code }: { readonly code: string }): UnverifiableProblem {
  return PROBLEM_OF_CODE.get(code) ?? 'form'
}
