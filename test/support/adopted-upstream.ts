// Another MCP server behind a gateway of a test, with the commands that an operator uses: `upstream add`, decisions, `upstream review`, and
// the tools that a gateway then has. The server is the real one; nothing is taken in its place.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runUpstream } from '../../src/cli/upstream-command.ts'
import { loadUpstreams } from '../../src/config/upstream/load-upstreams.ts'
import { formatMistake, type ConfigMistake } from '../../src/config/mistake.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { Result } from '../../src/kernel/result.ts'
import { createToolSet, type ToolSet } from '../../src/mcp/tool-set.ts'
import { compileUpstreams } from '../../src/proxy/compiled-upstreams.ts'
import type { ProxyEvent } from '../../src/proxy/proxy-event.ts'
import { createUpstreamTools } from '../../src/proxy/upstream-tools.ts'
import { createUpstream } from '../../src/upstream/create-upstream.ts'

export interface Adoption {
  readonly name: string
  /** A URL, or a program with its arguments. */
  readonly server: string | readonly string[]
  /** Members of the upstream file besides those that `add` has written. */
  readonly members?: JsonObject
  /** The decision about each tool that is listed. */
  readonly decide: (tool: string) => JsonObject | 'hidden'
}

interface AdoptedUpstreams {
  readonly toolSet: ToolSet
  readonly events: readonly ProxyEvent[]
  /** The lock of each upstream, by its name. */
  readonly locks: Readonly<Record<string, AdoptedLock>>
  readonly close: () => Promise<void>
}

interface AdoptedLock {
  readonly revision: string
  readonly server: { readonly name: string, readonly version: string }
  readonly tools: Readonly<Record<string, { readonly definition: JsonObject }>>
}

const readFile = (path: string): string => readFileSync(path, 'utf8')

export async function adoptUpstreams (...adoptions: readonly Adoption[]): Promise<AdoptedUpstreams> {
  const folder = mkdtempSync(join(tmpdir(), 'adopted-'))
  try {
    for (const adoption of adoptions) await addAndReview(folder, adoption)
    const files = adoptions.map(({ name }) => `${name}.json`)
    const loaded = valueOf(loadUpstreams(files, { directory: folder, env: process.env, readFile }))
    const events: ProxyEvent[] = []
    const upstreams = createUpstreamTools(valueOf(compileUpstreams(loaded)), {
      createUpstream, clock: systemClock, environment: process.env, observe: event => { events.push(event) }
    })
    const lockOf = (name: string) => JSON.parse(readFile(join(folder, `${name}.lock.json`))) as AdoptedLock
    return {
      toolSet: createToolSet([], [upstreams.source]),
      events,
      locks: Object.fromEntries(adoptions.map(({ name }) => [name, lockOf(name)])),
      close: () => upstreams.close(0)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function addAndReview (folder: string, { name, server, members, decide }: Adoption): Promise<void> {
  const file = join(folder, `${name}.json`)
  const run = async (...args: readonly string[]) => {
    let said = ''
    const write = (text: string) => { said += text }
    const status = await runUpstream(args, { write, writeError: write }, { env: process.env, cwd: folder })
    if (status !== 0) throw new Error(`upstream ${args.join(' ')} ended with ${status}: ${said}`)
  }
  await run('add', '--name', name, ...(typeof server === 'string' ? [server] : ['--', ...server]))
  const written = JSON.parse(readFile(file)) as { readonly tools: JsonObject }
  const tools = Object.fromEntries(Object.keys(written.tools).map(tool => [tool, decide(tool)]))
  writeFileSync(file, JSON.stringify({ ...written, ...members, tools }))
  await run('review', file, '--accept', 'all')
}

function valueOf<Value> (result: Result<Value, readonly ConfigMistake[]>): Value {
  if (result.ok) return result.value
  throw new Error(result.error.map(formatMistake).join('; '))
}
