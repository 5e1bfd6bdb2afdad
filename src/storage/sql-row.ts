// Rows as both databases return them, columns by position. The tables define the types; a row with another type is a fault.

import { GatewayError } from '../kernel/fault.ts'

export type SqlRow = readonly unknown[]

export function integerAt (row: SqlRow | undefined, column: number): number {
  const value = row?.[column]
  if (!Number.isSafeInteger(value)) throw unexpected(column)
  return value as number
}

export function textAt (row: SqlRow | undefined, column: number): string {
  const value = row?.[column]
  if (typeof value !== 'string') throw unexpected(column)
  return value
}

function unexpected (column: number): GatewayError {
  return new GatewayError('GW_INTERNAL', `column ${column} of a row of the database is not of its type`)
}
