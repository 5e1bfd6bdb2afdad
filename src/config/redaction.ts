// What may be said of the configuration in a log? Everything but secrets.

import type { GatewayConfig } from './schema.ts'
import { describeStorageUrl } from './storage-url.ts'

export const REDACTED = '[redacted]'

type Description = Omit<GatewayConfig, '$schema'>

/** The configuration for a line at start: complete, with a placeholder for every secret. */
export function describeConfig (config: GatewayConfig): Description {
  const { $schema: _, ...members } = config
  const { authorizationServer, storage } = members
  return {
    ...members,
    authorizationServer: {
      ...authorizationServer,
      introspection: { ...authorizationServer.introspection, clientSecret: REDACTED }
    },
    storage: { ...storage, url: describeStorageUrl(storage.url, REDACTED) }
  }
}
