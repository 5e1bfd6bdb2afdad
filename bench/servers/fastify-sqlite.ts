// What does a prepared read of the tickets cost alone? The bare route around one statement, without a protocol.
// Argument: the database file, which the gateway has filled.

import Fastify from 'fastify'
import Database from 'libsql'
import { tellParent } from '../measured-process.ts'
import { portOf } from './listening.ts'

interface Body { readonly id: number }

const read = new Database(process.argv[2] ?? '').prepare(`
  SELECT id, title, description, price, currency, available_seats, total_seats, event_date, created_at
  FROM tickets ORDER BY event_date, id LIMIT ?`).raw()

type Row = readonly [number, string, string, number, string, number, number, string, string]

const app = Fastify()
app.post<{ Body: Body }>('/mcp', (request, reply) => {
  const rows = read.all([10]) as Row[]
  const tickets = rows.map(([id, title, description, price, currency, availableSeats, totalSeats, eventDate, createdAt]) => ({
    id,
    title,
    description,
    price,
    currency,
    available_seats: availableSeats,
    total_seats: totalSeats,
    event_date: eventDate,
    created_at: createdAt
  }))
  reply.send({
    jsonrpc: '2.0',
    id: request.body.id,
    result: { content: [{ type: 'text', text: `${tickets.length} tickets` }], structuredContent: { tickets } }
  })
})
tellParent(await portOf(app))
