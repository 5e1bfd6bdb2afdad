// The migrations in order; the number of a migration is its place, from 1. A released migration is never edited.

import { TICKETS_AND_RESERVATIONS } from './0001-tickets-and-reservations.ts'
import { titleEndings } from './0002-title-endings.ts'
import { TITLES_FOR_OLDER_TOOLS } from './0003-titles-for-older-tools.ts'
import { WHO_MADE_IT } from './0004-who-made-it.ts'

export const MIGRATIONS: ReadonlyArray<() => string> = [
  () => TICKETS_AND_RESERVATIONS,
  titleEndings,
  () => TITLES_FOR_OLDER_TOOLS,
  () => WHO_MADE_IT
]
