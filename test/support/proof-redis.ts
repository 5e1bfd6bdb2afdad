// As much of Redis as the memory of used proofs needs: sorted sets inside a transaction, on a socket, and the ways in which it fails.
// A real server takes its place where one is installed.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { freePorts } from './processes.ts'
import { takeCommand } from './redis-server.ts'

export interface ProofRedis {
  readonly url: string
  /** What is stored, as text. */
  readonly dump: () => string
  /** `silent`: commands get no answer; `full`: nothing can be stored; `good`: as it should be. */
  state: 'good' | 'silent' | 'full'
  /** Twice is once. */
  readonly close: () => Promise<void>
}

type Reply = number | string | readonly string[]

export async function startProofRedis (): Promise<ProofRedis> {
  const sets = new Map<string, Map<string, number>>()
  const sockets = new Set<Socket>()

  function answer ([name = '', key = '', ...args]: readonly string[]): Reply {
    const set = sets.get(key) ?? new Map<string, number>()
    switch (name.toUpperCase()) {
      case 'ZREMRANGEBYSCORE': {
        const below = Number(args[1]?.replace('(', ''))
        const gone = [...set].filter(([, score]) => score < below)
        for (const [member] of gone) set.delete(member)
        return gone.length
      }
      case 'ZADD': {
        const [, score = '', member = ''] = args
        if (set.has(member)) return 0
        sets.set(key, set.set(member, Number(score)))
        return 1
      }
      case 'ZCARD': return set.size
      case 'ZRANGE': {
        const first = [...set].sort(([, one], [, other]) => one - other).slice(0, 1)
        return first.flatMap(([member, score]) => [member, String(score)])
      }
      case 'ZREM': return set.delete(args[0] ?? '') ? 1 : 0
      case 'PEXPIRE': return 1
      case 'INFO': return 'redis_version:7.0.0'
      case 'PING': return 'PONG'
      default: return 'OK'
    }
  }

  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    let pending = ''
    let queued: (readonly string[])[] | undefined
    let aborted = false
    const perform = (words: readonly string[]): string => {
      const name = words[0]?.toUpperCase()
      if (name === 'MULTI') {
        queued = []
        aborted = false
        return '+OK\r\n'
      }
      if (name === 'EXEC') {
        const commands = queued ?? []
        queued = undefined
        if (aborted) return '-EXECABORT Transaction discarded because of previous errors.\r\n'
        return `*${commands.length}\r\n${commands.map(command => encode(answer(command))).join('')}`
      }
      if (name === 'ZADD' && redis.state === 'full') {
        aborted = true
        return "-OOM command not allowed when used memory > 'maxmemory'.\r\n"
      }
      if (queued === undefined) return encode(answer(words))
      queued.push(words)
      return '+QUEUED\r\n'
    }
    socket.on('data', chunk => {
      pending += chunk.toString()
      for (let command = takeCommand(pending); command !== undefined; command = takeCommand(pending)) {
        pending = command.rest
        const reply = perform(command.words)
        if (redis.state !== 'silent') socket.write(reply)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const redis: ProofRedis = {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dump: () => JSON.stringify([...sets].map(([key, set]) => [key, [...set]])),
    state: 'good',
    async close () {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    }
  }
  return redis
}

function encode (reply: Reply): string {
  if (typeof reply === 'number') return `:${reply}\r\n`
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`
  return `*${reply.length}\r\n${reply.map(encode).join('')}`
}

/** Why no real Redis can be started here; `false` when one can. For the `skip` of a test. */
export function whyNoRedis (): string | false {
  return spawnSync('redis-server', ['--version']).status !== 0 && 'redis-server is not installed'
}

/** A real Redis without persistence, ended with the test. */
export async function startRealRedis (t: Test): Promise<{ readonly url: string }> {
  const [port = 0] = await freePorts(1)
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const exited = once(server, 'exit')
  t.teardown(async () => {
    server.kill('SIGTERM')
    await exited
  })
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: server.stdout }).on('line', line => { if (line.includes('Ready to accept connections')) resolve() })
    server.once('error', reject)
    server.once('exit', () => { reject(new Error('redis-server ended')) })
  })
  return { url: `redis://127.0.0.1:${port}` }
}
