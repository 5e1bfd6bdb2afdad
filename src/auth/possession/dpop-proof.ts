// Does the sender hold the key that this proof is signed with, and was the proof made for this very request? RFC 9449 §4.3, check
// by check. Which key the token wants is not asked here, and neither is whether the proof was used before.

import type { JWK } from 'jose'
import type { Clock } from '../../kernel/clock.ts'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { readCompactJws, readType } from '../compact-jws.ts'
import type { PresentedToken } from '../presented-token.ts'
import type { NonceSource } from './dpop-nonce.ts'
import type { ProofProblem, VerifiedProof } from './possession.ts'

/** A client's clock may be this far ahead. */
const AHEAD_MS = 5000
const MAX_PROOF_LENGTH = 8192
/** 4096 bits; and an exponent of three bytes, as every library makes them: a larger one is work for us and none for the sender. */
const MAX_RSA = { modulusLength: 683, exponentLength: 4 }
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

export interface DpopSettings {
  /** What a proof may be signed with; asymmetric ones only. */
  readonly algorithms: readonly string[]
  /** How old a proof may be. */
  readonly maxAgeSeconds: number
  /** Absent: proofs need no nonce. */
  readonly nonces: NonceSource | undefined
  readonly clock: Clock
}

/** The request that a proof has to be for. */
export interface ProvenRequest {
  /** Every DPoP header field, in order, unjoined. */
  readonly fields: readonly string[]
  readonly method: string
  /** The URL as the gateway is configured, never as the request states it; without query and fragment. */
  readonly url: string
  readonly token: PresentedToken
}

/** `nonce`: everything else is in order, and a nonce is missing or old. */
export type ProofFault = { readonly kind: 'invalid-proof', readonly problem: ProofProblem } | { readonly kind: 'nonce-required' }

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
    // Only what makes the key: `use`, `key_ops` and `alg` of a stranger's key are nothing to us.
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

/** Normal form of scheme, host, port and path (RFC 3986 §6.2.2, §6.2.3); `undefined` for what is no URL. */
function withoutQuery (text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, host, pathname, username, password } = new URL(text)
  return username === '' && password === '' ? `${protocol}//${host}${pathname}` : undefined
}
