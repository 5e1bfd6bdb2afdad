// The exercises as a viewer of a console: one that sends nonsense, one that was started again, and requests that are told twice.

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { followConsole } from '../../src/exercises/console-feed.ts'
import type { SeenCall } from '../../src/exercises/seen-call.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'

const ended = { rev: 1, at: new Date(1_000).toISOString(), state: 'ended', granted: true, reason: 'permitted', steps: [], checks: [] }
const shown = (number: number, id: string, more: object = {}) =>
  `event: request\ndata: ${JSON.stringify({ number, request: { id, ...ended, ...more } })}\n\n`
const hello = (restarted: boolean) => `event: hello\ndata: {"restarted":${restarted}}\n\n`

t.test('a console — nonsense ends the connection alone, a request counts once, and one of another life counts again', async t => {
  covers('exercises.ticked-by-decisions')
  const scripts = [
    'event: request\ndata: {"number":\n\n',
    'event: request\ndata: {"number":1,"request":{"state":"ended","granted":true,"reason":"x"}}\n\n',
    `${hello(false)}id: life-1\n${shown(1, '0-1')}${shown(1, '0-1')}${shown(2, '0-2', { state: 'running' })}event: drops\ndata: {"count":3}\n\n`,
    `${hello(true)}${shown(1, '0-1', { told: { scopes: ['a'], details: [], expiresAt: 9 } })}`
  ]
  const lastIds: unknown[] = []
  const open: ServerResponse[] = []
  const server = createServer((request, response) => {
    lastIds.push(request.headers['last-event-id'])
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(scripts.shift() ?? '')
    open.push(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const seen: SeenCall[] = []
  let missed = 0
  const connections: boolean[] = []
  const feed = followConsole({
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    home: true,
    see: call => { seen.push(call) },
    missed: count => { missed += count },
    connected: connected => { connections.push(connected) }
  })
  t.teardown(() => {
    feed.close()
    server.close()
    server.closeAllConnections()
  })
  await eventually('the third connection is read', () => missed === 3)
  t.equal(seen.length, 1)
  open.at(-1)?.end()
  await eventually('the fourth connection is read', () => seen.length === 2)
  t.match(seen, [{ number: 1, scopes: [] }, { number: 1, scopes: ['a'], expiresAt: 9_000 }])
  t.strictSame(lastIds, [undefined, undefined, undefined, 'life-1'])
  t.ok(connections.includes(false))
})
