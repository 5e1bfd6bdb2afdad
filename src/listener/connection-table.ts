// The table of a listener's open connections, which decides who has to leave when there is no room: of the network with the most
// connections, the one that has waited longest for its client. So one client cannot shut out the others by holding every connection.

import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { networkOf } from './network.ts'

/** An honest client waits for its answer before it sends the next request; RFC 9112 section 9.3.2 lets a server close the connection. */
const MOST_UNANSWERED = 8

export interface ConnectionLimits {
  readonly maxConnections: number
  /** Of one network; 0: no limit but the one for all. */
  readonly connectionsPerAddress: number
}

/**
 * - `displaced`: closed to make room for another one
 * - `refused`: closed when it arrived, because every other one had a request in work, or the process no free descriptor
 * - `unanswered`: closed because it sent too many requests without waiting for their answers
 */
export type ClosedFor = 'displaced' | 'refused' | 'unanswered'

export interface ConnectionTableOptions {
  /** Read at each new connection. */
  readonly limits: () => ConnectionLimits
  /** Must not throw. */
  readonly closed: (why: ClosedFor, table: ConnectionTable) => void
}

export interface ConnectionTable {
  /** @returns `undefined` when there is no room: the socket is destroyed */
  readonly add: (socket: Socket) => Connection | undefined
  /** @returns whether the request is answered; if not, the connection is destroyed */
  readonly begin: (connection: Connection, response: ServerResponse) => boolean
  /** Closes those without a request, those on which none ever arrived included: Node keeps these for `headersTimeout`. */
  readonly closeIdle: () => void
  /** A connection could not be accepted: counted as refused. */
  readonly notAccepted: () => void
  readonly open: () => number
  /** The number of connections of the network that has the most. */
  readonly mostOfOne: () => number
}

export interface Connection {
  readonly socket: Socket
  readonly network: string
  /** The answers that are not sent yet. */
  readonly unanswered: Set<ServerResponse>
}

export function createConnectionTable ({ limits, closed }: ConnectionTableOptions): ConnectionTable {
  /** The connections of each network, the one that was used last at the end. */
  const networks = new Map<string, Set<Connection>>()
  let open = 0

  const table: ConnectionTable = {
    add (socket) {
      const network = networkOf(socket.remoteAddress)
      if (!makeRoom(network)) {
        socket.destroy()
        closed('refused', table)
        return undefined
      }
      const connection = { socket, network, unanswered: new Set<ServerResponse>() }
      const members = networks.get(network) ?? new Set()
      networks.set(network, members.add(connection))
      open += 1
      socket.once('close', () => { remove(connection) })
      return connection
    },
    begin (connection, response) {
      const { socket, unanswered } = connection
      if (socket.destroyed) return false
      if (unanswered.size >= MOST_UNANSWERED) {
        stopParser(response.req.socket)
        socket.destroy()
        closed('unanswered', table)
        return false
      }
      unanswered.add(response)
      markUsed(connection)
      response.once('close', () => {
        unanswered.delete(response)
        markUsed(connection)
      })
      return true
    },
    closeIdle () {
      for (const members of networks.values()) for (const { socket, unanswered } of members) if (unanswered.size === 0) socket.destroy()
    },
    notAccepted: () => { closed('refused', table) },
    open: () => open,
    mostOfOne: () => largestBeside('')[0]
  }

  function makeRoom (network: string): boolean {
    const { maxConnections, connectionsPerAddress } = limits()
    const own = networks.get(network)
    if (own !== undefined && connectionsPerAddress > 0 && own.size >= connectionsPerAddress) return displaceOneOf(own)
    if (open < maxConnections) return true
    const [most, largest] = largestBeside(network)
    return displaceOneOf(own !== undefined && own.size >= most ? own : largest)
  }

  function displaceOneOf (members: Iterable<Connection> = []): boolean {
    for (const connection of members) {
      if (isInWork(connection)) continue
      remove(connection)
      connection.socket.destroy()
      closed('displaced', table)
      return true
    }
    return false
  }

  function largestBeside (network: string): readonly [most: number, largest: Set<Connection> | undefined] {
    let largest: Set<Connection> | undefined
    for (const [name, members] of networks) if (name !== network && members.size > (largest?.size ?? 0)) largest = members
    return [largest?.size ?? 0, largest]
  }

  function markUsed (connection: Connection): void {
    const members = networks.get(connection.network)
    if (members?.delete(connection) === true) members.add(connection)
  }

  function remove (connection: Connection): void {
    const members = networks.get(connection.network)
    if (members?.delete(connection) !== true) return
    open -= 1
    if (members.size === 0) networks.delete(connection.network)
  }

  return table
}

/** Not while the client is the one who is waited for: to send the rest of a request, or to read an answer. */
export function isInWork ({ unanswered }: Connection): boolean {
  for (const response of unanswered) if (response.req.complete && !response.writableEnded) return true
  return false
}

/**
 * The parser would deliver the rest of the chunk although the socket is destroyed: 1,700 requests in 59 kB, 2.5 MB of objects. Where the
 * callback answers with an error it stops. Not documented by Node.js; where it has no effect, that garbage is made and collected.
 * @see https://github.com/nodejs/node/blob/v20.19.0/lib/_http_common.js
 */
function stopParser (socket: Socket & { parser?: { onIncoming?: () => number } | null }): void {
  if (socket.parser !== undefined && socket.parser !== null) socket.parser.onIncoming = () => -1
}
