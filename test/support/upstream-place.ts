// A folder with the upstream file of the small server, as an operator has it: commands that write it, decisions, and the tools that the
// server says it has.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { runUpstream } from '../../src/cli/upstream-command.ts'
import type { JsonObject } from '../../src/kernel/json.ts'

export const SERVER = join(process.cwd(), 'test/support/small-mcp-server.mjs')
const schema = { type: 'object', properties: { text: { type: 'string' } } }
export const WAIT = { name: 'wait', description: 'Answers later.', inputSchema: schema }
export const ECHO = { name: 'echo', description: 'Says it again.', inputSchema: schema }
export const decided = { effect: 'read', scopes: ['mcp:tickets:read'] }

export interface Place {
  readonly folder: string
  readonly file: string
  readonly tools: (tools: readonly object[]) => void
  readonly decide: (tools: object) => void
  /** Members of the upstream file. */
  readonly change: (members: object) => void
  /** The exit status and everything that was written. */
  readonly run: (...args: readonly string[]) => Promise<readonly [status: number, text: string]>
}

export function placeFor (t: Test): Place {
  const folder = mkdtempSync(join(tmpdir(), 'upstreams-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const file = join(folder, 'small.json')
  const written = () => JSON.parse(readFileSync(file, 'utf8')) as JsonObject
  const place: Place = {
    folder,
    file,
    tools: tools => { writeFileSync(join(folder, 'tools'), JSON.stringify(tools)) },
    decide: tools => { writeFileSync(file, JSON.stringify({ ...written(), isolation: 'shared', stateless: true, tools })) },
    change: members => { writeFileSync(file, JSON.stringify({ ...written(), ...members })) },
    async run (...args) {
      let text = ''
      const write = (more: string) => { text += more }
      const status = await runUpstream(args, { write, writeError: write }, { env: process.env, cwd: folder })
      return [status, text]
    }
  }
  place.tools([ECHO, WAIT])
  return place
}

/** Both tools are offered, by a server that keeps nothing between calls. */
export async function addAndReview (place: Place): Promise<void> {
  await place.run('add', '--name', 'small', '--', process.execPath, SERVER, join(place.folder, 'tools'))
  place.decide({ echo: decided, wait: decided })
  await place.run('review', 'small.json', '--accept', 'all')
}
