// As much of Redis as the counting of requests needs: the protocol, and INCR with an expiry, which is what its script does.

import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface StandInRedis {
  readonly url: string
  /** Counters by key, as they stand. */
  readonly counters: ReadonlyMap<string, number>
  /** Twice is once. */
  readonly close: () => Promise<void>
}

/** Understands RESP arrays of bulk strings, as clients send them. */
export async function startStandInRedis (): Promise<StandInRedis> {
  const counters = new Map<string, number>()
  const sockets = new Set<Socket>()

  function answer ([name = '', ...args]: readonly string[]): string {
    switch (name.toUpperCase()) {
      case 'EVALSHA': return '-NOSCRIPT No matching script\r\n'
      case 'EVAL': {
        const [, , key = '', windowMs = '0'] = args
        const count = (counters.get(key) ?? 0) + 1
        counters.set(key, count)
        return `*2\r\n:${count}\r\n:${windowMs}\r\n`
      }
      case 'INFO': return '$20\r\nredis_version:7.0.0\n\r\n'
      case 'HELLO': return '%1\r\n+server\r\n+redis\r\n'
      default: return '+OK\r\n'
    }
  }

  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    let pending = ''
    socket.on('data', chunk => {
      pending += chunk.toString()
      for (let command = takeCommand(pending); command !== undefined; command = takeCommand(pending)) {
        pending = command.rest
        socket.write(answer(command.words))
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counters,
    async close () {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    }
  }
}

function takeCommand (text: string): { readonly words: readonly string[], readonly rest: string } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text)
  if (head === null) return undefined
  let at = head[0].length
  const words: string[] = []
  for (let left = Number(head[1]); left > 0; left -= 1) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at))
    if (size === null) return undefined
    at += size[0].length
    const end = at + Number(size[1])
    if (text.length < end + 2) return undefined
    words.push(text.slice(at, end))
    at = end + 2
  }
  return { words, rest: text.slice(at) }
}
