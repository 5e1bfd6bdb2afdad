// The ticket store in an SQLite database: one connection, and one synchronous transaction for each method.

import { existsSync } from 'node:fs'
import type { Clock } from '../../../kernel/clock.ts'
import type { Locale } from '../../../kernel/locale.ts'
import { personKey } from '../../../kernel/person.ts'
import { RESERVATIONS_LIMIT, type TicketStore } from '../../domain/ticket-store.ts'
import { MissingDatabase } from '../../../storage/missing-database.ts'
import { seedTickets } from '../seed-tickets.ts'
import { OWN_RESERVATION_COLUMNS, ownReservationFrom, RESERVATION_COLUMNS, reservationFrom } from '../rows.ts'
import { cancelReservation } from './cancel.ts'
import { addTicket, findTicket, listTickets } from './catalogue.ts'
import { openSqliteConnection, type SqliteConnection, type SqliteOptions } from '../../../storage/sqlite/connection.ts'
import { reserveSeats } from './reserve.ts'
import { checkSchema, migrateSchema } from './database-schema.ts'
import { MIGRATIONS } from './migrations/migrations.ts'
import { searchTickets } from './search.ts'

const RESERVATIONS_OF = `
  SELECT ${RESERVATION_COLUMNS} FROM reservations r JOIN tickets t ON t.id = r.ticket_id
  WHERE r.person_id = (SELECT id FROM people WHERE issuer = ? AND subject = ?)
  ORDER BY r.id DESC LIMIT ?`
const OWN_RESERVATIONS_OF = RESERVATIONS_OF.replace(RESERVATION_COLUMNS, OWN_RESERVATION_COLUMNS)
// reads the file; SELECT 1 would not
const PING = 'SELECT 1 FROM tickets LIMIT 1'

export interface SqliteStoreOptions extends SqliteOptions {
  readonly clock: Clock
  /** The language of the tickets in a new catalogue. */
  readonly locale: Locale
  /** Default `true`; `false`: a database that is missing is a fault. */
  readonly create?: boolean
  readonly onCreated?: () => void
}

/** Creates or migrates the database first. Safe for several processes at once. */
export async function openSqliteStore (options: SqliteStoreOptions): Promise<TicketStore> {
  return createSqliteStore(await openSqliteDatabase(options))
}

/** The database with its tables, for the store and its tests. */
export async function openSqliteDatabase (options: SqliteStoreOptions): Promise<SqliteConnection> {
  const { create = true, onCreated = () => {} } = options
  if (!create && !existsSync(options.path)) throw new MissingDatabase()
  const connection = openSqliteConnection(options)
  try {
    const doing = 'opening the database'
    const version = await connection.answer(doing, () => checkSchema(connection))
    if (version === 0 && !create) throw new MissingDatabase()
    await connection.writeAheadLog()
    await connection.answer(doing, () => {
      migrateSchema(connection, () => {
        for (const ticket of seedTickets(options.clock.now(), options.locale)) addTicket(connection, ticket)
      })
    })
    // the tables are on the disk before anything is promised
    if (version < MIGRATIONS.length) await connection.change(doing, () => {})
    if (version === 0) onCreated()
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

export function createSqliteStore (connection: SqliteConnection): TicketStore {
  const { answer, change } = connection
  return {
    system: 'sqlite',
    listTickets: limit => answer('list tickets', () => listTickets(connection, limit)),
    searchTickets: search => searchTickets(connection, search),
    findTicket: id => answer('find a ticket', () => findTicket(connection, id)),
    reserve: command => change('reserve seats', () => reserveSeats(connection, command)),
    cancel: command => change('cancel a reservation', () => cancelReservation(connection, command)),
    reservationsOf: (person, limit = RESERVATIONS_LIMIT) => answer('list reservations', () =>
      connection.prepare(RESERVATIONS_OF).all(...personKey(person), limit).map(reservationFrom)),
    ownReservationsOf: (person, limit = RESERVATIONS_LIMIT) => answer('list reservations', () =>
      connection.prepare(OWN_RESERVATIONS_OF).all(...personKey(person), limit).map(ownReservationFrom)),
    connections: () => {
      const waiting = connection.waiting()
      return { inUse: Math.min(waiting, 1), idle: waiting === 0 ? 1 : 0, waiting }
    },
    ping: async () => {
      await answer('ping', () => { connection.prepare(PING).first() })
      await connection.checkWritable()
    },
    close: () => Promise.resolve(connection.close())
  }
}
