// Which migrations are there? Their numbers are their places, from 1. One that was released is never edited.

import { TICKETS_AND_RESERVATIONS } from './0001-tickets-and-reservations.ts'

export const MIGRATIONS: readonly string[] = [
  TICKETS_AND_RESERVATIONS
]
