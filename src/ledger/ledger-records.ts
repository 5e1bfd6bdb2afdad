// What the audit log receives about a hold: before the call, and when it is settled. proxy/ calls this port and operations/ implements it;
// neither room imports the other.

import type { Person } from '../kernel/person.ts'
import type { Settlement } from './hold.ts'

/** A call that counts against a total. */
export interface LedgerEntry {
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

/** Lines of the audit log about holds. */
export interface LedgerAudit {
  /** @throws AuditUnavailable when the line cannot be written: the call must not be made */
  readonly held: (entry: LedgerEntry & { readonly again: boolean }) => void
  /** Never throws: the call was made already. */
  readonly settled: (entry: LedgerEntry & { readonly outcome: Settlement['kind'], readonly charged?: number | undefined }) => void
}
