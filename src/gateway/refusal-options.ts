// The form of denials, from the configuration: decided once, at start. The key of the references is derived here, from a secret that all
// processes share which answer for one another.

import type { GatewayConfig } from '../config/schema.ts'
import type { RefusalOptions } from '../mcp/refusals.ts'
import { deriveReferenceKey } from '../policy/remediation.ts'
import { referenceSecret } from './reference-secret.ts'

/** @param secret what keys are derived from; absent: that of the configuration */
export function refusalOptions (config: GatewayConfig, secret: string | undefined): RefusalOptions {
  const { remediation: shape, insufficientAuthorizationStatus: status } = config.policy
  if (shape === 'off') return { shape, status }
  const resource = config.resource.identifier
  return { shape, status, referenceKey: deriveReferenceKey({ secret: secret ?? referenceSecret(config), resource }) }
}
