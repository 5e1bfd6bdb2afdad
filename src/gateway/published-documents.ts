// The documents that the gateway publishes to readers without a token: metadata, details types, and the pages for people. Each is
// prepared ahead, and prepared again when the tools or the configuration change. One that `pages` switches off is not made.

import { authorizationServersOf, isAskedAboutTokens } from '../config/authorization-servers.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { SettingsSource } from '../config/settings.ts'
import type { Addresses } from '../http/addresses.ts'
import type { AcceptedSchemes } from '../http/answers/challenge.ts'
import { docsPage } from '../http/pages/docs-page.ts'
import { protectedResourceMetadata, publishedDetailsTypes } from '../http/pages/metadata.ts'
import { policyPage, type PolicyFacts } from '../http/pages/policy-page.ts'
import type { Documents } from '../http/routes/document-routes.ts'
import { LOCALES, type Locale } from '../kernel/locale.ts'
import { memoizeLast } from '../kernel/memoize.ts'
import type { ServerIdentity } from '../mcp/prepared-results.ts'
import type { RegistryGenerations } from '../mcp/registry-generations.ts'
import type { Registry } from '../mcp/registry.ts'
import { revocationBound } from './authenticators.ts'
import type { TransactionParts } from './transaction-parts.ts'

export interface PublishedDocumentsOptions {
  readonly settings: SettingsSource
  readonly registries: RegistryGenerations
  readonly addresses: Addresses
  readonly issuers: readonly string[]
  readonly server: ServerIdentity
  readonly schemes: AcceptedSchemes
  readonly certificateBoundTokens: boolean
  /** Sentences of the tools for the policy page, in the configured language. */
  readonly policyStatements: readonly string[]
  /** Absent: no transaction challenges. */
  readonly transactionKeys: TransactionParts['published'] | undefined
}

export function publishedDocuments (options: PublishedDocumentsOptions): Documents {
  const {
    settings, registries, addresses, issuers: authorizationServers, server, schemes, certificateBoundTokens, policyStatements,
    transactionKeys
  } = options
  const config = settings.current()
  const { pages, resource: { name: resourceName }, tools: { locale }, policy: { requestedScopes: scopeNames } } = config
  const name = resourceName ?? server.title ?? server.name

  function textOf (make: (registry: Registry, changed: GatewayConfig) => string): () => string {
    const text = registries.derive(registry => {
      const prepared = memoizeLast((changed: GatewayConfig) => make(registry, changed))
      // Now, and not at the first request: tools that no page can describe are refused.
      prepared(settings.current())
      return prepared
    })
    return () => text.current(settings.current())
  }

  /** Without a wish the configured one. */
  function inEachLanguage (make: (language: Locale) => () => string): (wish: string | null) => string {
    const texts = { en: make('en'), ja: make('ja') }
    return wish => texts[LOCALES.find(language => language === wish) ?? locale]()
  }

  return {
    metadataJson: textOf((registry, changed) => protectedResourceMetadata({
      addresses,
      registry,
      authorizationServers,
      resourceName,
      revocationBoundSeconds: revocationBound(changed),
      schemes,
      certificateBoundTokens,
      pages,
      scopeNames,
      transactionAlgorithms: transactionKeys?.algorithms
    })),
    transactionKeysJson: transactionKeys === undefined ? undefined : () => transactionKeys.keysJson,
    detailsTypesJson: pages.detailsTypes ? textOf(registry => publishedDetailsTypes({ addresses, registry, pages })) : undefined,
    docsHtml: pages.docs
      ? inEachLanguage(language => textOf(registry => docsPage({
        addresses, registry, authorizationServers, name, language, locale, pages, scopeNames
      })))
      : undefined,
    policyHtml: pages.policy
      ? inEachLanguage(language => textOf((registry, changed) => policyPage({
        name,
        addresses,
        pages,
        language,
        revocationBoundSeconds: revocationBound(changed),
        facts: policyFacts(config, registry, policyStatements)
      })))
      : undefined
  }
}

/** What is true of these tools under this configuration. */
function policyFacts (config: GatewayConfig, { tools }: Registry, statements: readonly string[]): PolicyFacts {
  const servers = authorizationServersOf(config).map(({ server }) => server)
  const signed = servers.some(({ jwt }) => jwt !== undefined)
  const live = tools.filter(({ access }) => access.freshness === 'fresh').length
  return {
    introspected: !servers.some(isAskedAboutTokens) ? 'none' : signed ? 'some' : 'all',
    liveTools: live === 0 ? 'none' : live < tools.length ? 'some' : 'all',
    detailsWhenAbsent: tools.some(({ access }) => access.details !== undefined) ? config.policy.authorizationDetailsWhenAbsent : undefined,
    audited: config.audit.file !== undefined,
    ofTools: [...new Map(tools.flatMap(({ policyStatements }) => policyStatements.map(given => [given.en, given]))).values()],
    statements,
    statementsIn: config.tools.locale
  }
}
