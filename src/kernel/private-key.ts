// Parses a private key from PEM or JWK text. The result for any other text is `undefined`, so that no part of the text can
// reach a message.

import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { isJsonObject } from './json.ts'

export interface PrivateKey {
  readonly key: KeyObject
  /** `kid` of a JWK. */
  readonly keyId: string | undefined
}

/** @returns `undefined` for anything but one private key without a passphrase */
export function parsePrivateKey (text: string): PrivateKey | undefined {
  try {
    if (!text.trimStart().startsWith('{')) return { key: createPrivateKey(text), keyId: undefined }
    const jwk: unknown = JSON.parse(text)
    if (!isJsonObject(jwk)) return undefined
    const { kid } = jwk
    return { key: createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' }), keyId: typeof kid === 'string' ? kid : undefined }
  } catch {
    return undefined
  }
}

const KEY_TYPES: Readonly<Record<string, readonly string[]>> = { ES: ['ec'], Ed: ['ed25519'], PS: ['rsa', 'rsa-pss'], RS: ['rsa'] }

/** @param algorithm of JWS (RFC 7518 section 3.1) */
export function fitsAlgorithm ({ key }: PrivateKey, algorithm: string): boolean {
  return KEY_TYPES[algorithm.slice(0, 2)]?.includes(key.asymmetricKeyType ?? '') === true
}
