// Did the holder of one of these keys sign this text? The algorithms are ours to choose, never the token's. Says nothing
// about what was signed: claims are checked like those of any other token.

import type { JWTVerifyGetKey } from 'jose'
import { loadJose, type Jose } from '../load-jose.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { UnverifiableProblem } from '../token-claims.ts'
import { readCompactJws, readJsonObject, readType } from '../compact-jws.ts'

/** Chooses a key by what a header says of it; throws jose's errors when there is none, or more than one. */
export type KeyLookup = JWTVerifyGetKey

/** A published set, or a shared secret. */
export type Keys = KeyLookup | Uint8Array

/** Of the keys that a token without `kid` may have been signed with. */
const MAX_KEYS_TRIED = 8

export interface SignedForm {
  readonly algorithms: readonly string[]
  /** Media types that `typ` may state, without `application/`, in lower case; `undefined` among them: it may be missing. */
  readonly types: ReadonlySet<string | undefined>
}

/**
 * The payload, once everything about the envelope is in order: compact form, no `crit` (we understand no extension),
 * `typ`, `alg`, a key, the signature.
 * @param findKeys called only for a text that is worth it
 * @throws what `findKeys` throws: AuthorizationServerUnavailable
 * @see https://www.rfc-editor.org/rfc/rfc8725#section-3
 */
export async function verifySignature (text: string, findKeys: () => Keys | Promise<Keys>, { algorithms, types }: SignedForm): Promise<Result<JsonObject, UnverifiableProblem>> {
  const unverified = readCompactJws(text)
  if (unverified === undefined || unverified.payload === undefined || 'crit' in unverified.header) return err('form')
  const { header } = unverified
  if (!types.has('typ' in header ? readType(header) ?? '' : undefined)) return err('type')
  if (typeof header['alg'] !== 'string' || !algorithms.includes(header['alg'])) return err('algorithm')
  const keys = await findKeys()
  const jose = await loadJose()
  try {
    const payload = readJsonObject(await verifiedBytes(jose, text, keys, [...algorithms]))
    return payload === undefined ? err('form') : ok(payload)
  } catch (failure) {
    if (failure instanceof jose.errors.JOSEError) return err(problemOf(failure))
    // A key of a published set that cannot be imported, or does not fit the algorithm: no key of ours to verify with.
    if (failure instanceof TypeError || failure instanceof DOMException) return err('key')
    throw failure
  }
}

async function verifiedBytes ({ compactVerify, errors }: Jose, text: string, keys: Keys, algorithms: string[]): Promise<Uint8Array> {
  try {
    // Two calls, since the types of jose tell a key from a function that finds one.
    const { payload } = typeof keys === 'function' ? await compactVerify(text, keys, { algorithms }) : await compactVerify(text, keys, { algorithms })
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

/** Of the library's codes those that say something of the key or the signature; the others are about the form. */
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
