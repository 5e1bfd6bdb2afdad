// Searches tickets. Every condition has an index; all of them are read in turns, in growing steps, until a hundred tickets are
// found or one index is read to its end. So a search costs about what its best index costs, without statistics.
// Why not SQLite's full-text index: docs/decisions/0017-titles-in-a-tree-of-endings.md.

import { setImmediate } from 'node:timers/promises'
import type { Ticket, TicketSearch } from '../../domain/ticket.ts'
import { textAt } from '../../../storage/sql-row.ts'
import { ticketFrom } from '../rows.ts'
import { listTickets } from './catalogue.ts'
import type { SqliteConnection } from '../../../storage/sqlite/connection.ts'
import { ENDING_LENGTH, foldedSql } from './migrations/0002-title-endings.ts'
import { createIndexScan, type Condition, type IndexScan } from './index-scan.ts'
import { createSeatsScan } from './seats-scan.ts'

const LIMIT = 100
const FIRST_STEP = 100
const LONGEST_STEP = 1_000
/** After this many, other work of this process runs. */
const ENTRIES_AT_ONCE = 4_000

const FOLDED = `SELECT ${foldedSql('part')} FROM (SELECT ? AS part)`
const HAS_PART = '(SELECT instr(folded, ?) FROM ticket_titles WHERE ticket_id = tickets.id) > 0'
const LAST_CODE_POINT = '\u{10ffff}'

/** A ticket that changes during a long search may be in the answer as it was or as it is. */
export async function searchTickets (connection: SqliteConnection, search: TicketSearch): Promise<readonly Ticket[]> {
  const found = new Map<number, Ticket>()
  let scans: readonly IndexScan[] | undefined
  let entries = FIRST_STEP

  function readOn (): boolean {
    scans ??= scansOf(connection, search)
    if (scans.length === 0) {
      for (const ticket of listTickets(connection, LIMIT)) found.set(ticket.id, ticket)
      return true
    }
    for (let read = 0; read < ENTRIES_AT_ONCE; read += entries * scans.length) {
      for (const scan of scans) {
        for (const row of scan.step(entries)) {
          const ticket = ticketFrom(row)
          found.set(ticket.id, ticket)
        }
        if (found.size >= LIMIT || scan.ended()) return true
      }
      entries = Math.min(entries * 2, LONGEST_STEP)
    }
    return false
  }

  while (!await connection.answer('search tickets', readOn)) await setImmediate()
  return [...found.values()].slice(0, LIMIT).sort(byDate)
}

function scansOf (connection: SqliteConnection, { title, maxPrice, minAvailableSeats }: TicketSearch): readonly IndexScan[] {
  const cheap = maxPrice === undefined ? [] : [{ sql: 'price <= ?', values: [maxPrice] }]
  const free = minAvailableSeats === undefined ? [] : [{ sql: 'available_seats >= ?', values: [minAvailableSeats] }]
  const part = title === undefined || title === '' ? undefined : textAt(connection.prepare(FOLDED).first(title), 0)
  const named = part === undefined ? [] : [{ sql: HAS_PART, values: [part] }]

  const scans = part === undefined ? [] : titleScans(connection, part, [...cheap, ...free], named)
  if (maxPrice !== undefined && minAvailableSeats !== undefined) {
    scans.push(createSeatsScan(connection, { maxPrice, minAvailableSeats }, named))
  } else if (maxPrice !== undefined) {
    scans.push(priceScan(connection, maxPrice, named))
  } else if (minAvailableSeats !== undefined) {
    scans.push(seatsScan(connection, minAvailableSeats, named))
  }
  return scans
}

/** One scan for each piece of the part that is as long as the endings in the index, at most. */
function titleScans (connection: SqliteConnection, part: string, fits: readonly Condition[], named: readonly Condition[]): IndexScan[] {
  const points = Array.from(part)
  const last = Math.max(points.length - ENDING_LENGTH, 0)
  const places = Array.from({ length: Math.ceil(last / ENDING_LENGTH) + 1 }, (_, index) => Math.min(index * ENDING_LENGTH, last))
  return places.map(place => {
    const piece = points.slice(place, place + ENDING_LENGTH).join('')
    return createIndexScan(connection, {
      source: 'title_endings',
      join: 'CROSS JOIN tickets ON tickets.id = ticket_id',
      key: ['ending', 'ticket_id'],
      start: [piece, 0],
      // every ending that begins with the piece comes before this
      upTo: { sql: 'ending <= ?', values: [piece + LAST_CODE_POINT.repeat(ENDING_LENGTH)] }
    }, piece === part ? fits : [...fits, ...named])
  })
}

function priceScan (connection: SqliteConnection, maxPrice: number, fits: readonly Condition[]): IndexScan {
  return createIndexScan(connection, {
    source: 'tickets INDEXED BY tickets_by_price',
    key: ['price', 'place'],
    start: [-1, 0],
    upTo: { sql: 'price <= ?', values: [maxPrice] }
  }, fits)
}

function seatsScan (connection: SqliteConnection, minAvailableSeats: number, fits: readonly Condition[]): IndexScan {
  return createIndexScan(connection, {
    source: 'tickets INDEXED BY tickets_by_available_seats',
    key: ['available_seats', 'price', 'place'],
    start: [minAvailableSeats, -1, 0],
    upTo: { sql: 'available_seats >= ?', values: [minAvailableSeats] }
  }, fits)
}

function byDate (left: Ticket, right: Ticket): number {
  if (left.eventDate === right.eventDate) return left.id - right.id
  return left.eventDate < right.eventDate ? -1 : 1
}
