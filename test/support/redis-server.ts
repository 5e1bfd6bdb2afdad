// As much of Redis as the counting of requests needs: the protocol, and INCR with an expiry, which is what its script does.

import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface StandInRedis {
  readonly url: string
  /** Counters by key, as they stand. */
  readonly counters: ReadonlyMap<string, number>
  /** How often a request was to be counted. */
  readonly asked: () => number
  /** Twice is once. */
  readonly close: () => Promise<void>
}

export interface StandInRedisOptions {
  /** As `INFO` says it. */
  readonly mode?: 'standalone' | 'cluster' | 'sentinel'
  /** What the counting of a request is answered with in place of a count, such as `READONLY You can't write against a replica.` */
  readonly refusal?: string
  /** What `AUTH` is answered with. */
  readonly authentication?: string
  /** Takes commands and answers none. */
  readonly hangs?: boolean
}

/** Understands RESP arrays of bulk strings, as clients send them. */
export async function startStandInRedis (options: StandInRedisOptions = {}): Promise<StandInRedis> {
  const { mode = 'standalone', refusal, authentication, hangs = false } = options
  let asked = 0
  const counters = new Map<string, number>()
  const sockets = new Set<Socket>()

  function answer ([name = '', ...args]: readonly string[]): string {
    switch (name.toUpperCase()) {
      case 'AUTH': return authentication === undefined ? '+OK\r\n' : `-${authentication}\r\n`
      case 'EVALSHA': return '-NOSCRIPT No matching script\r\n'
      case 'EVAL': {
        asked += 1
        if (refusal !== undefined) return `-${refusal}\r\n`
        const [, , key = '', windowMs = '0'] = args
        const count = (counters.get(key) ?? 0) + 1
        counters.set(key, count)
        return `*2\r\n:${count}\r\n:${windowMs}\r\n`
      }
      case 'INFO': {
        const text = `redis_version:7.0.0\r\nredis_mode:${mode}\r\n`
        return `$${text.length}\r\n${text}\r\n`
      }
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
        const isCount = /^EVAL/i.test(command.words[0] ?? '')
        if (hangs && isCount) asked += 1
        else socket.write(answer(command.words))
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counters,
    asked: () => asked,
    async close () {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    }
  }
}

export function takeCommand (text: string): { readonly words: readonly string[], readonly rest: string } | undefined {
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
