// Parses an RFC 3339 date-time. Strict: Date.parse alone accepts many other forms, and the 30th of February.

import { epochMilliseconds, type EpochMilliseconds } from '../../kernel/units.ts'

const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/**
 * `undefined` for anything else, leap seconds included.
 * @see https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 */
export function parseDateTime (text: string): EpochMilliseconds | undefined {
  const parts = DATE_TIME.exec(text)
  if (parts === null) return undefined
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  const instant = Date.parse(text.toUpperCase())
  return Number.isNaN(instant) ? undefined : epochMilliseconds(instant)
}

function daysInMonth (year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
