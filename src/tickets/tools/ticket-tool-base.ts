// What all ticket tools share: the options they are created with, and their scopes.

import type { Clock } from '../../kernel/clock.ts'
import type { Locale } from '../../kernel/locale.ts'
import type { TicketStore } from '../domain/ticket-store.ts'

/** The scopes of the tutorial. */
export const READ_SCOPE = 'mcp:tickets:read'
export const WRITE_SCOPE = 'mcp:tickets:write'

export interface TicketToolsOptions {
  readonly store: TicketStore
  readonly clock: Clock
  readonly locale: Locale
  /** The configured resource identifier. */
  readonly resource: string
}
