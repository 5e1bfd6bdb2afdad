// A gateway that accepts DPoP, a token that is bound to a key, and proofs of that key.

import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import type { Test } from 'tap'
import type { Clock } from '../../src/kernel/clock.ts'
import { activeToken, buildGateway, RESOURCE, type Gateway, type GatewayOverrides } from './gateway.ts'
import { createSigningKey, signJwt, type SigningKey } from './signing-keys.ts'

/** A key, and the claim that binds a token to it. */
export interface BoundKey { readonly key: SigningKey, readonly cnf: { readonly jkt: string } }

export async function createBoundKey (): Promise<BoundKey> {
  const key = createSigningKey(undefined)
  return { key, cnf: { jkt: await calculateJwkThumbprint(key.jwk) } }
}

/** A proof for the endpoint. */
export function proofOf (
  { key }: BoundKey, token: string, clock: Pick<Clock, 'now'>, payload: Readonly<Record<string, unknown>> = {}
): string {
  const ath = createHash('sha256').update(token).digest('base64url')
  const claims = { jti: randomUUID(), htm: 'POST', htu: RESOURCE, iat: Math.floor(clock.now() / 1000), ath, ...payload }
  return signJwt(key, claims, { typ: 'dpop+jwt', jwk: key.jwk })
}

export interface DpopGateway {
  readonly gateway: Gateway
  readonly key: BoundKey
  /** A token of a person that is bound to this key. */
  readonly bind: (token: string, to?: BoundKey, changes?: Readonly<Record<string, unknown>>) => void
}

export const BOUND_TOKEN = 'bound-token'

/** Knows BOUND_TOKEN. */
export async function buildDpopGateway (
  t: Test, { dpop = {}, config, ...overrides }: GatewayOverrides & { readonly dpop?: object } = {}
): Promise<DpopGateway> {
  const key = await createBoundKey()
  const gateway = await buildGateway(t, { ...overrides, config: { ...config, dpop: { mode: 'accepted', ...dpop } } })
  const bind: DpopGateway['bind'] = (token, to = key, changes = {}) => {
    gateway.tokens.set(token, activeToken({ cnf: to.cnf, token_type: 'DPoP', ...changes }))
  }
  bind(BOUND_TOKEN)
  return { gateway, key, bind }
}
