// The rows of people. No lock is needed: only one transaction writes at a time.

import { personKey, type Person } from '../../../kernel/person.ts'
import { integerAt } from '../../../storage/sql-row.ts'
import type { SqliteConnection } from '../../../storage/sqlite/connection.ts'

const FIND = 'SELECT id FROM people WHERE issuer = ? AND subject = ?'
const ADD = 'INSERT INTO people (issuer, subject) VALUES (?, ?) RETURNING id'

export function findPerson ({ prepare }: SqliteConnection, person: Person): number | undefined {
  const row = prepare(FIND).first(...personKey(person))
  return row === undefined ? undefined : integerAt(row, 0)
}

/** @returns the id of the new row */
export function addPerson ({ prepare }: SqliteConnection, person: Person): number {
  return integerAt(prepare(ADD).first(...personKey(person)), 0)
}
