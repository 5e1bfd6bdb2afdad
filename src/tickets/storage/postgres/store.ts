// The ticket store in a PostgreSQL database. Any number of gateways may share the database.

import type { Clock } from '../../../kernel/clock.ts'
import type { Locale } from '../../../kernel/locale.ts'
import { personKey, type Person } from '../../../kernel/person.ts'
import { err } from '../../../kernel/result.ts'
import { RESERVATIONS_LIMIT, type TicketStore } from '../../domain/ticket-store.ts'
import { checkBindable } from '../../../storage/bind-guard.ts'
import { OWN_RESERVATION_COLUMNS, ownReservationFrom, RESERVATION_COLUMNS, reservationFrom } from '../rows.ts'
import { seedTickets } from '../seed-tickets.ts'
import { cancelReservation, findTicketOf } from './cancel.ts'
import { addTicket, findTicket, listTickets } from './catalogue.ts'
import {
  openPostgresConnection, type LockedRows, type PostgresConnection, type PostgresOptions, type Statement
} from '../../../storage/postgres/connection.ts'
import { reserveSeats } from './reserve.ts'
import { migrateSchema } from './database-schema.ts'
import { searchTickets } from './search.ts'

const RESERVATIONS_OF: Statement = {
  name: 'reservations_of',
  text: `
    SELECT ${RESERVATION_COLUMNS} FROM reservations r JOIN tickets t ON t.id = r.ticket_id
    WHERE r.person_id = (SELECT id FROM people WHERE issuer = $1 AND subject = $2)
    ORDER BY r.id DESC LIMIT $3`
}
const OWN_RESERVATIONS_OF: Statement = {
  name: 'own_reservations_of',
  text: RESERVATIONS_OF.text.replace(RESERVATION_COLUMNS, OWN_RESERVATION_COLUMNS)
}
// reads a table of ours: a database without our tables is not ready
const PING: Statement = { name: 'ping', text: 'SELECT 1 FROM tickets LIMIT 1' }

export interface PostgresStoreOptions extends PostgresOptions {
  readonly clock: Clock
  /** The language of the tickets in a new catalogue. */
  readonly locale: Locale
  /** Default `true`; `false`: a database without the tables is a fault. */
  readonly create?: boolean
  readonly onCreated?: () => void
}

/** Creates or migrates the tables first. Safe for several processes at once. */
export async function openPostgresStore (options: PostgresStoreOptions): Promise<TicketStore> {
  return createPostgresStore(await openPostgresDatabase(options))
}

/** The database with its tables, for the store and its tests. */
export async function openPostgresDatabase (options: PostgresStoreOptions): Promise<PostgresConnection> {
  const connection = await openPostgresConnection(options)
  try {
    const { create = true, onCreated = () => {} } = options
    await migrateSchema(connection, create, async run => {
      for (const ticket of seedTickets(options.clock.now(), options.locale)) await addTicket(run, ticket)
      onCreated()
    })
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}

export function createPostgresStore (connection: PostgresConnection): TicketStore {
  return {
    system: 'postgresql',
    listTickets: limit => listTickets(connection, limit),
    searchTickets: search => searchTickets(connection, search),
    findTicket: id => findTicket(connection, id),
    // checked before a connection is taken from the pool, and for unknown people too
    reserve: async command => {
      checkBindable([command.ticketId, command.person.issuer, command.person.subject, command.idempotencyKey ?? null])
      const doing = 'reserve seats'
      return connection.inTurn(
        doing, rowsOf(command.person, command.ticketId), () => connection.transact(doing, run => reserveSeats(run, command))
      )
    },
    cancel: async command => {
      checkBindable([command.reservationId, command.person.issuer, command.person.subject])
      const doing = 'cancel a reservation'
      const ticketId = await findTicketOf(connection, doing, command)
      if (ticketId === undefined) return err({ kind: 'reservation-not-found' })
      const rows = rowsOf(command.person, ticketId)
      return connection.inTurn(doing, rows, () => connection.transact(doing, run => cancelReservation(run, command)))
    },
    reservationsOf: async (person, limit = RESERVATIONS_LIMIT) =>
      (await connection.run('list reservations', RESERVATIONS_OF, ...personKey(person), limit)).map(reservationFrom),
    ownReservationsOf: async (person, limit = RESERVATIONS_LIMIT) =>
      (await connection.run('list reservations', OWN_RESERVATIONS_OF, ...personKey(person), limit)).map(ownReservationFrom),
    connections: connection.connections,
    ping: () => connection.ping(PING),
    close: () => connection.close()
  }
}

/** One transaction of a person at a time: the row of the person is locked first in any case. */
function rowsOf (person: Person, ticketId: number): LockedRows {
  return { alone: `person ${JSON.stringify(personKey(person))}`, popular: `ticket ${ticketId}` }
}
