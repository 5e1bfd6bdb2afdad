// The rows of people. A row stays locked until the end of the transaction, so one person's purchases happen one after another.

import { personKey, type Person } from '../../../kernel/person.ts'
import { integerAt } from '../../../storage/sql-row.ts'
import type { Run, Statement } from '../../../storage/postgres/connection.ts'

const LOCK: Statement = { name: 'lock_person', text: 'SELECT id FROM people WHERE issuer = $1 AND subject = $2 FOR NO KEY UPDATE' }
// waits for another transaction that adds the same person, and adds no row when that one commits
const ADD: Statement = { name: 'add_person', text: 'INSERT INTO people (issuer, subject) VALUES ($1, $2) ON CONFLICT DO NOTHING' }

/** @returns `undefined` for a person who has no row; none is added */
export async function lockKnownPerson (run: Run, person: Person): Promise<number | undefined> {
  const row = (await run(LOCK, ...personKey(person)))[0]
  return row === undefined ? undefined : integerAt(row, 0)
}

/** Adds the row of a person who has none. */
export async function lockPerson (run: Run, person: Person): Promise<number> {
  const known = await lockKnownPerson(run, person)
  if (known !== undefined) return known
  await run(ADD, ...personKey(person))
  return integerAt([await lockKnownPerson(run, person)], 0)
}
