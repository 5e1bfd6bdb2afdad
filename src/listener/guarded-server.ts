// Puts a server of Node.js under a connection table: the limits hold from the first byte, for every address and before any token is
// read. Node's own `maxConnections` refuses the new connection and keeps those that do nothing; in a worker of node:cluster it returns
// the connection to the primary, and while all workers are full the connection circulates between them.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { isInWork, type Connection, type ConnectionTable } from './connection-table.ts'

/**
 * A quiet connection is looked at after this time. A client that does not read its answer is noticed at the second look, because the
 * first one finds a write in progress: https://nodejs.org/api/net.html#socketsettimeouttimeout-callback
 */
export const QUIET_MS = 60_000

/** @param handler answers requests; the server must have no other listener that does */
export function guardServer (
  server: Server, table: ConnectionTable, handler: (request: IncomingMessage, response: ServerResponse) => void
): void {
  const connections = new WeakMap<Socket, Connection>()
  /** With TLS, requests come on a socket that is not the one which was accepted; both have the same remote address and port. */
  const byPeer = server instanceof TlsServer ? new Map<string, Connection>() : undefined

  server.on('connection', (socket: Socket) => {
    const connection = table.add(socket)
    if (connection === undefined) return
    connections.set(socket, connection)
    if (byPeer === undefined) return
    const peer = peerOf(socket)
    byPeer.set(peer, connection)
    socket.once('close', () => { if (byPeer.get(peer) === connection) byPeer.delete(peer) })
  })
  if (byPeer !== undefined) {
    server.on('secureConnection', (socket: Socket) => {
      const connection = byPeer.get(peerOf(socket))
      if (connection !== undefined) connections.set(socket, connection)
    })
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket)
    if (connection === undefined) request.socket.destroy()
    else if (table.begin(connection, response)) handler(request, response)
  })

  // Without a free descriptor a connection cannot be accepted; that is no reason to end the process.
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.syscall === 'accept') table.notAccepted()
    else if (server.listenerCount('error') === 1) throw error
  })

  server.timeout = QUIET_MS
  server.on('timeout', (socket: Socket) => {
    const connection = connections.get(socket)
    // A tool may work longer without a byte on the connection; limits.toolTimeoutMs ends it.
    if (connection !== undefined && isInWork(connection)) socket.setTimeout(server.timeout)
    else socket.destroy()
  })
}

function peerOf ({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
