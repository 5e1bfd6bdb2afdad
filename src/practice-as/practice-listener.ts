// Opens the listener. "localhost" means 127.0.0.1 and ::1 on one port, because curl, Node's fetch and browsers disagree on which
// they try first. A machine without IPv6 listens on 127.0.0.1 alone.

import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const ATTEMPTS_AT_FREE_PORT = 10

export interface Listener {
  readonly port: number
  /** Takes over from now on. Requests that came before are not held back, so call it at once. */
  readonly serve: (handler: RequestListener) => void
  readonly close: () => Promise<void>
}

/**
 * @param port 0 for a free one
 * @throws the system's error, with `code` `EADDRINUSE` when the port is taken on either address
 */
export async function openListener (host: string, port: number): Promise<Listener> {
  const first = createServer()
  await listen(first, host === 'localhost' ? '127.0.0.1' : host, port)
  const servers = [first]
  const { port: actualPort } = first.address() as AddressInfo
  if (host === 'localhost') {
    const second = createServer()
    try {
      await listen(second, '::1', actualPort)
      servers.push(second)
    } catch (problem) {
      if (codeOf(problem) === 'EADDRINUSE') {
        await close(first)
        if (port === 0) return openAtAnotherPort(host)
        throw problem
      }
    }
  }
  return {
    port: actualPort,
    serve (handler) {
      for (const server of servers) server.on('request', handler)
    },
    async close () {
      await Promise.all(servers.map(close))
    }
  }
}

async function openAtAnotherPort (host: string): Promise<Listener> {
  for (let attempt = 1; ; attempt += 1) {
    const probe = createServer()
    await listen(probe, '::1', 0)
    const { port } = probe.address() as AddressInfo
    await close(probe)
    try {
      return await openListener(host, port)
    } catch (problem) {
      if (codeOf(problem) !== 'EADDRINUSE' || attempt === ATTEMPTS_AT_FREE_PORT) throw problem
    }
  }
}

function codeOf (problem: unknown): unknown {
  return problem instanceof Error && 'code' in problem ? problem.code : undefined
}

function listen (server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close (server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => { resolve() })
    server.closeAllConnections()
  })
}
