// Which private key does this text hold? PEM or JWK. A mistake says that it is none, and nothing of what was there instead.

import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { isJsonObject } from '../../kernel/json.ts'

export interface PrivateKey {
  readonly key: KeyObject
  /** `kid` of a JWK. */
  readonly keyId: string | undefined
}

/** `undefined` for anything but one unencrypted private key. */
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
