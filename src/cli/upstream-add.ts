// `upstream add`: writes a first upstream file for a server, with every tool hidden. The tools are printed with a proposal for each; a
// person writes the decisions, and the review makes the lock.

import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import type { Environment } from '../config/environment.ts'
import { formatMistake } from '../config/mistake.ts'
import { loadUpstream } from '../config/upstream/load-upstreams.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { proposal } from '../proxy/review/review-text.ts'
import { complain, EXIT, type Terminal } from './command-line.ts'
import { liveListing } from './live-listing.ts'
import type { UpstreamCommandSources } from './upstream-sources.ts'
import { writeWhole } from './upstream-review.ts'

export interface AddRequest {
  readonly url: string | undefined
  readonly command: readonly string[]
  readonly name: string | undefined
  readonly file: string | undefined
  readonly secretEnv: string | undefined
}

const NOTE = 'Written by "upstream add". Every tool is hidden: decide about each that clients need, then run "upstream review".'

export async function addUpstream (request: AddRequest, terminal: Terminal, { env, cwd }: UpstreamCommandSources): Promise<number> {
  const transport = transportOf(request, env, cwd)
  if (!transport.ok) return complain(terminal, transport.error)
  const name = request.name ?? nameFrom(request)
  const file = request.file ?? `${name}.json`
  const path = resolve(cwd, file)
  if (existsSync(path)) return complain(terminal, `${file} exists already; --file names another one`)
  const { secretEnv } = request
  const written = {
    name,
    note: NOTE,
    transport: transport.value,
    ...(secretEnv === undefined ? {} : { credentials: { header: { scheme: 'Bearer', secret: { env: secretEnv } } } }),
    tools: {}
  }
  const loaded = loadUpstream(file, { directory: cwd, env, readFile: () => JSON.stringify(written) })
  if (!loaded.ok) {
    for (const mistake of loaded.error) terminal.writeError(`${formatMistake(mistake)}\n`)
    return EXIT.bad
  }
  const listing = await liveListing(loaded.value, env)
  if (!listing.ok) {
    terminal.writeError(`${listing.error}\n`)
    return EXIT.bad
  }
  const tools = listing.value.tools.flatMap(({ name: tool }) => typeof tool === 'string' ? [tool] : [])
  const hidden = Object.fromEntries(tools.sort().map(tool => [tool, 'hidden']))
  writeWhole(path, `${JSON.stringify({ ...written, tools: hidden }, null, 2)}\n`)
  terminal.write([
    `${file}: written, with ${tools.length} tools of ${name} (${listing.value.revision}), all of them hidden.`,
    '',
    'Proposals, from the names and the hints of the server:',
    ...listing.value.tools.map(({ name: tool, annotations }) => `  ${proposal(typeof tool === 'string' ? tool : '', annotations)}`),
    '',
    'What to do next:',
    `  1. decide about the tools in ${file} (docs/upstreams.md)`,
    `  2. mcp-resource-gateway upstream review ${file}`,
    `  3. add "${file}" to "upstreams" of the configuration, or of one of its "endpoints", relative to it`,
    ''
  ].join('\n'))
  return EXIT.good
}

function transportOf ({ url, command }: AddRequest, env: Environment, cwd: string): Result<object, string> {
  if (url !== undefined) return ok({ http: { url } })
  const [program = '', ...args] = command
  const found = programPath(program, env, cwd)
  return found === undefined ? err(`${program}: no such program`) : ok({ stdio: { command: found, args } })
}

/** Files name programs by absolute paths: what PATH finds may change. */
function programPath (program: string, env: Environment, cwd: string): string | undefined {
  if (program.includes('/')) {
    const path = isAbsolute(program) ? program : resolve(cwd, program)
    return isExecutable(path) ? path : undefined
  }
  return (env['PATH'] ?? '').split(delimiter).filter(isAbsolute).map(folder => join(folder, program)).find(isExecutable)
}

function isExecutable (path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The name of the host or of the program: `server-filesystem` of `npx @modelcontextprotocol/server-filesystem@1.0.0`. */
function nameFrom ({ url, command }: AddRequest): string {
  const text = url !== undefined && URL.canParse(url)
    ? new URL(url).hostname.split('.')[0] ?? ''
    : (command.filter(argument => !argument.startsWith('-')).find(argument => /[a-z]-|server|mcp/i.test(argument)) ?? command[0] ?? '')
        .replace(/@[^/@]*$/, '').split('/').filter(part => !/^(?:dist|build|index\.js|bin|src)$/.test(part)).at(-1) ?? ''
  const name = text.toLowerCase().replace(/\.\w+$/, '').replace(/[^a-z0-9_-]/g, '-').replace(/^[^a-z]+/, '').slice(0, 32)
  return name === '' ? 'upstream' : name
}
