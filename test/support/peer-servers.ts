// The servers of test/peers as upstreams: how each is started, and which of its tools a gateway of a test offers.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { UpstreamTransport } from '../../src/upstream/upstream-port.ts'
import type { Adoption } from './adopted-upstream.ts'
import { stdioTransport } from './upstream-under-test.ts'

const PEERS = 'test/peers/node_modules'
const READ = 'mcp:tickets:read'
const WRITE = 'mcp:tickets:write'

/** Why tests with these packages are left out here; `false` where they are installed. */
export function skipWithout (...packages: readonly string[]): string | false {
  const missing = packages.filter(name => !existsSync(`${PEERS}/${name}/package.json`))
  return missing.length === 0 ? false : `not installed in test/peers: ${missing.join(', ')}`
}

/** A server with what a gateway needs to adopt it and what a client needs to reach it without a gateway. */
export interface PeerServer {
  readonly name: string
  readonly adoption: Adoption
  readonly transport: UpstreamTransport
}

export function programOf (server: string): string {
  return resolve(`${PEERS}/@modelcontextprotocol/${server}/dist/index.js`)
}

interface StdioPeer {
  readonly name: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Tools that need WRITE; all others need READ. */
  readonly changing?: readonly string[]
  readonly hidden?: readonly string[]
}

export function stdioPeer ({ name, args, env = {}, changing = [], hidden = [] }: StdioPeer): PeerServer {
  return {
    name,
    adoption: {
      name,
      server: [process.execPath, ...args],
      members: { isolation: 'shared', transport: { stdio: { command: process.execPath, args: [...args], env } } },
      decide: tool => hidden.includes(tool) ? 'hidden' : decision(changing.includes(tool))
    },
    transport: stdioTransport({ revision: '2025-11-25' }, { args: [...args], env })
  }
}

export function httpPeer (name: string, url: string, hidden: readonly string[] = []): PeerServer {
  return {
    name,
    adoption: { name, server: url, members: { isolation: 'shared' }, decide: tool => hidden.includes(tool) ? 'hidden' : decision(false) },
    transport: { kind: 'http', url, headers: {} }
  }
}

function decision (changes: boolean): JsonObject {
  return changes ? { effect: 'change', scopes: [READ, WRITE] } : { effect: 'read', scopes: [READ] }
}
