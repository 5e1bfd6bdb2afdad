// What does the gateway publish about itself? The RFC 9728 document, serialised once.

import type { Registry } from '../mcp/registry.ts'
import type { Addresses } from './addresses.ts'

export interface MetadataOptions {
  readonly addresses: Addresses
  readonly registry: Registry
  /** Issuer identifiers. */
  readonly authorizationServers: readonly string[]
  /** Shown to people by clients. */
  readonly resourceName: string | undefined
}

/** @see https://www.rfc-editor.org/rfc/rfc9728#section-2 */
export function protectedResourceMetadata ({ addresses, registry, authorizationServers, resourceName }: MetadataOptions): string {
  const { scopes, detailsTypes } = registry.published
  return JSON.stringify({
    resource: addresses.resource,
    authorization_servers: authorizationServers,
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    resource_documentation: addresses.docsUrl,
    resource_policy_uri: addresses.policyUrl,
    ...(detailsTypes.length === 0 ? {} : { authorization_details_types_supported: detailsTypes.map(({ type }) => type) }),
    ...(resourceName === undefined ? {} : { resource_name: resourceName })
  })
}
