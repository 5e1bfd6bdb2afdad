// The audit log: one line for each decision about a tool call, with the person and the details that allowed it; no token and no argument.
// A call that may change something has its line before it runs; if that line cannot be written, the call does not run.

import { randomUUID } from 'node:crypto'
import type { ChainPosition } from '../audit/chain-line.ts'
import { openChainedLog, type ChainedLogSettings } from '../audit/chained-log.ts'
import { AuditUnavailable } from '../kernel/fault.ts'
import type { LedgerAudit } from '../ledger/ledger-records.ts'
import type { BeforeChange } from '../mcp/coming-change.ts'
import type { DecisionWatcher } from '../mcp/decision-record.ts'
import type { Permit } from '../policy/permit.ts'
import { detailsForAudit, textForAudit } from './audit-details.ts'
import { ledgerMembers } from './ledger-lines.ts'

export interface AuditLogSettings extends ChainedLogSettings {
  /** `always`: the disk has a line before a change is made. */
  readonly sync: 'never' | 'always'
  /** Called each time a line cannot be written, with the code of the file system. Must not throw. */
  readonly failed: (code: string) => void
  /** Called after each line. Must not throw. */
  readonly written: (head: ChainPosition) => void
}

export interface AuditLog {
  /** @throws AuditUnavailable when the line cannot be written: the change must not be made */
  readonly beforeChange: BeforeChange
  /** Calls that count against totals. */
  readonly ledger: LedgerAudit
  /** Never throws: the call has been made already. */
  readonly decided: DecisionWatcher
  /** Rejects while lines cannot be written; after lost lines it writes one, to find out. */
  readonly check: () => Promise<void>
  readonly head: () => ChainPosition
  readonly close: () => void
}

/** @throws AuditUnavailable when the file cannot be opened */
export function openAuditLog (settings: AuditLogSettings): AuditLog {
  const { failed, written } = settings
  const sync = settings.sync === 'always'
  const log = guarded(() => openChainedLog(settings))
  /** The line before a change and the one after it have the same id. */
  const callIds = new WeakMap<Permit, string>()
  let lost = 0

  function guarded<T> (work: () => T): T {
    try {
      return work()
    } catch (cause) {
      const { code = 'unknown' } = cause as NodeJS.ErrnoException
      failed(code)
      throw new AuditUnavailable(`the audit log cannot be written: ${code}`)
    }
  }

  function write (event: string, members: object, toDisk: boolean): void {
    guarded(() => { log.append(event, members, toDisk) })
    written(log.head())
  }

  return {
    beforeChange ({ permit, tokenHash, resource }) {
      const call = randomUUID()
      callIds.set(permit, call)
      write('permitted', { call, resource, ...who(permit), tool: permit.tool, tokenHash, details: detailsForAudit(permit) }, sync)
    },
    decided ({ resource, grant, permit, method, tool, tokenHash, granted, reason, remark, status, contextId, retryOf }) {
      if (grant === undefined || method !== 'tools/call') return
      const call = permit === undefined ? undefined : callIds.get(permit)
      try {
        write('decision', {
          call,
          resource,
          ...who(grant),
          tool,
          tokenHash,
          granted,
          reason,
          remark: textForAudit(remark),
          status,
          contextId,
          retryOf: textForAudit(retryOf),
          // The line before the change has them already.
          details: permit === undefined || call !== undefined ? undefined : detailsForAudit(permit)
        }, false)
      } catch {
        lost += 1
      }
    },
    ledger: {
      held (entry) { write('held', ledgerMembers(entry), sync) },
      settled (entry) {
        try {
          write('settled', ledgerMembers(entry), false)
        } catch {
          lost += 1
        }
      }
    },
    check: () => new Promise(resolve => {
      if (lost > 0) write('resumed', { lost }, sync)
      lost = 0
      resolve()
    }),
    head: log.head,
    close: log.close
  }
}

function who ({ person: { issuer, subject, kind }, clientId }: Pick<Permit, 'person' | 'clientId'>): object {
  return { issuer: textForAudit(issuer), subject: textForAudit(subject), kind, clientId: textForAudit(clientId) }
}
