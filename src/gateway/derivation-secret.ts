// What may keys be derived from that no client learns? Part of the composition, like plugin.ts.

import { randomBytes } from 'node:crypto'
import type { GatewayConfig } from '../config/schema.ts'

/** A secret that every replica with this configuration has; one of this process's own where configuration has none. */
export function ownSecret ({ authorizationServer, furtherAuthorizationServers }: Pick<GatewayConfig, 'authorizationServer' | 'furtherAuthorizationServers'>): string {
  for (const { introspection, jwt, authlete } of [authorizationServer, ...furtherAuthorizationServers]) {
    const secret = introspection?.clientSecret ?? introspection?.bearerToken ?? authlete?.accessToken ?? jwt?.sharedSecret
    if (secret !== undefined) return secret
  }
  return randomBytes(32).toString('base64url')
}
