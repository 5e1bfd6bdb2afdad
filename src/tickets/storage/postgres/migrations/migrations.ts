// The migrations in order; the number of a migration is its place, from 1. A released migration is never edited.

import { TICKETS_AND_RESERVATIONS } from './0001-tickets-and-reservations.ts'
import { WHO_MADE_IT } from './0002-who-made-it.ts'

export const MIGRATIONS: ReadonlyArray<() => string> = [
  () => TICKETS_AND_RESERVATIONS,
  () => WHO_MADE_IT
]
