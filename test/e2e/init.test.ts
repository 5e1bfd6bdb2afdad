// `init` as a person runs it: the built program at a terminal, and with its input redirected.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { builtProgram } from '../support/program.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'
import { startAtTerminal } from '../support/terminal-session.ts'

const PROGRAM = join(process.cwd(), builtProgram('dist/cli.js'))
const SERVER = join(process.cwd(), 'test/support/small-mcp-server.mjs')

function folderFor (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'init-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  writeFileSync(join(folder, 'tools'), JSON.stringify([{ name: 'echo', inputSchema: { type: 'object' } }]))
  return folder
}

t.test('init — a person answers at a terminal, and the steps that follow are shown', async t => {
  covers('init.files-without-secrets', 'init.follows-the-metadata')
  const folder = folderFor(t)
  const stub = await startStubAuthorizationServer()
  t.teardown(() => stub.close())
  stub.on('/.well-known/oauth-authorization-server', answersJson({ issuer: stub.origin, introspection_endpoint: `${stub.origin}/introspect` }))
  const session = startAtTerminal(`${process.execPath} ${PROGRAM} init --name small`, folder)
  await session.answer(/Authorization server[^:]*: /, 'as.example')
  await session.answer(/expected the issuer[^]*Authorization server[^:]*: /, stub.origin)
  await session.answer(/it introspects tokens, with client_secret_basic[^]*Address of the gateway[^:]*\[http[^\]]*\]: /, '')
  await session.answer(/Client id[^:]*: /, 'my-gateway')
  await session.answer(/MCP server to stand in front of[^:]*: /, `${process.execPath} ${SERVER} ${join(folder, 'tools')}`)
  const { status, shown } = await session.ended
  t.equal(status, 0)
  t.match(shown, /small: 1 tool [^]*What to do next:[^]*review small\.json[^]*doctor/)
  const written = JSON.parse(readFileSync(join(folder, 'gateway.json'), 'utf8')) as JsonObject
  t.match(written, { authorizationServer: { issuer: stub.origin, introspection: { clientId: 'my-gateway' } }, upstreams: ['./small.json'] })
})

t.test('init — Ctrl-D at a question writes nothing', async t => {
  covers('init.destroys-nothing')
  const folder = folderFor(t)
  const session = startAtTerminal(`${process.execPath} ${PROGRAM} init`, folder)
  await session.endAt(/Authorization server[^:]*: /)
  t.match(await session.ended, { status: 1, shown: 'nothing was written' })
  t.strictSame(readdirSync(folder), ['tools'])
})

t.test('init — with its input redirected it names what is missing, and waits for nobody', async t => {
  covers('init.destroys-nothing')
  const folder = folderFor(t)
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'init'], { cwd: folder, input: 'http://localhost:9000\n', encoding: 'utf8' })
  t.equal(status, 2)
  t.match(stderr, 'missing: --authorization-server URL, --upstream URL, --client-id ID (there is no terminal to ask at')
})
