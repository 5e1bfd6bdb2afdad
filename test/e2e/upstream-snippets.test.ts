// Does the page about tools of other servers say what is so? Every command of it is typed into a shell in an empty folder, in both
// languages, and each answer is compared with what is shown; the file server is the one that is installed for the tests.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { tutorialBlocks, UPSTREAM_WALKS } from '../../scripts/docs/tutorial.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/kernel/json.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { startBash } from '../support/bash-session.ts'
import { covers } from '../support/covers.ts'
import { openPage, submitAndReturn } from '../support/practice-client.ts'
import { GUARD_ARGUMENTS, guardEnvironment } from '../support/guarded-program.ts'
import { freePorts, isRunning, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'
import { bodyDifferences, headDifferences, parseCurlAnswer, type CurlAnswer } from '../support/shown-answer.ts'

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
    let printed = ''
    let answer: CurlAnswer | undefined

    for (const { kind, text, line, into } of tutorialBlocks(file)) {
      const block = here(text)
      const where = `${file}:${line}`
      switch (kind) {
        case 'bash':
          printed = await shell.run(block.includes('YOUR_CODE') ? block.replace('YOUR_CODE', await codeFor(printed)) : block)
          if (printed.startsWith('HTTP/')) answer = parseCurlAnswer(printed)
          t.pass(`${where}: ran`)
          break
        case 'text':
          t.equal(printed.trim(), block.trim(), `${where}: printed`)
          break
        case 'http':
          t.strictSame(answer === undefined ? ['no answer'] : headDifferences(block, answer), [], `${where}: status and headers`)
          break
        case 'json':
          if (into === undefined) {
            t.strictSame(bodyDifferences(JSON.parse(block) as JsonValue, JSON.parse(answer?.body ?? 'null') as JsonValue), [], `${where}: body`)
          } else {
            writeInto(join(place, into), JSON.parse(block) as JsonObject)
            if (into === 'gateway.json') await serve()
          }
          break
      }
    }
    t.match(answer, { statusLine: 'HTTP/1.1 200 OK', body: /secret\\n/ }, 'the way leads to its end')
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

/** Logs in as the page says and leaves everything else as it is. */
async function codeFor (printed: string): Promise<string> {
  const page = await openPage(printed.trim())
  const back = await submitAndReturn(page, { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
  return back.searchParams.get('code') ?? `none in ${back.search}`
}
