// Other programs that put a stdio server on HTTP, as they are started from a shell: supergateway and mcp-proxy. Neither knows of tokens
// or persons. Arguments: the name of the program, and that of the stdio server.

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { freePort } from '../free-port.ts'
import { tellParent } from '../measured-process.ts'

const PAUSE_MS = 50
const [bridge = '', server = ''] = process.argv.slice(2)
const port = await freePort()

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  supergateway: [
    '--stdio', `${process.execPath} ${server}`, '--outputTransport', 'streamableHttp', '--stateful', '--port', String(port),
    '--logLevel', 'none'
  ],
  'mcp-proxy': ['--port', String(port), '--host', '127.0.0.1', '--server', 'stream', '--', process.execPath, server]
}

const folders = createRequire(import.meta.url).resolve.paths(bridge) ?? []
const manifest = folders.map(folder => join(folder, bridge, 'package.json')).find(path => existsSync(path)) ?? ''
const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly bin: string | Readonly<Record<string, string>> }
const program = join(dirname(manifest), typeof bin === 'string' ? bin : bin[bridge] ?? '')
process.argv.splice(1, Infinity, program, ...COMMANDS[bridge] ?? [])
await import(pathToFileURL(program).href)
while (!await listens()) await delay(PAUSE_MS)
tellParent(port)

function listens (): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => { resolve(false) })
  })
}
