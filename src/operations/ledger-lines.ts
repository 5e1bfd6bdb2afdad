// The lines of the audit log about calls that count against totals: one before the call, with what is held, and one with its outcome.

import type { LedgerEntry } from '../ledger/ledger-records.ts'
import { textForAudit } from './audit-details.ts'

/** The members of a line. */
export function ledgerMembers ({ person, clientId, tool, ...entry }: LedgerEntry): object {
  const { issuer, subject, kind } = person
  const who = { issuer: textForAudit(issuer), subject: textForAudit(subject), kind, clientId: textForAudit(clientId) }
  return { ...who, tool: textForAudit(tool), ...entry }
}
