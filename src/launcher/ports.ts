// Is a port free? Asked before anything starts, so that a taken one is one clear line and not the end of a start.

import { connect, createServer } from 'node:net'
import type { Part } from './part.ts'

const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1']

/**
 * One line for each port that cannot be had: which, who needs it, and what to do.
 * @param address of a class, where programs listen in place of loopback
 */
export async function findTakenPorts (parts: readonly Part[], address?: string): Promise<readonly string[]> {
  const shared = sharedPorts(parts)
  // The looks at one port would disturb each other.
  if (shared.length > 0) return shared
  const addresses = address === undefined ? LOOPBACK_ADDRESSES : [...LOOPBACK_ADDRESSES, address]
  const lines = await Promise.all(parts.flatMap(({ name, ports }) => ports.map(async ({ port, variable }) => {
    switch (await stateOf(port, addresses)) {
      case 'free': return []
      case 'taken': return [`port ${port}, which the ${name} needs, is in use: end what listens there, or set ${variable} to another port`]
      case 'forbidden': return [`port ${port}, which the ${name} needs, may not be used by this user: set ${variable} to a port above 1023`]
    }
  })))
  return lines.flat()
}

/** Port 0 means a free one, which no two programs share. */
function sharedPorts (parts: readonly Part[]): readonly string[] {
  const wanted = parts.flatMap(({ name, ports }) => ports.map(port => ({ name, ...port }))).filter(({ port }) => port !== 0)
  return wanted.flatMap(({ port, name, variable }, index) => {
    const first = wanted.find(other => other.port === port)
    return first === undefined || wanted.indexOf(first) === index
      ? []
      : [`port ${port} is to be that of the ${first.name} and of the ${name}: set ${first.variable} or ${variable} to another port`]
  })
}

type PortState = 'free' | 'taken' | 'forbidden'

async function stateOf (port: number, addresses: readonly string[]): Promise<PortState> {
  for (const address of addresses) {
    if (await answers(address, port)) return 'taken'
    const state = await tryToListen(address, port)
    if (state !== 'free') return state
  }
  return 'free'
}

/** Where a listener on every address does not keep others from listening on one, only a connection tells. */
function answers (address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: address, port })
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    socket.once('error', () => { resolve(false) })
  })
}

function tryToListen (address: string, port: number): Promise<PortState> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', error => {
      const code = 'code' in error ? error.code : undefined
      resolve(code === 'EADDRINUSE' ? 'taken' : code === 'EACCES' ? 'forbidden' : 'free')
    })
    server.listen({ host: address, port }, () => { server.close(() => { resolve('free') }) })
  })
}
