// What does a process leave behind that is killed in the middle of a thousand reservations?

import { join } from 'node:path'
import t from 'tap'
import { createSqliteStore, openSqliteDatabase } from '../../src/tickets/storage/sqlite/store.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { auditTickets } from '../support/ticket-audit.ts'
import { startTicketProcess } from '../support/ticket-processes.ts'

const clock = createManualClock()
const person = { issuer: 'https://as.example', subject: '1004' }

t.test('kill -9 — every transaction is whole, and no receipt is lost', async t => {
  covers('tickets.crash-leaves-whole-transactions')
  const path = join(t.testdir(), 'tickets.db')
  const open = () => openSqliteDatabase({ path, clock, locale: 'ja' })
  const setUp = await open()
  setUp.execute('UPDATE tickets SET price = 10, total_seats = 20000, available_seats = 20000 WHERE id = 1')
  setUp.close()

  const reserved = new Set<number>()
  const cancelled = new Set<number>()
  for (const lines of [1, 60, 173, 311, 508, 702]) {
    const child = startTicketProcess(t, 'buy-until-killed', path, '1000', '1000000')
    child.killAfter(lines)
    const confirmed = await child.lines()
    t.ok(confirmed.length >= lines && confirmed.length < 1_250, `killed in the middle, after ${confirmed.length} receipts`)
    for (const line of confirmed) {
      const receipt = JSON.parse(line) as { reserved?: number, cancelled?: number }
      if (receipt.reserved !== undefined) reserved.add(receipt.reserved)
      if (receipt.cancelled !== undefined) cancelled.add(receipt.cancelled)
    }

    const connection = await open()
    t.strictSame(auditTickets(connection), [], 'the books agree')
    const statuses = new Map(connection.prepare('SELECT id, status FROM reservations').all().map(([id, status]) => [id, status]))
    t.strictSame([...reserved].filter(id => !statuses.has(id)), [], 'every confirmed reservation is there')
    t.strictSame([...cancelled].filter(id => statuses.get(id) !== 'cancelled'), [], 'every confirmed cancellation is there')
    t.ok(statuses.size - reserved.size <= 6, 'and at most the one in flight of each killed process beside them')
    const next = await createSqliteStore(connection).reserve({ person, ticketId: 1, seats: 1, limits: 'unrestricted', at: clock.now() })
    t.ok(next.ok, 'the next reservation works')
    if (next.ok) reserved.add(next.value.reservation.id)
    connection.close()
  }
})
