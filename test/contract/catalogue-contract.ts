// The catalogue of every ticket store: lists, and searches that agree with looking at every title.

import { strict as assert } from 'node:assert'
import type { Test } from 'tap'
import fc from 'fast-check'
import type { TicketStore } from '../../src/tickets/domain/ticket-store.ts'
import { collected } from '../support/collected.ts'
import { AT, type OpenStore } from './store-under-test.ts'

export async function catalogue (t: Test, open: OpenStore): Promise<void> {
  t.test('a new store holds three events in the days to come, in order of their dates', async t => {
    const { store } = await open(t)
    const tickets = await store.listTickets(10)
    const rows = tickets.map(({ id, title, price, currency, availableSeats, totalSeats }) =>
      [id, title, price, currency, availableSeats, totalSeats])
    t.strictSame(rows, [
      [1, 'Authlete勉強会', 5_000, 'JPY', 50, 50],
      [2, 'Node.js ワークショップ', 8_000, 'JPY', 30, 30],
      [3, 'セキュリティ入門セミナー', 3_000, 'JPY', 100, 100]
    ])
    for (const ticket of tickets) {
      t.ok(Date.parse(ticket.eventDate) > Date.parse(ticket.createdAt), `${ticket.title} lies ahead`)
      t.match(ticket.eventDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    }
    t.strictSame(await store.listTickets(2), tickets.slice(0, 2))
    t.strictSame(await store.findTicket(2), tickets[1])
    t.equal(await store.findTicket(4), undefined)
  })

  t.test('a search finds any part of a title, whatever its length, script or case', async t => {
    const { store, addTicket } = await open(t)
    const found = async (title: string): Promise<number[]> => (await store.searchTickets({ title })).map(ticket => ticket.id)
    const odd = await addTicket({ title: '100% "é" _Ünder_ 🫠日' })
    const each = collected(t)
    for (const [part, ids] of [
      ['authlete', [1]], ['AUTHLETE勉強会', [1]], ['勉', [1]], ['勉強', [1]], ['強会', [1]], ['会', [1]],
      ['node.JS ワ', [2]], ['.', [2]], ['JS', [2]], ['ップ', [2]], ['セミナー', [3]], ['ー', [2, 3]], ['', [1, 2, 3, odd]],
      ['%', [odd]], ['0%', [odd]], ['_', [odd]], ['"', [odd]], ['"É"', [odd]], ['ünder', [odd]], ['🫠', [odd]], ['🫠日', [odd]],
      ['*', []], ['1%', []], ['勉会', []], ['hlete 勉', []], ['OR', []], ['a OR 勉', []], ['\x1f', []], ['Aut\x1futh', []], ["'", []]
    ] as const) each.strictSame(await found(part), ids, JSON.stringify(part))
    each.end()
  })

  t.test('a search agrees with looking at every title', async t => {
    const { store, addTicket } = await open(t)
    const letters = fc.constantFrom('a', 'b', 'B', 'é', 'É', '勉', '強', ' ', '"', '*', '-', '🫠')
    const titles: string[] = []
    for (const { id, title } of await store.listTickets(10)) titles[id] = title
    await fc.assert(fc.asyncProperty(
      fc.string({ unit: letters, minLength: 1, maxLength: 6 }), fc.string({ unit: letters, minLength: 1, maxLength: 4 }),
      async (title, part) => {
        const id = await addTicket({ title })
        titles[id] = title
        const expected = Object.entries(titles).filter(([, text]) => text.toLowerCase().includes(part.toLowerCase()))
          .map(([id]) => Number(id))
        const found = (await store.searchTickets({ title: part })).map(ticket => ticket.id).sort((left, right) => left - right)
        assert.deepEqual(found, expected, JSON.stringify({ title, part }))
      }), { numRuns: 60 })
  })

  t.test('a search combines title, price and free seats', async t => {
    const { store } = await open(t)
    const found = async (search: Parameters<TicketStore['searchTickets']>[0]): Promise<number[]> =>
      (await store.searchTickets(search)).map(ticket => ticket.id)
    t.strictSame(await found({}), [1, 2, 3])
    t.strictSame(await found({ maxPrice: 5_000 }), [1, 3])
    t.strictSame(await found({ maxPrice: 4_999 }), [3])
    t.strictSame(await found({ minAvailableSeats: 50 }), [1, 3])
    t.strictSame(await found({ maxPrice: 5_000, minAvailableSeats: 51 }), [3])
    t.strictSame(await found({ title: 'ー', maxPrice: 5_000 }), [3])
    t.strictSame(await found({ title: 'ー', maxPrice: 8_000, minAvailableSeats: 31 }), [3])
    t.strictSame(await found({ maxPrice: 0 }), [])
  })

  t.test('a search among many finds what looking at every ticket finds', async t => {
    const { store, addTicket } = await open(t)
    const words = ['Workshop', 'WORKSHOP for beginners', '勉強会', 'évening of ', 'aaaaaaaaaaaaaaaaaaaa', ' ']
    for (let number = 0; number < 400; number++) {
      // what is cheap is sold out, and all have the same few prices
      const price = number % 4 * 1_000
      await addTicket({
        title: `${words[number % 6]}${words[number % 5]} ${number % 40}`,
        eventDate: new Date(AT + number * 7 % 400 * 3_600_000).toISOString(),
        price,
        seats: price < 2_000 ? 0 : number % 13
      })
    }
    const tickets = await store.listTickets(1_000)
    t.equal(tickets.length, 403)
    const part = fc.oneof(
      fc.constantFrom('', 'work', 'é', ' 1', 'aa', '勉強会 3', 'no title has it', 'SHOP for beginnersWorkshop 2',
        'workshop for beginnersévening of  21', 'a'.repeat(40), 'a'.repeat(41)),
      fc.tuple(fc.constantFrom(...tickets), fc.nat(20), fc.nat(30))
        .map(([{ title }, start, length]) => Array.from(title).slice(start, start + length).join('')))
    await fc.assert(fc.asyncProperty(
      fc.record({ title: part, maxPrice: fc.nat(4_000), minAvailableSeats: fc.nat(13) }, { requiredKeys: [] }),
      async search => {
        const { title = '', maxPrice = Infinity, minAvailableSeats = 0 } = search
        const expected = tickets.filter(ticket => ticket.title.toLowerCase().includes(title.toLowerCase()) && ticket.price <= maxPrice &&
          ticket.availableSeats >= minAvailableSeats)
        const found = await store.searchTickets(search)
        const ids = new Set(expected.map(({ id }) => id))
        assert.equal(found.length, Math.min(expected.length, 100), JSON.stringify(search))
        assert.deepEqual(found, tickets.filter(({ id }) => ids.has(id) && found.some(ticket => ticket.id === id)), 'fitting ones, in order')
      }), { numRuns: 300 })
  })

  t.test('a search answers with a hundred tickets at most, in order of their dates', async t => {
    const { store, addTicket } = await open(t)
    for (let day = 120; day > 0; day--) {
      await addTicket({ title: `many ${day}`, eventDate: new Date(AT + day * 86_400_000).toISOString(), price: 1_000 })
    }
    for (const search of [{ title: 'many' }, { maxPrice: 1_000 }, { minAvailableSeats: 1 }, {}]) {
      const dates = (await store.searchTickets(search)).map(ticket => ticket.eventDate)
      t.equal(dates.length, 100)
      t.strictSame(dates, dates.toSorted())
    }
  })
}
