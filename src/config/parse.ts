// What did a developer choose, who writes no file? The same members, checked by the same schema and the same rules.

import { GatewayError } from '../kernel/fault.ts'
import type { z } from 'zod'
import { formatMistake, schemaMistakes } from './mistake.ts'
import { findConflicts } from './rules.ts'
import { CHECKED_ONCE, gatewayConfigSchema, type GatewayConfig } from './schema.ts'

const SOURCE = 'options'

/**
 * Fills in every default.
 * @throws GatewayError `GW_CONFIG_INVALID`; its detail names every mistake, and no secret
 */
export function parseConfig (input: z.input<typeof gatewayConfigSchema>): GatewayConfig {
  const parsed = gatewayConfigSchema.safeParse(input, CHECKED_ONCE)
  const mistakes = parsed.success
    ? findConflicts(parsed.data, { allowLocalProfileOffLoopback: false }).map(({ path, message }) => ({ path, source: SOURCE, expected: message }))
    : schemaMistakes(parsed.error, () => SOURCE)
  if (!parsed.success || mistakes.length > 0) throw new GatewayError('GW_CONFIG_INVALID', mistakes.map(formatMistake).join('; '))
  return parsed.data
}
