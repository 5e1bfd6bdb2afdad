// The two versions of MCP Inspector as parts of a stack. Version 2 asks for a newer Node.js than the gateway; both read variables whose
// names the gateway uses for something else, so they get nothing of its environment.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Environment } from '../config/environment.ts'
import { programEnvironment } from './program-environment.ts'
import type { Part } from './part.ts'

export type InspectorVersion = 1 | 2

/** Each is there once its folder below scripts is installed. */
export const INSPECTOR_PROGRAMS: Readonly<Record<InspectorVersion, string>> = {
  1: 'scripts/inspector/node_modules/@modelcontextprotocol/inspector/cli/build/cli.js',
  2: 'scripts/inspector-next/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js'
}

/** The list of servers of version 2, which its page may change. */
const INSPECTOR_2_CATALOG = 'data/inspector-2.json'

/** Between the ports of the two. */
const BESIDE = 10

/** As in `engines` of its package. */
const NODE_OF_VERSION_2 = [22, 19] as const

export function isNewEnoughForInspector2 (nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number)
  return major > NODE_OF_VERSION_2[0] || (major === NODE_OF_VERSION_2[0] && minor >= NODE_OF_VERSION_2[1])
}

/** Pages that may call the gateway from a browser. */
export function inspectorOrigins (env: Environment, count: number): string[] {
  const first = Number(env['CLIENT_PORT'] ?? '6274')
  const ports = count > 1 ? [first, first + BESIDE] : [first]
  return ports.flatMap(port => [`http://localhost:${port}`, `http://127.0.0.1:${port}`])
}

/** @param beside the other version has the ports of the variables, and this one those ten above */
export function inspectorPart (env: Environment, endpoint: string, version: InspectorVersion, beside = false): Part {
  const move = beside ? BESIDE : 0
  const clientPort = String(Number(env['CLIENT_PORT'] ?? '6274') + move)
  const serverPort = String(Number(env['SERVER_PORT'] ?? '6277') + move)
  return {
    label: 'INSPECT',
    name: `MCP Inspector ${version}`,
    ports: [{ port: Number(clientPort), variable: 'CLIENT_PORT' }, { port: Number(serverPort), variable: 'SERVER_PORT' }],
    args: [
      INSPECTOR_PROGRAMS[version],
      // A server that is named on the command line of version 2 could not be configured there.
      ...(version === 2 ? ['--web', '--catalog', INSPECTOR_2_CATALOG] : ['--transport', 'http', '--server-url', endpoint])
    ],
    env: {
      ...programEnvironment(env),
      CLIENT_PORT: clientPort,
      SERVER_PORT: serverPort,
      MCP_SANDBOX_PORT: serverPort,
      MCP_AUTO_OPEN_ENABLED: 'false',
      ...(version === 2 ? { MCP_INSPECTOR_SECRET_STORE: 'memory' } : {})
    },
    endSignal: 'SIGINT',
    ready: { line: INSPECTOR_ADDRESS }
  }
}

/** Puts the gateway into the list of version 2, unless a list is there already. */
export function writeInspector2Catalog (endpoint: string, file = INSPECTOR_2_CATALOG): void {
  mkdirSync(dirname(file), { recursive: true })
  const servers = { mcpServers: { [new URL(endpoint).host]: { type: 'streamable-http', url: endpoint } } }
  try {
    writeFileSync(file, `${JSON.stringify(servers, null, 2)}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** The line with which it says where it is; the token in it opens the page. */
export const INSPECTOR_ADDRESS = /https?:\/\/\S+[?&](?:MCP_PROXY_AUTH_TOKEN|MCP_INSPECTOR_API_TOKEN)=\S+/

/** Whether a line of Inspector says something new: its token stands in its address, and once is enough for what it says of versions. */
export function createInspectorLines (): (line: string) => boolean {
  const seen = new Set<string>()
  return line => {
    if (/(?:session|auth) token:|DANGEROUSLY_OMIT_AUTH/i.test(line)) return false
    const isNew = line.trim() === '' || !seen.has(line)
    if (seen.size < MOST_REMEMBERED && isOfTheStart(line)) seen.add(line)
    return isNew
  }
}

const MOST_REMEMBERED = 100

/** Only these are said twice; what a session logs may repeat itself. */
function isOfTheStart (line: string): boolean {
  return /deprecated|Upgrade:|security fixes only|Starting MCP inspector/i.test(line)
}
