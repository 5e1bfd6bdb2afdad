// Keys that sign tokens in tests, and JWTs of any shape: `jose` refuses to make the wrong ones, so headers are written by hand.

import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

export interface SigningKey {
  readonly kid: string | undefined
  readonly alg: 'ES256' | 'RS256'
  readonly privateKey: KeyObject
  /** As a key set publishes it. */
  readonly jwk: Readonly<Record<string, unknown>>
}

export function createSigningKey (kid: string | undefined, alg: SigningKey['alg'] = 'ES256'): SigningKey {
  const { privateKey } = alg === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...createPublicKey(privateKey).export({ format: 'jwk' }), ...(kid === undefined ? {} : { kid }) }
  return { kid, alg, privateKey, jwk }
}

type Members = Readonly<Record<string, unknown>>

const encode = (value: Members | string) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Header members given here replace those that go with the key; `undefined` leaves one out. */
export function signJwt ({ kid, alg, privateKey }: SigningKey, payload: Members | string, header: Members = {}): string {
  const signed = `${encode({ alg, typ: 'at+jwt', kid, ...header })}.${encode(payload)}`
  const key = alg === 'ES256' ? { key: privateKey, dsaEncoding: 'ieee-p1363' as const } : privateKey
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}

/** HMAC with whatever bytes one likes: also with those of a public key. */
export function macJwt (secret: string | Buffer, payload: Members | string, header: Members = {}): string {
  const signed = `${encode({ alg: 'HS256', ...header })}.${encode(payload)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

/** `{"alg":"none"}` and an empty signature, or any other. */
export function unsignedJwt (payload: Members, header: Members = {}, signature = ''): string {
  return `${encode({ alg: 'none', typ: 'at+jwt', ...header })}.${encode(payload)}.${signature}`
}
