// MCP Inspector's command line, as a person at a terminal uses it: it prints where to go, the person goes there with a
// browser, and the command line goes on.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openPage, submitAndReturn } from './practice-client.ts'
import { freePorts } from './processes.ts'

const PROGRAM = 'scripts/inspector-next/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js'
const DEADLINE_MS = 30_000

export interface InspectorCliOptions {
  /** Where it keeps what it knows: an empty directory. */
  readonly home: string
  readonly url: string
  readonly era: 'legacy' | 'auto' | 'modern'
  /** What it asks for at first; else what the metadata names. */
  readonly scopes: string
}

interface CliOutcome {
  readonly exitCode: number | null
  /** What was printed as the result. */
  readonly result: Readonly<Record<string, unknown>> | undefined
  /** What was said on the way, prompts among it. */
  readonly said: string
  /** The scopes of each authorization request that the person answered. */
  readonly authorized: readonly string[]
}

export interface InspectorCli {
  readonly run: (...args: readonly string[]) => Promise<CliOutcome>
  /** The access token it keeps is good no longer, as after its expiry. */
  readonly spoilAccessToken: () => void
}

export function isInspectorInstalled (): boolean {
  return existsSync(PROGRAM)
}

export async function createInspectorCli ({ home, url, era, scopes }: InspectorCliOptions): Promise<InspectorCli> {
  const config = join(home, 'servers.json')
  writeFileSync(config, JSON.stringify({ mcpServers: { tickets: { type: 'streamable-http', url, protocolEra: era, oauth: { scopes } } } }))
  const [port] = await freePorts(1)
  const callback = `http://127.0.0.1:${port}/oauth/callback`
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    MCP_STORAGE_DIR: join(home, 'storage'),
    MCP_INSPECTOR_SECRET_STORE: 'file',
    // Without it a process that has no terminal is not led through authorization.
    MCP_AUTO_OPEN_ENABLED: 'true'
  }

  async function run (...args: readonly string[]): Promise<CliOutcome> {
    const child = spawn(process.execPath, [PROGRAM, '--cli', '--config', config, '--server', 'tickets', '--callback-url', callback,
      '--format', 'json', ...args], { env, timeout: DEADLINE_MS })
    const authorized: string[] = []
    const failures: unknown[] = []
    let printed = ''
    let said = ''
    let heard = 0
    child.stdout.on('data', (chunk: Buffer) => { printed += chunk.toString() })
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      // A prompt may come in pieces; each is answered once, in its order.
      for (const match of said.slice(heard).matchAll(/navigate to: (\S+)\s|\[y\/N\]/g)) {
        const [prompt, address] = match
        heard = said.indexOf(prompt, heard) + prompt.length
        if (address === undefined) child.stdin.write('y\n')
        else authorize(address).then(scope => authorized.push(scope), (failure: unknown) => { failures.push(failure); child.kill() })
      }
    })
    const [exitCode] = await once(child, 'close') as [number | null]
    if (failures.length > 0) throw new Error(`the person did not get through: ${said}`, { cause: failures[0] })
    return {
      exitCode,
      result: printed.startsWith('{') ? (JSON.parse(printed) as { result: Record<string, unknown> }).result : undefined,
      said,
      authorized
    }
  }

  return {
    run,
    spoilAccessToken () {
      const file = join(env.MCP_STORAGE_DIR, 'secrets.json')
      const kept = readFileSync(file, 'utf8')
      const spoilt = kept.replace(/(access_token\\":\\")[^"\\]+/g, '$1no-longer-good')
      if (spoilt === kept) throw new Error('no access token is kept')
      writeFileSync(file, spoilt)
    }
  }
}

/** The person logs in and agrees, and the browser returns to the command line. */
async function authorize (address: string): Promise<string> {
  const back = await submitAndReturn(await openPage(address), { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
  const response = await fetch(back)
  if (!response.ok) throw new Error(`the command line answered ${response.status}`)
  return new URL(address).searchParams.get('scope') ?? ''
}
