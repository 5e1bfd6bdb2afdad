// A separate process that uses a ticket database: opens it, buys from it, buys until it is killed, or holds its lock.
// Arguments: mode, a path of SQLite or an address of PostgreSQL, and for `buy` the number of wishes and the total.
// Answers in lines of JSON.

import { once } from 'node:events'
import { openSqliteConnection } from '../../src/storage/sqlite/connection.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { StorageUnavailable } from '../../src/kernel/fault.ts'
import type { TicketStore } from '../../src/tickets/domain/ticket-store.ts'

const [mode, path = '', wishes = '0', maxTotalAmount = '0'] = process.argv.slice(2)
const person = { issuer: 'https://as.example', subject: '1004' }
const limits =
  [{ elementIndex: 0, currency: 'JPY', maxAmount: 10_000, total: { maxTotalAmount: Number(maxTotalAmount), budgetKey: 'shared' } }]

const url = path.startsWith('postgres://') ? path : `sqlite:${path}`

const say = (value: unknown): void => { process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`) }

async function buy (): Promise<void> {
  const store = await openTicketStore({ url, clock: systemClock })
  say('ready')
  await once(process.stdin, 'data')
  const counts = { reserved: 0, refused: 0, failed: 0 }
  for (let wish = 0; wish < Number(wishes); wish++) {
    try {
      const result = await store.reserve({ person, ticketId: 1, seats: 1, limits, at: systemClock.now() })
      counts[result.ok ? 'reserved' : 'refused']++
    } catch {
      counts.failed++
    }
  }
  await store.close()
  say(counts)
}

const AT_ONCE = 15

/** Several wishes at a time, more than the store has connections. */
async function buyAtOnce (): Promise<void> {
  const store = await openTicketStore({ url, clock: systemClock })
  say('ready')
  await once(process.stdin, 'data')
  const counts = { reserved: 0, refused: 0, failed: 0 }
  let left = Number(wishes)
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (left-- > 0) {
      await store.reserve({ person, ticketId: 1, seats: 1, limits, at: systemClock.now() })
        .then(result => { counts[result.ok ? 'reserved' : 'refused']++ }, () => { counts.failed++ })
    }
  }))
  await store.close()
  say(counts)
}

/** Says what it has reserved and cancelled only after the store confirmed it. A database that goes away ends it, without a word. */
async function buyUntilKilled (): Promise<void> {
  const store = await openTicketStore({ url, clock: systemClock })
  try {
    await buyAndCancel(store)
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error
    process.exitCode = 1
    await store.close()
  }
}

async function buyAndCancel (store: TicketStore): Promise<void> {
  for (let wish = 0; wish < Number(wishes); wish++) {
    const result = await store.reserve({ person, ticketId: 1, seats: 1 + wish % 3, limits, at: systemClock.now() })
    if (!result.ok) throw new Error(result.error.kind)
    const { id } = result.value.reservation
    say({ reserved: id })
    if (wish % 4 === 3) {
      await store.cancel({ person, reservationId: id, at: systemClock.now() })
      say({ cancelled: id })
    }
  }
}

async function hold (): Promise<void> {
  const connection = openSqliteConnection({ path })
  connection.execute('BEGIN IMMEDIATE')
  connection.execute('UPDATE tickets SET available_seats = 7')
  say('locked')
  await once(process.stdin, 'data')
  connection.execute('ROLLBACK')
  connection.close()
  say({})
}

async function open (): Promise<void> {
  const store = await openTicketStore({ url, clock: systemClock })
  say({ tickets: (await store.listTickets(100)).length })
  await store.close()
}

switch (mode) {
  case 'buy': await buy(); break
  case 'buy-at-once': await buyAtOnce(); break
  case 'buy-until-killed': await buyUntilKilled(); break
  case 'hold': await hold(); break
  case 'open': await open(); break
  case undefined:
  default: throw new Error(`unknown mode ${mode}`)
}
process.stdin.destroy()
