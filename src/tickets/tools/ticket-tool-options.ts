// What do the ticket tools stand on? The storage, the time, the language, and the name of this resource.

import type { Clock } from '../../kernel/clock.ts'
import type { Locale } from '../../kernel/locale.ts'
import type { TicketStore } from '../domain/ticket-store.ts'

export interface TicketToolsOptions {
  readonly store: TicketStore
  readonly clock: Clock
  readonly locale: Locale
  /** The configured resource identifier. */
  readonly resource: string
}
