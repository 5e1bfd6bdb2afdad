// What does a reservation cost alone? The bare route with one undici request and one transaction of the same four
// statements before each answer. Arguments: the origin of the authorization server, the database file.

import Fastify from 'fastify'
import Database from 'libsql'
import { Pool } from 'undici'
import { tellParent } from '../measured-process.ts'
import { isActive } from './introspection.ts'
import { portOf } from './listening.ts'

interface Body { readonly id: number, readonly params: { readonly arguments: { readonly ticket_id: number, readonly seats: number } } }

const [authorizationServer = '', file = ''] = process.argv.slice(2)
const pool = new Pool(authorizationServer, { connections: 64 })
const database = new Database(file, { timeout: 5000 })
database.exec('PRAGMA synchronous = FULL')
database.exec("INSERT INTO people (issuer, subject) VALUES ('reference', '1004') ON CONFLICT DO NOTHING")
const person = database.prepare("SELECT id FROM people WHERE issuer = 'reference' AND subject = '1004'").raw()
const price = database.prepare('SELECT price, available_seats FROM tickets WHERE id = ?').raw()
const take = database.prepare('UPDATE tickets SET available_seats = available_seats - ? WHERE id = ?')
const add = database.prepare(`
  INSERT INTO reservations (person_id, ticket_id, seats, amount, currency, status, reserved_at)
  VALUES (?, ?, ?, ?, 'JPY', 'active', ?)`)

const reservation = database.transaction((ticketId: number, seats: number): number => {
  const [personId] = person.get([]) as [number]
  const [amount, available] = price.get([ticketId]) as [number, number]
  if (available < seats) throw new Error('not enough seats')
  take.run([seats, ticketId])
  add.run([personId, ticketId, seats, amount * seats, new Date().toISOString()])
  return amount * seats
})

const app = Fastify()
app.post<{ Body: Body }>('/mcp', async (request, reply) => {
  if (!await isActive(pool, request.headers.authorization)) return reply.code(401).send()
  const { ticket_id: ticketId, seats } = request.body.params.arguments
  const reserved = { seats_reserved: seats, amount: reservation.immediate(ticketId, seats) }
  return reply.send({
    jsonrpc: '2.0',
    id: request.body.id,
    result: { content: [{ type: 'text', text: 'reserved' }], structuredContent: { reservation: reserved } }
  })
})
tellParent(await portOf(app))
