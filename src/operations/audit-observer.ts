// Opens the audit log that the configuration names, and tells the operator of it: heads of the chain, files that are deleted, lines that
// cannot be written. The heads in the log are what a chain that was cut off at its end is compared with.

import { readAuditKey } from '../audit/audit-key.ts'
import { keyedHash, type ChainPosition, type LineHash } from '../audit/chain-line.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import { openAuditLog, type AuditLog } from './audit-log.ts'
import type { Metrics } from './metrics.ts'

const FAILURE_PAUSE_MS = 60_000
/** Between two heads in the log, while lines are written. */
const HEAD_PAUSE_MS = 600_000

export interface AuditSurroundings {
  readonly audit: GatewayConfig['audit']
  readonly path: string
  readonly clock: Clock
  readonly log: Readonly<Record<'info' | 'warn' | 'error', (line: object, text: string) => void>>
  readonly metrics: Metrics | undefined
}

/** @throws GatewayError `GW_CONFIG_INVALID` for a key that cannot be used; AuditUnavailable when the file cannot be opened */
export function observedAuditLog ({ audit, path, clock, log, metrics }: AuditSurroundings): AuditLog {
  let failureAtMs = -Infinity
  let headAtMs = clock.monotonicMs()
  const tellHead = ({ seq, hash }: ChainPosition): void => {
    headAtMs = clock.monotonicMs()
    log.info({ event: 'audit-head', file: path, seq, hash }, 'the last line of the audit log')
  }
  const opened = openAuditLog({
    path,
    ...audit,
    clock,
    hashOf: hashOf(audit.keyFile),
    failed (code) {
      metrics?.auditFailure()
      if (clock.monotonicMs() - failureAtMs < FAILURE_PAUSE_MS) return
      failureAtMs = clock.monotonicMs()
      log.error({ event: 'audit-unavailable', code }, 'the audit log cannot be written: tools that change something are refused')
    },
    written (head) {
      metrics?.auditWritten(head.seq)
      if (clock.monotonicMs() - headAtMs >= HEAD_PAUSE_MS) tellHead(head)
    },
    rotated: tellHead,
    deleting ({ path: deleted, first, last }) {
      const lines = first === undefined || last === undefined ? undefined : last - first + 1
      metrics?.auditDeleted(lines ?? 0)
      const line = { event: 'audit-file-deleted', file: deleted, first, last, lines }
      log.warn(line, 'the oldest file of the audit log is deleted (audit.keepFiles)')
    }
  })
  metrics?.auditWritten(opened.head().seq)
  tellHead(opened.head())
  return {
    ...opened,
    close () {
      tellHead(opened.head())
      opened.close()
    }
  }
}

function hashOf (keyFile: string | undefined): LineHash | undefined {
  if (keyFile === undefined) return undefined
  const key = readAuditKey(keyFile)
  if (!key.ok) throw new GatewayError('GW_CONFIG_INVALID', `audit.keyFile: ${key.error}`)
  return keyedHash(key.value)
}
