// How does a test start MCP Inspector, either line of it, and be sure that nothing of it is left?

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startGroup } from '../../src/launcher/started-program.ts'

const DEADLINE_MS = 60_000
const FIRST_LINE = 'scripts/inspector/node_modules/@modelcontextprotocol/inspector/cli/build/cli.js'
const SECOND_LINE = 'scripts/inspector-next/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js'

export interface InspectorProgram {
  /** The page, with what lets a browser use it. */
  readonly address: string
  readonly close: () => Promise<void>
}

export interface InspectorPorts {
  readonly client: number
  readonly server: number
}

export function isInspectorInstalled (line: 1 | 2): boolean {
  return existsSync(line === 1 ? FIRST_LINE : SECOND_LINE)
}

/** @param home an empty directory that nothing else uses */
export async function startInspector1 (home: string, { client, server }: InspectorPorts): Promise<InspectorProgram> {
  mkdirSync(home, { recursive: true })
  const program = await start([FIRST_LINE], { HOME: home, CLIENT_PORT: String(client), SERVER_PORT: String(server) }, /http\S+[?&]MCP_PROXY_AUTH_TOKEN=\S+/)
  const address = new URL(program.address)
  // MCP_PROXY_PORT is forgotten on the way to the authorization server and back; this one is kept.
  address.searchParams.set('MCP_PROXY_FULL_ADDRESS', `http://localhost:${server}`)
  return { ...program, address: address.href }
}

export async function startInspector2 (home: string, { client, server }: InspectorPorts): Promise<InspectorProgram> {
  mkdirSync(home, { recursive: true })
  const catalog = join(home, 'mcp.json')
  // Without one it writes examples into the list, one of them on the internet.
  writeFileSync(catalog, '{"mcpServers":{}}')
  const env = {
    HOME: home,
    MCP_STORAGE_DIR: home,
    MCP_CATALOG_PATH: catalog,
    MCP_INSPECTOR_SECRET_STORE: 'file',
    CLIENT_PORT: String(client),
    MCP_SANDBOX_PORT: String(server)
  }
  return await start([SECOND_LINE, '--web'], env, /http\S+[?&]MCP_INSPECTOR_API_TOKEN=\S+/)
}

async function start (args: readonly string[], env: Readonly<Record<string, string>>, addressLine: RegExp): Promise<InspectorProgram> {
  const lines: string[] = []
  let look: () => void = () => {}
  const part = {
    label: 'INSPECT' as const,
    name: 'MCP Inspector',
    ports: [],
    args,
    env: { PATH: process.env['PATH'], MCP_AUTO_OPEN_ENABLED: 'false', ...env },
    endSignal: 'SIGINT' as const,
    ready: { line: addressLine }
  }
  const group = startGroup(part, line => {
    lines.push(line)
    look()
  })
  const close = () => group.end(10_000, new AbortController().signal)
  const address = await new Promise<string | undefined>(resolve => {
    const timer = setTimeout(() => { resolve(undefined) }, DEADLINE_MS)
    const settle = (found: string | undefined) => {
      clearTimeout(timer)
      resolve(found)
    }
    look = () => {
      const found = lines.map(line => addressLine.exec(line)?.[0]).find(match => match !== undefined)
      if (found !== undefined) settle(found)
    }
    look()
    group.ended.then(() => { settle(undefined) }, () => { settle(undefined) })
  })
  if (address !== undefined) return { address, close }
  await close()
  throw new Error(`MCP Inspector did not start:\n${lines.join('\n')}`)
}
