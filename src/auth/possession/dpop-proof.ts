// Verifies a DPoP proof (RFC 9449 §4.3, check by check): signature, request, access token, nonce, age. Whether the token is bound to
// its key is checked in claims/binding.ts, and replay in proof-memory.ts.

import type { JWK } from 'jose'
import type { Clock } from '../../kernel/clock.ts'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { readCompactJws, readType } from '../compact-jws.ts'
import type { PresentedToken } from '../presented-token.ts'
import type { NonceSource } from './dpop-nonce.ts'
import type { ProofProblem, VerifiedProof } from './possession.ts'

/** The clock of a client may be this far ahead. */
export const AHEAD_MS = 5000
const MAX_PROOF_LENGTH = 8192
/** A modulus of 4096 bits and an exponent of three bytes: verification with larger ones would be expensive. */
const MAX_RSA = { modulusLength: 683, exponentLength: 4 }
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

export interface DpopSettings {
  /** Accepted values of `alg`; asymmetric ones only. */
  readonly algorithms: readonly string[]
  /** Maximum age of a proof. */
  readonly maxAgeSeconds: number
  /** Absent: proofs need no nonce. */
  readonly nonces: NonceSource | undefined
  readonly clock: Clock
}

/** The request for which the proof must have been made. */
interface ProvenRequest {
  /** Every DPoP header field, in order, unjoined. */
  readonly fields: readonly string[]
  readonly method: string
  /** The configured URL, never that of the request; without query and fragment. */
  readonly url: string
  readonly token: PresentedToken
}

/** `nonce-required`: the proof is valid except for its nonce, which is missing or old. */
type ProofFault = { readonly kind: 'invalid-proof', readonly problem: ProofProblem } | { readonly kind: 'nonce-required' }

export type VerifyProof = (request: ProvenRequest) => Promise<Result<VerifiedProof, ProofFault>>

/** @see https://www.rfc-editor.org/rfc/rfc9449#section-4.3 */
export function createProofVerifier ({ algorithms, maxAgeSeconds, nonces, clock }: DpopSettings): VerifyProof {
  const maxAgeMs = maxAgeSeconds * 1000

  return async ({ fields, method, url, token }) => {
    const [text, ...others] = fields
    if (text === undefined) return invalid('missing')
    if (others.length > 0 || text.includes(',')) return invalid('repeated')
    const unverified = text.length > MAX_PROOF_LENGTH ? undefined : readCompactJws(text)
    if (unverified?.payload === undefined || 'crit' in unverified.header) return invalid('form')
    const { header, payload } = unverified
    if (readType(header) !== 'dpop+jwt') return invalid('type')
    const { alg, jwk } = header
    if (typeof alg !== 'string' || !algorithms.includes(alg)) return invalid('algorithm')
    if (!isPublicKey(jwk)) return invalid('key')
    const problem = await findSignatureProblem(text, jwk, alg) ?? findMismatch(payload, method, url, token)
    if (problem !== undefined) return invalid(problem)

    const { jti, iat, nonce } = payload
    if (typeof jti !== 'string' || jti === '' || typeof iat !== 'number') return invalid('form')
    const freshness = nonces === undefined ? 'good' : typeof nonce === 'string' ? nonces.judge(nonce) : 'bad'
    if (freshness === 'bad') return err({ kind: 'nonce-required' })
    const [issuedAtMs, now] = [iat * 1000, clock.now()]
    if (!(issuedAtMs <= now + AHEAD_MS && issuedAtMs >= now - maxAgeMs)) return invalid('time')
    return ok({
      keyThumbprint: await (await import('jose')).calculateJwkThumbprint(jwk, 'sha256'),
      id: jti,
      expiresAtMs: issuedAtMs + maxAgeMs,
      needsNewNonce: freshness === 'ageing'
    })
  }
}

function invalid (problem: ProofProblem): Result<never, ProofFault> {
  return err({ kind: 'invalid-proof', problem })
}

function isPublicKey (jwk: unknown): jwk is JsonObject & JWK {
  if (!isJsonObject(jwk) || typeof jwk['kty'] !== 'string' || PRIVATE_MEMBERS.some(member => member in jwk)) return false
  if (jwk['kty'] !== 'RSA') return true
  const { n, e } = jwk
  return typeof n === 'string' && n.length <= MAX_RSA.modulusLength && typeof e === 'string' && e.length <= MAX_RSA.exponentLength
}

async function findSignatureProblem (text: string, jwk: JWK, alg: string): Promise<ProofProblem | undefined> {
  const { compactVerify, errors, importJWK } = await import('jose')
  let key: Awaited<ReturnType<typeof importJWK>>
  try {
    // Only the members that make up the key: `use`, `key_ops` and `alg` are the client's choice.
    const { kty, crv, x, y, n, e } = jwk
    key = await importJWK(withoutAbsent({ kty, crv, x, y, n, e }), alg)
  } catch {
    return 'key'
  }
  try {
    await compactVerify(text, key, { algorithms: [alg] })
    return undefined
  } catch (failure) {
    return failure instanceof errors.JWSSignatureVerificationFailed ? 'signature' : 'key'
  }
}

function withoutAbsent (members: Readonly<Record<string, string | undefined>>): JWK {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

function findMismatch ({ htm, htu, ath }: JsonObject, method: string, url: string, token: PresentedToken): ProofProblem | undefined {
  if (htm !== method) return 'method'
  if (typeof htu !== 'string' || withoutQuery(htu) !== withoutQuery(url)) return 'address'
  return ath === token.digest ? undefined : 'token'
}

/** Scheme, host, port and path in normal form (RFC 3986 §6.2.2, §6.2.3); `undefined` for a text that is not a URL. */
function withoutQuery (text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, host, pathname, username, password } = new URL(text)
  return username === '' && password === '' ? `${protocol}//${host}${pathname}` : undefined
}
