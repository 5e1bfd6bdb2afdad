// Which tickets fit a search? Every condition has an index to walk along, and all of them are walked by turns, a little
// farther each time, until a hundred are found or one has no more: so a search costs what its best index does, and it
// need not be known beforehand which one that is.

import { setImmediate } from 'node:timers/promises'
import type { Ticket, TicketSearch } from '../../domain/ticket.ts'
import { textAt, ticketFrom } from '../rows.ts'
import { listTickets } from './catalogue.ts'
import type { SqliteConnection } from './connection.ts'
import { ENDING_LENGTH, foldedSql } from './migrations/0002-title-endings.ts'
import { createSeatsWalk } from './seats-walk.ts'
import { createWalk, type Condition, type Walk } from './walk.ts'

const LIMIT = 100
const FIRST_STEP = 100
const LONGEST_STEP = 1_000
/** After so many, what else this process has to do comes in between. */
const ENTRIES_AT_ONCE = 4_000

const FOLDED = `SELECT ${foldedSql('part')} FROM (SELECT ? AS part)`
const LAST_CODE_POINT = '\u{10ffff}'

/** What changes while a long search is under way may be in its answer as it was or as it is. */
export async function searchTickets (connection: SqliteConnection, search: TicketSearch): Promise<readonly Ticket[]> {
  const found = new Map<number, Ticket>()
  let walks: readonly Walk[] | undefined
  let entries = FIRST_STEP

  function look (): boolean {
    walks ??= walksOf(connection, search)
    if (walks.length === 0) {
      for (const ticket of listTickets(connection, LIMIT)) found.set(ticket.id, ticket)
      return true
    }
    for (let looked = 0; looked < ENTRIES_AT_ONCE; looked += entries * walks.length) {
      for (const walk of walks) {
        for (const row of walk.step(entries)) {
          const ticket = ticketFrom(row)
          found.set(ticket.id, ticket)
        }
        if (found.size >= LIMIT || walk.ended()) return true
      }
      entries = Math.min(entries * 2, LONGEST_STEP)
    }
    return false
  }

  while (!await connection.answer('search tickets', look)) await setImmediate()
  return [...found.values()].slice(0, LIMIT).sort(byDate)
}

function walksOf (connection: SqliteConnection, { title, maxPrice, minAvailableSeats }: TicketSearch): readonly Walk[] {
  const cheap = maxPrice === undefined ? [] : [{ sql: 'price <= ?', values: [maxPrice] }]
  const free = minAvailableSeats === undefined ? [] : [{ sql: 'available_seats >= ?', values: [minAvailableSeats] }]
  const part = title === undefined || title === '' ? undefined : textAt(connection.prepare(FOLDED).first(title), 0)
  const named = part === undefined ? [] : [{ sql: '(SELECT instr(folded, ?) FROM ticket_titles WHERE ticket_id = tickets.id) > 0', values: [part] }]

  const walks = part === undefined ? [] : titleWalks(connection, part, [...cheap, ...free], named)
  if (maxPrice !== undefined && minAvailableSeats !== undefined) walks.push(createSeatsWalk(connection, { maxPrice, minAvailableSeats }, named))
  else if (maxPrice !== undefined) walks.push(priceWalk(connection, maxPrice, named))
  else if (minAvailableSeats !== undefined) walks.push(freeWalk(connection, minAvailableSeats, named))
  return walks
}

/** One for each piece of the part that the index of endings can tell from others. */
function titleWalks (connection: SqliteConnection, part: string, fits: readonly Condition[], named: readonly Condition[]): Walk[] {
  const points = Array.from(part)
  const last = Math.max(points.length - ENDING_LENGTH, 0)
  const places = Array.from({ length: Math.ceil(last / ENDING_LENGTH) + 1 }, (_, index) => Math.min(index * ENDING_LENGTH, last))
  return places.map(place => {
    const piece = points.slice(place, place + ENDING_LENGTH).join('')
    return createWalk(connection, {
      source: 'title_endings',
      join: 'CROSS JOIN tickets ON tickets.id = ticket_id',
      key: ['ending', 'ticket_id'],
      start: [piece, 0],
      // no ending that begins with the piece comes after it
      upTo: { sql: 'ending <= ?', values: [piece + LAST_CODE_POINT.repeat(ENDING_LENGTH)] }
    }, piece === part ? fits : [...fits, ...named])
  })
}

function priceWalk (connection: SqliteConnection, maxPrice: number, fits: readonly Condition[]): Walk {
  return createWalk(connection, {
    source: 'tickets INDEXED BY tickets_by_price',
    key: ['price', 'place'],
    start: [-1, 0],
    upTo: { sql: 'price <= ?', values: [maxPrice] }
  }, fits)
}

function freeWalk (connection: SqliteConnection, minAvailableSeats: number, fits: readonly Condition[]): Walk {
  return createWalk(connection, {
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
