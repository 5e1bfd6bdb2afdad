// The protected resource metadata (RFC 9728), serialised ahead. It names a page only where that page is served.

import type { Registry } from '../../mcp/registry.ts'
import { requestedScopes, type ScopeNames } from '../../policy/requested-scopes.ts'
import { detailsTypesMetadata } from '../../policy/authorization-details/types-metadata.ts'
import type { Addresses } from '../addresses.ts'
import type { AcceptedSchemes } from '../answers/challenge.ts'

export interface MetadataOptions {
  readonly addresses: Addresses
  readonly registry: Registry
  /** Issuer identifiers. */
  readonly authorizationServers: readonly string[]
  /** Shown to people by clients. */
  readonly resourceName: string | undefined
  /** The longest a revoked token goes on working for tools that accept a cached answer, in seconds; absent: until it expires. */
  readonly revocationBoundSeconds: number | undefined
  readonly schemes: AcceptedSchemes
  /** A token that is bound to a client certificate can be used here. */
  readonly certificateBoundTokens: boolean
  /** Which documents are served. */
  readonly pages: ServedPages
  /** The names under which clients request scopes. Default: those of the tools. */
  readonly scopeNames?: ScopeNames
  /** With which algorithms transaction challenges are signed; absent: there are none. */
  readonly transactionAlgorithms?: readonly string[] | undefined
}

/** By `pages` of the configuration. */
export interface ServedPages {
  readonly docs: boolean
  readonly policy: boolean
  readonly toolTable: boolean
  readonly detailsTypes: boolean
}

/**
 * Two members are ours and no standard's. The address of the details types has the name that the draft gives it in
 * authorization server metadata; the revocation bound carries the name of this software, so that it meets no other.
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-2
 */
export function protectedResourceMetadata (options: MetadataOptions): string {
  const { addresses, registry, authorizationServers, resourceName, revocationBoundSeconds, certificateBoundTokens, pages } = options
  const { scopeNames = {}, transactionAlgorithms } = options
  const { dpop } = options.schemes
  const { scopes, detailsTypes } = registry.published
  return JSON.stringify({
    resource: addresses.resource,
    authorization_servers: authorizationServers,
    scopes_supported: requestedScopes(scopes, scopeNames),
    bearer_methods_supported: ['header'],
    ...(dpop === undefined ? {} : { dpop_signing_alg_values_supported: dpop.algorithms, dpop_bound_access_tokens_required: dpop.required }),
    ...(certificateBoundTokens ? { tls_client_certificate_bound_access_tokens: true } : {}),
    ...(pages.docs ? { resource_documentation: addresses.docsUrl } : {}),
    ...(pages.policy ? { resource_policy_uri: addresses.policyUrl } : {}),
    ...(detailsTypes.length === 0
      ? {}
      : {
          authorization_details_types_supported: detailsTypes.map(({ type }) => type),
          ...(pages.detailsTypes ? { authorization_details_types_metadata_endpoint: addresses.detailsTypesUrl } : {})
        }),
    // Section 4.3 of draft-rosomakho-oauth-txn-challenge-00: not `jwks_uri`, which is for other keys.
    ...(transactionAlgorithms === undefined
      ? {}
      : { txn_challenge_jwks_uri: addresses.transactionKeysUrl, txn_challenge_signing_alg_values_supported: transactionAlgorithms }),
    ...(resourceName === undefined ? {} : { resource_name: resourceName }),
    ...(revocationBoundSeconds === undefined ? {} : { mcp_resource_gateway_revocation_bound_seconds: revocationBoundSeconds })
  })
}

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation */
export function publishedDetailsTypes ({ addresses, registry, pages }: Pick<MetadataOptions, 'addresses' | 'registry' | 'pages'>): string {
  return JSON.stringify(detailsTypesMetadata(registry.published.detailsTypes, pages.docs ? addresses.docsUrl : undefined))
}
