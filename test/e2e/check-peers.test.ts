// `check` on real servers of other projects. What it finds is written down one by one, and none of it is false: the reasons are in
// docs/check.md. A finding that comes or goes is a change of the server, or a defect of the check.

import { existsSync } from 'node:fs'
import t, { type Test } from 'tap'
import { inspectServer } from '../../src/check/inspect.ts'
import { parseTarget } from '../../src/check/target.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'
import { startDemoServer } from '../support/demo-authorization-server.ts'
import { freePorts, startProgram } from '../support/processes.ts'

const INSTALLED = existsSync('test/peers/node_modules/.package-lock.json')

async function findingsOn (url: string, token: string): Promise<string[]> {
  const target = parseTarget(url)
  if (!target.ok) throw new Error(target.error)
  const { findings } = await inspectServer(target.value, { token })
  return findings.filter(({ outcome }) => outcome === 'failed').map(({ level, rule }) => `${level} ${rule}`)
}

/** A server of test/peers, which asks the practice authorization server about its tokens. */
async function startPeer (t: Test, name: string) {
  const [port = 0] = await freePorts(1)
  const url = `http://localhost:${port}/mcp`
  const authorizationServer = await createPracticeServer({ resources: [url] })
  t.teardown(authorizationServer.close)
  const { issuer, introspectionClient: { id, secret } } = authorizationServer
  const program = startProgram(process.execPath, [`test/peers/${name}.mjs`], {
    PORT: String(port), ISSUER: issuer, INTROSPECTION_ID: id, INTROSPECTION_SECRET: secret
  })
  t.teardown(async () => {
    program.signal('SIGKILL')
    await program.ended
  })
  await program.line(/^ready$/)
  return { url, token: await authorizationServer.mintToken({ subject: '1004', scope: 'mcp:tickets:read', resource: url }) }
}

t.test('check — the demo server of SDK v1 with its own authorization server', async t => {
  covers('check.true-of-real-servers')
  const server = await startDemoServer()
  t.teardown(server.close)
  t.strictSame(await findingsOn(server.url, await server.token(server.url)), [
    'warning challenge.scope',
    'hint challenge.realm',
    'warning challenge.no-error-without-token',
    'hint metadata.at-root',
    'warning server-metadata.iss-parameter',
    'error credentials.invalid-token',
    'hint surface.no-html',
    'error surface.no-internals',
    'error browser.foreign-origin',
    'warning token.batch',
    'warning token.twice'
  ])
})

const PEERS: Readonly<Record<string, readonly string[]>> = {
  'sdk-v2-express': [
    'hint challenge.realm',
    'warning challenge.no-error-without-token',
    'hint metadata.at-root',
    'error surface.no-internals',
    'warning token.batch',
    'warning token.twice'
  ],
  'mcp-auth': [
    'error challenge.syntax',
    'warning challenge.scope',
    'hint challenge.realm',
    'warning challenge.no-error-without-token',
    'hint metadata.at-root',
    'error surface.no-internals',
    'error browser.foreign-origin',
    'warning token.batch',
    'warning token.twice'
  ],
  fastmcp: [
    'warning challenge.scope',
    'hint challenge.realm',
    'warning challenge.no-error-without-token',
    'error browser.foreign-origin',
    'warning browser.challenge-exposed',
    'warning token.batch',
    'warning token.twice'
  ]
}

for (const [name, findings] of Object.entries(PEERS)) {
  t.test(`check — ${name}`, { skip: INSTALLED ? false : 'the packages of test/peers are not installed' }, async t => {
    covers('check.true-of-real-servers')
    const { url, token } = await startPeer(t, name)
    t.strictSame(await findingsOn(url, token), findings)
  })
}
