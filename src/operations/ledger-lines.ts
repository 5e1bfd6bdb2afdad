// The lines of the audit log about calls that count against totals: one before the call, with what is held, and one with its outcome.

import type { Person } from '../kernel/person.ts'
import { textForAudit } from './audit-details.ts'

interface LedgerEntry {
  /** The number of the hold, with which an operator resolves it. */
  readonly hold: number
  readonly person: Person
  readonly clientId: string | undefined
  readonly upstream: string
  readonly tool: string
  /** In minor units of `unit`. */
  readonly amount: number | undefined
  readonly unit: string | undefined
}

export interface LedgerLines {
  /** @throws AuditUnavailable when the line cannot be written: the call must not be made */
  readonly held: (entry: LedgerEntry & { readonly again: boolean }) => void
  /** Never throws: the call was made already. */
  readonly settled: (entry: LedgerEntry & { readonly outcome: string, readonly charged?: number | undefined }) => void
}

/** The members of a line. */
export function ledgerMembers ({ person, clientId, tool, ...entry }: LedgerEntry): object {
  const { issuer, subject, kind } = person
  const who = { issuer: textForAudit(issuer), subject: textForAudit(subject), kind, clientId: textForAudit(clientId) }
  return { ...who, tool: textForAudit(tool), ...entry }
}
