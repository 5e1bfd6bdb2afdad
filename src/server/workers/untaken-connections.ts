// Connections that the first process has handed to a worker (node:cluster) and that the worker has not taken yet. Node.js forgets them when
// the worker ends first: they stay open, and their clients wait without end. They are closed here, as the kernel closes those that it took.

import type { Worker } from 'node:cluster'

/** What the two ends of node:cluster say to each other about a connection; not documented, so nothing of it is relied on. */
interface ClusterMessage {
  readonly cmd?: unknown
  readonly act?: unknown
  readonly seq?: unknown
  readonly ack?: unknown
}

interface Connection { readonly close: () => void }

/**
 * Closes, when this worker has ended, what it was handed and did not take. No other worker gets it: the one that ended may have read from
 * it. Where Node.js hands connections over in another way, nothing is noted, and nothing is closed.
 *
 * Node.js does not emit `disconnect` either when a worker ends with a connection on its way; it is emitted here, since the replacement of
 * the worker waits for it.
 *
 * @param worker as `cluster.fork` has just started it
 * @see https://nodejs.org/docs/latest-v20.x/api/cluster.html#how-it-works
 */
export function closeUntakenConnections (worker: Worker['process']): void {
  const untaken = new Map<unknown, Connection>()
  const { send, disconnect } = worker as { readonly send: unknown, readonly disconnect: unknown }
  if (typeof send !== 'function' || typeof disconnect !== 'function') return
  let ended = false

  Object.assign(worker, {
    send (...given: readonly unknown[]): unknown {
      const [message, handle] = given
      if (isHandedOver(message) && isConnection(handle)) untaken.set(message.seq, handle)
      return Reflect.apply(send, worker, given)
    },
    // Node.js calls it at the end of the channel.
    disconnect (): unknown {
      const result: unknown = Reflect.apply(disconnect, worker, [])
      process.nextTick(() => { if (!ended && worker.channel === null) worker.emit('disconnect') })
      return result
    }
  })
  worker.on('internalMessage', ({ cmd, ack }: ClusterMessage) => { if (cmd === 'NODE_CLUSTER') untaken.delete(ack) })

  function closeAll (): void {
    ended = true
    for (const connection of untaken.values()) connection.close()
    untaken.clear()
  }
  worker.once('disconnect', closeAll)
  // What it said last was read, or is still in the channel.
  worker.once('exit', () => { if (!worker.connected) closeAll() })
}

function isHandedOver (message: unknown): message is ClusterMessage {
  if (typeof message !== 'object' || message === null) return false
  const { cmd, act } = message as ClusterMessage
  return cmd === 'NODE_CLUSTER' && act === 'newconn'
}

function isConnection (handle: unknown): handle is Connection {
  return typeof handle === 'object' && handle !== null && typeof (handle as Partial<Connection>).close === 'function'
}
