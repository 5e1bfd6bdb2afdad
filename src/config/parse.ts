// Parses a configuration that a developer passes to the plugin as an object: the members, schema and rules of the configuration file.

import type { z } from 'zod'
import { ConfigurationError } from '../kernel/fault.ts'
import { schemaMistakes } from './mistake.ts'
import { findConflicts } from './rules.ts'
import { CHECKED_ONCE, gatewayConfigSchema, type GatewayConfig } from './schema.ts'

/**
 * Fills in every default.
 * @throws ConfigurationError `GW_CONFIG_INVALID`; it names every mistake, and no secret
 */
export function parseConfig (input: z.input<typeof gatewayConfigSchema>): GatewayConfig {
  const parsed = gatewayConfigSchema.safeParse(input, CHECKED_ONCE)
  if (!parsed.success) throw new ConfigurationError(schemaMistakes(parsed.error))
  const conflicts = findConflicts(parsed.data, { allowLocalProfileOffLoopback: false })
  if (conflicts.length > 0) throw new ConfigurationError(conflicts.map(({ path, message }) => ({ path, expected: message })))
  return parsed.data
}
