// Who has to leave when there is no room for another connection? Sockets are stand-ins here; real ones are in test/http.

import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import t from 'tap'
import { createConnectionTable, type ClosedFor, type ConnectionLimits } from '../../src/listener/connection-table.ts'
import { diagnoseConnections } from '../../src/doctor/machine-diagnosis.ts'
import { networkOf } from '../../src/listener/network.ts'
import { readOpenFilesLimit, roomForConnections } from '../../src/listener/open-files.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'

class FakeSocket extends EventEmitter {
  destroyed = false
  readonly remoteAddress: string
  constructor (remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }

  destroy (): void {
    this.destroyed = true
    this.emit('close')
  }
}

class FakeResponse extends EventEmitter {
  writableEnded = false
  readonly req: { readonly complete: boolean, readonly socket: FakeSocket }
  constructor (complete: boolean, socket: FakeSocket) {
    super()
    this.req = { complete, socket }
  }
}

function setUp (limits: Partial<ConnectionLimits>) {
  const closed: ClosedFor[] = []
  const table = createConnectionTable({
    limits: () => ({ maxConnections: 100, connectionsPerAddress: 0, ...limits }),
    closed: why => { closed.push(why) }
  })
  return {
    table,
    closed,
    connect: (address: string) => {
      const socket = new FakeSocket(address)
      const connection = table.add(socket as unknown as Socket)
      return {
        socket,
        request: (complete = true) => {
          const response = new FakeResponse(complete, socket)
          const begun = connection !== undefined && table.begin(connection, response as unknown as ServerResponse)
          return { response, begun }
        }
      }
    }
  }
}

t.test('connections — when there is no room, the address with the most loses the one that has waited longest', async t => {
  covers('limits.connection-shares')
  const { table, closed, connect } = setUp({ maxConnections: 5 })
  const [first, second, third] = [connect('10.0.0.1'), connect('10.0.0.1'), connect('10.0.0.1')]
  const [one, other] = [connect('10.0.0.2'), connect('10.0.0.3')]
  first.request().response.emit('close')
  const next = connect('10.0.0.2')
  t.strictSame([first, second, third, one, other, next].map(({ socket }) => socket.destroyed), [false, true, false, false, false, false],
    'not the first, which was used since')
  t.strictSame([closed, table.open()], [['displaced'], 5])
  connect('10.0.0.1')
  t.equal(third.socket.destroyed, true, 'a new one of the address that has the most takes a place of its own')
  t.equal(table.mostOfOne(), 2)
})

t.test('connections — one that is at work is never closed for another; one whose client is waited for is', async t => {
  covers('limits.connection-shares')
  const { closed, connect } = setUp({ maxConnections: 2 })
  const [busy, slow] = [connect('10.0.0.1'), connect('10.0.0.1')]
  busy.request()
  slow.request(false)
  const next = connect('10.0.0.2')
  t.strictSame([busy, slow, next].map(({ socket }) => socket.destroyed), [false, true, false], 'a body that does not come is no work')
  next.request()
  const refused = connect('10.0.0.3')
  t.strictSame([busy, next, refused].map(({ socket }) => socket.destroyed), [false, false, true])
  t.strictSame(closed, ['displaced', 'refused'])
})

t.test('connections — an answer that the client does not read is no work', async t => {
  covers('limits.connection-shares')
  const { connect } = setUp({ maxConnections: 1 })
  const unread = connect('10.0.0.1')
  unread.request().response.writableEnded = true
  connect('10.0.0.2')
  t.equal(unread.socket.destroyed, true)
})

t.test('connections — of one address no more than its share, also when there is room', async t => {
  covers('limits.connection-shares')
  const { table, connect } = setUp({ connectionsPerAddress: 2 })
  const [first, second, third] = [connect('10.0.0.1'), connect('10.0.0.1'), connect('::ffff:10.0.0.1')]
  t.strictSame([first, second, third].map(({ socket }) => socket.destroyed), [true, false, false])
  const others = [connect('2001:db8:1::1'), connect('2001:db8:1::2'), connect('2001:db8:1:0:ffff::3'), connect('2001:db8:1:1::1')]
  t.strictSame(others.map(({ socket }) => socket.destroyed), [true, false, false, false], 'one network of IPv6 is one address')
  t.equal(table.open(), 5)
})

t.test('requests — more than a few without an answer close the connection, answered ones do not count', async t => {
  covers('limits.unanswered-requests')
  const { closed, connect } = setUp({})
  const { socket, request } = connect('10.0.0.1')
  for (let count = 0; count < 100; count += 1) request().response.emit('close')
  for (let count = 0; count < 8; count += 1) request()
  t.equal(socket.destroyed, false)
  t.equal(request().begun, false)
  t.equal(socket.destroyed, true)
  t.equal(request().begun, false, 'what the parser still delivers is dropped')
  t.strictSame(closed, ['unanswered'])
})

t.test('network — one for each IPv4 address, and for the first 64 bits of IPv6', async t => {
  covers('limits.connection-shares')
  const each = collected(t)
  for (const [address, network] of [
    ['192.0.2.1', '192.0.2.1'], ['::ffff:192.0.2.1', '192.0.2.1'], ['::FFFF:192.0.2.1', '192.0.2.1'], ['::1', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'], ['2001:0db8:0:0:1:2:3:4', '2001:db8:0:0::/64'], ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'], ['2001:db8:1:2:3:4:5::', '2001:db8:1:2::/64'], [undefined, 'unknown']
  ] as const) each.equal(networkOf(address), network, address ?? 'closed already')
  each.end()
})

t.test('open files — some stay free, and a system that does not say is told so', async t => {
  covers('limits.open-files')
  t.strictSame([200, 1024, 20_000, Infinity].map(roomForConnections), [100, 896, 19_872, Infinity])
  t.equal(readOpenFilesLimit('/nowhere/limits'), undefined)
})

t.test('open files — doctor compares them with the configured limit', async t => {
  covers('limits.open-files')
  t.match(diagnoseConnections(undefined, 10_000), { check: 'connections', state: 'unknown', found: /not known on this system/ })
  t.match(diagnoseConnections(19_872, 10_000), { state: 'good' })
  t.match(diagnoseConnections(896, 10_000), { state: 'warning', found: /may keep 896/, remedy: /LimitNOFILE/ })
})
