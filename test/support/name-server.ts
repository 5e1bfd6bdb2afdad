// A name server on loopback that knows the IPv4 addresses of one name and nothing else (RFC 1035, section 4.1), as that of Docker knows the
// containers of one service.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Test } from 'tap'

const HEADER_BYTES = 12
const TYPE_A = 1

/** @returns the port */
export async function startNameServer (t: Test, addresses: readonly string[]): Promise<number> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => { socket.send(answerTo(query, addresses), port, address) })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => new Promise<void>(resolve => { socket.close(resolve) }))
  return socket.address().port
}

function answerTo (query: Buffer, addresses: readonly string[]): Buffer {
  let end = HEADER_BYTES
  while ((query[end] ?? 0) !== 0) end += (query[end] ?? 0) + 1
  const question = query.subarray(HEADER_BYTES, end + 5)
  const found = query.readUInt16BE(end + 1) === TYPE_A ? addresses : []
  const header = Buffer.alloc(HEADER_BYTES)
  query.copy(header, 0, 0, 2)
  // An answer, with recursion, without an error; one question.
  header.writeUInt16BE(0x8180, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(found.length, 6)
  const records = found.map(address => Buffer.from([
    0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)
  ]))
  return Buffer.concat([header, question, ...records])
}
