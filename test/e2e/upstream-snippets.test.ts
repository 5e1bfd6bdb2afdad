// Does the page about tools of other servers say what is so? Every command of it is typed into a shell in an empty folder, in both
// languages, and each answer is compared with what is shown; the file server is the one that is installed for the tests.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { UPSTREAM_WALKS } from '../../scripts/docs/tutorial.ts'
import { isJsonObject, type JsonObject } from '../../src/kernel/json.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { startBash } from '../support/bash-session.ts'
import { covers } from '../support/covers.ts'
import { walkDocument } from '../support/document-walk.ts'
import { GUARD_ARGUMENTS, guardEnvironment } from '../support/guarded-program.ts'
import { freePorts, isRunning, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const PEERS = join(process.cwd(), 'test/peers/node_modules')
const skip = existsSync(join(PEERS, '.package-lock.json')) ? false : 'test/peers is not installed'
const INSTALLATION = /npm install --prefix mcp @modelcontextprotocol\/server-filesystem@\S+/

for (const file of UPSTREAM_WALKS) {
  t.test(`${file} — every command works, and answers as it is shown`, { skip }, async t => {
    covers('documents.upstream-walk-is-true')
    const place = mkdtempSync(join(tmpdir(), 'upstream-walk-'))
    t.teardown(() => { rmSync(place, { recursive: true, force: true }) })
    const { here, serve } = await stackFor(t, place)
    const shell = startBash()
    t.teardown(() => shell.close())
    await shell.run(`cd '${place}'`)
    const { last } = await walkDocument(t, {
      file,
      here,
      shell,
      async write (into, content) {
        writeInto(join(place, into), content)
        if (into === 'gateway.json') await serve()
      }
    })
    t.match(last, { statusLine: 'HTTP/1.1 200 OK', body: /secret\\n/ }, 'the way leads to its end')
  })
}

/** The practice server, the text of the page with the addresses of this test, and what starts the gateway. */
async function stackFor (t: Test, place: string): Promise<{ here: (text: string) => string, serve: () => Promise<void> }> {
  const [port = 0] = await freePorts(1)
  const origin = `http://localhost:${port}`
  const practice = await createPracticeServer({ gateways: [`${origin}/mcp`] })
  t.teardown(practice.close)
  return {
    here: text => text
      .replace(INSTALLATION, `mkdir mcp && ln -s '${PEERS}' mcp/node_modules`)
      .replaceAll('npx mcp-resource-gateway', `node '${join(process.cwd(), builtProgram('dist/cli.js'))}'`)
      .replaceAll('/the/folder/of/step/1', place)
      .replaceAll('http://localhost:3443', origin)
      .replaceAll('http://localhost:9000', practice.issuer),
    async serve () {
      const program = startProgram(process.execPath, [...GUARD_ARGUMENTS, builtProgram('dist/server.js')], {
        ...guardEnvironment(), GATEWAY_CONFIG: join(place, 'gateway.json'), PORT: String(port)
      })
      t.teardown(async () => {
        if (isRunning(program.pid)) program.signal('SIGTERM')
        await program.ended
      })
      await program.line(/"event":"listening"/)
    }
  }
}

/** As a person with an editor: members of an object are added to it or replaced. */
function writeInto (path: string, members: JsonObject): void {
  const before = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) as JsonObject : {}
  writeFileSync(path, JSON.stringify(merged(before, members)))
}

function merged (before: JsonObject, members: JsonObject): JsonObject {
  const changed = Object.entries(members).map(([name, value]) => {
    const old = before[name]
    return [name, isJsonObject(old) && isJsonObject(value) ? merged(old, value) : value] as const
  })
  return { ...before, ...Object.fromEntries(changed) }
}
