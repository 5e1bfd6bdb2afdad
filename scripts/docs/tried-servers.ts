// What the tests put before and behind the gateway, with the versions that are installed for them: two tables of docs/upstreams.md.

import { readFileSync } from 'node:fs'
import { replaceSection, table, type GeneratedFile } from './document.ts'

const PEERS = 'test/peers'
const ROOT = '.'

interface Row {
  readonly name: string
  readonly where: string
  readonly how: string
  readonly test: string
}

const CLIENTS_TEST = 'upstream-clients'
const SERVERS: readonly Row[] = [
  { name: '@modelcontextprotocol/server-everything', where: PEERS, how: 'stdio, HTTP with sessions', test: CLIENTS_TEST },
  { name: '@modelcontextprotocol/server-filesystem', where: PEERS, how: 'stdio', test: CLIENTS_TEST },
  { name: '@modelcontextprotocol/server-memory', where: PEERS, how: 'stdio', test: CLIENTS_TEST },
  { name: '@playwright/mcp', where: PEERS, how: 'stdio, a browser for each person', test: 'upstream-playwright' },
  { name: 'fastmcp', where: PEERS, how: 'stdio, HTTP', test: CLIENTS_TEST },
  { name: '@modelcontextprotocol/sdk', where: ROOT, how: 'stdio, HTTP with sessions and without', test: 'conformance' },
  { name: '@modelcontextprotocol/server', where: ROOT, how: 'stdio, HTTP; both 2026-07-28', test: 'conformance' }
]
const CLIENTS: readonly Row[] = [
  { name: '@modelcontextprotocol/sdk', where: ROOT, how: '2025-11-25', test: CLIENTS_TEST },
  { name: '@modelcontextprotocol/client', where: ROOT, how: 'legacy, auto, pinned to 2026-07-28', test: CLIENTS_TEST },
  { name: '@modelcontextprotocol/inspector', where: 'scripts/inspector', how: 'in a browser', test: 'upstream-inspectors-browser' },
  { name: '@modelcontextprotocol/inspector', where: 'scripts/inspector-next', how: 'in a browser', test: 'upstream-inspectors-browser' },
  { name: '@modelcontextprotocol/inspector', where: 'scripts/inspector-next', how: 'command line, both eras', test: 'upstream-inspectors' }
]

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>
}

function versionOf ({ name, where }: Row): string {
  const { packages } = JSON.parse(readFileSync(`${where}/package-lock.json`, 'utf8')) as LockFile
  const version = packages[`node_modules/${name}`]?.version
  if (version === undefined) throw new Error(`${name} is not in ${where}/package-lock.json`)
  return version
}

function tableOf (head: string, rows: readonly Row[]): string {
  return table([head, 'version', 'how', 'shown by'], rows.map(row => [
    `\`${row.name}\``, versionOf(row), row.how, `\`test/e2e/${row.test}.test.ts\``
  ]))
}

export const triedServers: GeneratedFile = {
  file: 'docs/upstreams.md',
  render: current => {
    const page = replaceSection(current ?? '', 'tried-servers', tableOf('server', SERVERS))
    return replaceSection(page, 'tried-clients', tableOf('client', CLIENTS))
  }
}
