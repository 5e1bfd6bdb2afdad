// The documents that the gateway publishes to readers without a token: metadata, details types, and the pages for people. Each is
// prepared ahead, and prepared again when the tools or the configuration change.

import type { GatewayConfig } from '../config/schema.ts'
import type { SettingsSource } from '../config/settings.ts'
import type { Addresses } from '../http/addresses.ts'
import type { AcceptedSchemes } from '../http/answers/challenge.ts'
import { docsPage } from '../http/pages/docs-page.ts'
import { protectedResourceMetadata, publishedDetailsTypes } from '../http/pages/metadata.ts'
import { policyPage } from '../http/pages/policy-page.ts'
import type { Documents } from '../http/routes/document-routes.ts'
import type { ServerIdentity } from '../mcp/prepared-results.ts'
import type { RegistryGenerations } from '../mcp/registry-generations.ts'
import { revocationBound } from './authenticators.ts'

export interface PublishedDocumentsOptions {
  readonly config: GatewayConfig
  readonly settings: SettingsSource
  readonly registries: RegistryGenerations
  readonly addresses: Addresses
  readonly issuers: readonly string[]
  readonly server: ServerIdentity
  readonly schemes: AcceptedSchemes
  readonly certificateBoundTokens: boolean
}

export function publishedDocuments (options: PublishedDocumentsOptions): Documents {
  const { config, settings, registries, addresses, issuers: authorizationServers, server, schemes, certificateBoundTokens } = options
  const { name: resourceName } = config.resource
  const name = resourceName ?? server.title ?? server.name
  const { locale } = config.tools

  const metadata = registries.derive(registry => preparedFor(settings, changed => protectedResourceMetadata({
    addresses,
    registry,
    authorizationServers,
    resourceName,
    revocationBoundSeconds: revocationBound(changed),
    schemes,
    certificateBoundTokens
  })))
  const detailsTypes = registries.derive(registry => publishedDetailsTypes({ addresses, registry }))
  const docs = registries.derive(registry => docsPage({ addresses, registry, authorizationServers, name, locale }))
  return {
    metadataJson: () => metadata.current(),
    detailsTypesJson: () => detailsTypes.current,
    docsHtml: () => docs.current,
    policyHtml: preparedFor(settings, changed => policyPage({ name, locale, revocationBoundSeconds: revocationBound(changed) }))
  }
}

/** Made again only when the configuration has changed. */
function preparedFor (settings: SettingsSource, make: (config: GatewayConfig) => string): () => string {
  let config = settings.current()
  let text = make(config)
  return () => {
    if (config !== settings.current()) {
      config = settings.current()
      text = make(config)
    }
    return text
  }
}
