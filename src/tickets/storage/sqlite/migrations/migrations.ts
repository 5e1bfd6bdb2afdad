// Which migrations are there? Their numbers are their places, from 1. One that was released is never edited.

import { TICKETS_AND_RESERVATIONS } from './0001-tickets-and-reservations.ts'
import { titleEndings } from './0002-title-endings.ts'

export const MIGRATIONS: ReadonlyArray<() => string> = [
  () => TICKETS_AND_RESERVATIONS,
  titleEndings
]
