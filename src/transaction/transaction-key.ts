// The key of transaction challenges: signs them, is published as a JWK set, and gives a second key for the marks inside. Both follow from
// one private key, so that replicas need to share nothing else (RFC 5869, https://www.rfc-editor.org/rfc/rfc5869).

import { createHash, createPublicKey, hkdfSync, sign, type KeyObject } from 'node:crypto'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { GatewayError } from '../kernel/fault.ts'
import type { JsonObject } from '../kernel/json.ts'
import { fitsAlgorithm, parsePrivateKey } from '../kernel/private-key.ts'

type ChallengeAlgorithm = 'ES256' | 'EdDSA'

export interface TransactionKey {
  readonly algorithm: ChallengeAlgorithm
  /** A JWK set with the public key. */
  readonly publishedJson: string
  /** For the marks of transactions: never leaves this process. */
  readonly markKey: Uint8Array
  /** A compact JWS (RFC 7515 section 7.1). */
  readonly signed: (claims: JsonObject) => string
}

/** Section 4.2.1 of the draft. */
const CHALLENGE_TYPE = 'txn-authz-challenge+jwt'

/**
 * @param pem one private key: P-256 or Ed25519, PEM or JWK
 * @throws GatewayError `GW_CONFIG_INVALID` for any other
 */
export function createTransactionKey (pem: string, resource: string): TransactionKey {
  const parsed = parsePrivateKey(pem)
  const algorithm = parsed === undefined ? undefined : algorithmOf(parsed.key)
  if (parsed === undefined || algorithm === undefined || !fitsAlgorithm(parsed, algorithm)) {
    const expected = 'expected one private key without a passphrase, P-256 or Ed25519, PEM or JWK'
    throw new GatewayError('GW_CONFIG_INVALID', `policy.transactionChallenge.privateKeyFile: ${expected}`)
  }
  const { key } = parsed
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  const { kty = '', crv = '', x = '', y } = jwk
  // RFC 7638: the required members alone.
  const thumbprint = canonicalJson({ kty, crv, x, ...(y === undefined ? {} : { y }) })
  const kid = parsed.keyId ?? createHash('sha256').update(thumbprint).digest('base64url')
  const header = base64url({ typ: CHALLENGE_TYPE, alg: algorithm, kid })
  return {
    algorithm,
    publishedJson: JSON.stringify({ keys: [{ ...jwk, kid, alg: algorithm, use: 'sig' }] }),
    markKey: new Uint8Array(hkdfSync('sha256', key.export({ type: 'pkcs8', format: 'der' }), resource, 'transaction-mark/1', 32)),
    signed (claims) {
      const text = `${header}.${base64url(claims)}`
      const signature = sign(algorithm === 'ES256' ? 'sha256' : null, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
      return `${text}.${signature.toString('base64url')}`
    }
  }
}

function algorithmOf ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): ChallengeAlgorithm | undefined {
  if (asymmetricKeyType === 'ed25519') return 'EdDSA'
  return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ES256' : undefined
}

function base64url (value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
