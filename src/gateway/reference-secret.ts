// The secret from which keys are derived, such as the key of denial references. All replicas with one configuration derive the
// same keys from it, and no client knows it.

import { randomBytes } from 'node:crypto'
import { authorizationServersOf } from '../config/authorization-servers.ts'
import type { GatewayConfig } from '../config/schema.ts'

/** A secret of the configuration; a random one, different in each process, when the configuration has none. */
export function derivationSecret (config: GatewayConfig): string {
  for (const { server: { introspection, jwt, authlete } } of authorizationServersOf(config)) {
    const secret = introspection?.clientSecret ?? introspection?.bearerToken ?? authlete?.accessToken ?? jwt?.sharedSecret
    if (secret !== undefined) return secret
  }
  return randomBytes(32).toString('base64url')
}
