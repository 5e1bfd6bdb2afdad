// The audit log: one line for each decision about a tool call, with the person and the details that allowed it; no token and no argument.
// A call that may change something has its line before it runs; if that line cannot be written, the call does not run.

import { randomUUID } from 'node:crypto'
import { AuditUnavailable } from '../kernel/fault.ts'
import type { BeforeChange } from '../mcp/coming-change.ts'
import type { DecisionWatcher } from '../mcp/decision-record.ts'
import type { Permit } from '../policy/permit.ts'
import { openRotatedFile, type RotatedFileSettings } from './rotated-file.ts'

export interface AuditLogSettings extends RotatedFileSettings {
  /** `always`: the disk has a line before a change is made. */
  readonly sync: 'never' | 'always'
  /** Called each time a line cannot be written, with the code of the file system. Must not throw. */
  readonly failed: (code: string) => void
}

export interface AuditLog {
  /** @throws AuditUnavailable when the line cannot be written: the change must not be made */
  readonly beforeChange: BeforeChange
  /** Never throws: the call has been made already. */
  readonly decided: DecisionWatcher
  /** Rejects while lines cannot be written; after lost lines it writes one, to find out. */
  readonly check: () => Promise<void>
  readonly close: () => void
}

/** @throws AuditUnavailable when the file cannot be opened */
export function openAuditLog (settings: AuditLogSettings): AuditLog {
  const { clock, failed } = settings
  const sync = settings.sync === 'always'
  const file = guarded(() => openRotatedFile(settings))
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
    const line = JSON.stringify({ time: new Date(clock.now()).toISOString(), event, ...members })
    guarded(() => { file.append(line, toDisk) })
  }

  return {
    beforeChange ({ permit, tokenHash }) {
      const call = randomUUID()
      callIds.set(permit, call)
      write('permitted', { call, ...who(permit), tool: permit.tool, tokenHash, details: detailsOf(permit) }, sync)
    },
    decided ({ grant, permit, method, tool, tokenHash, granted, reason, remark, status, contextId, retryOf }) {
      if (grant === undefined || method !== 'tools/call') return
      const { person, clientId } = grant
      const call = permit === undefined ? undefined : callIds.get(permit)
      try {
        write('decision', {
          call,
          issuer: person.issuer,
          subject: person.subject,
          kind: person.kind,
          clientId,
          tool,
          tokenHash,
          granted,
          reason,
          remark,
          status,
          contextId,
          retryOf,
          details: permit === undefined ? undefined : detailsOf(permit)
        }, false)
      } catch {
        lost += 1
      }
    },
    check: () => new Promise(resolve => {
      if (lost > 0) write('resumed', { lost }, sync)
      lost = 0
      resolve()
    }),
    close: file.close
  }
}

function who ({ person: { issuer, subject, kind }, clientId }: Permit): object {
  return { issuer, subject, kind, clientId }
}

/** The elements that allow the call, in the token's order, as the authorization server wrote them. */
function detailsOf ({ details }: Permit): unknown {
  return details === 'unrestricted' ? details : details.map(({ index, element }) => ({ index, element }))
}
