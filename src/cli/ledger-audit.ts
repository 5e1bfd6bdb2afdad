// The audit line of an operator's decision about a call. A separate file beside that of the gateway, which may be running: two processes
// that write one file would break its chain.

import { readAuditKey } from '../audit/audit-key.ts'
import { keyedHash } from '../audit/chain-line.ts'
import { openChainedLog } from '../audit/chained-log.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { systemClock } from '../kernel/clock.ts'
import { AuditUnavailable, GatewayError } from '../kernel/fault.ts'
import type { HoldRecord, Resolution } from '../ledger/hold.ts'

/** Of the file, behind the name that `audit.file` says. */
const ENDING = '.ledger'

/** Writes nothing where no audit log is configured. @throws AuditUnavailable, GatewayError GW_CONFIG_INVALID */
export function writeResolution (
  { file, keyFile, ...audit }: GatewayConfig['audit'], hold: HoldRecord, resolution: Resolution, note: string | undefined
): void {
  if (file === undefined) return
  const key = keyFile === undefined ? undefined : readAuditKey(keyFile)
  if (key?.ok === false) throw new GatewayError('GW_CONFIG_INVALID', `audit.keyFile: ${key.error}`)
  const { id, issuer, subject, clientId, upstream, tool, amount, unit, state } = hold
  try {
    const log = openChainedLog({
      ...audit,
      path: `${file}${ENDING}`,
      clock: systemClock,
      hashOf: key === undefined ? undefined : keyedHash(key.value),
      deleting () {},
      rotated () {}
    })
    try {
      log.append(`ledger-${resolution.kind}`, {
        hold: id,
        state,
        upstream,
        tool,
        amount,
        unit,
        charged: resolution.kind === 'settle' ? resolution.charged : undefined,
        issuer,
        subject,
        clientId,
        note
      }, true)
    } finally {
      log.close()
    }
  } catch (cause) {
    throw new AuditUnavailable(`the audit log cannot be written: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}`, { cause })
  }
}
