// The form of denials, from the configuration: decided once, at start. The keys are derived here, from a secret that all processes share
// which answer for one another.

import { authorizationServersOf } from '../config/authorization-servers.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { Clock } from '../kernel/clock.ts'
import { createAgreement, type Agreement } from '../mcp/agreement.ts'
import type { RefusalOptions } from '../mcp/refusals.ts'
import { deriveAgreementKey, deriveReferenceKey } from '../policy/remediation.ts'
import { referenceSecret } from './reference-secret.ts'

/** @param shared what keys are derived from; absent: the secret of the configuration */
export function refusalOptions (config: GatewayConfig, shared: string | undefined, clock: Clock): RefusalOptions {
  const { remediation: shape, insufficientAuthorizationStatus: status } = config.policy
  if (shape === 'off') return { shape, status }
  const source = { secret: shared ?? referenceSecret(config), resource: config.resource.identifier }
  const referenceKey = deriveReferenceKey(source)
  if (shape === 'sep-2643-2026-05') return { shape, status, referenceKey }
  return { shape, status, referenceKey, agreement: agreementOf(config, source, clock) }
}

/** `undefined` where no authorization server has a page: a call then costs nothing more. */
function agreementOf (config: GatewayConfig, source: Parameters<typeof deriveAgreementKey>[0], clock: Clock): Agreement | undefined {
  const pages = new Map<string, string>()
  for (const { server: { issuer, agreementPage } } of authorizationServersOf(config)) {
    if (agreementPage !== undefined) pages.set(issuer, new URL(agreementPage, issuer).href)
  }
  if (pages.size === 0) return undefined
  const { tools: { locale }, policy: { agreementWaitMs: waitMs } } = config
  return createAgreement({ pages, resource: source.resource, key: deriveAgreementKey(source), locale, waitMs, clock })
}
