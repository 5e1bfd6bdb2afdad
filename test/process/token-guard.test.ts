// The guard that fails a test run when the token of a client reaches another server: is it loaded, and does it notice?

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { loaderArguments, moduleUrl } from '../support/program.ts'

/** Runs the program of the leaks, in a run with its own report. @param leak what it does wrong */
function run (leak: string) {
  const { TOKEN_GUARD_REPORT: _, NODE_OPTIONS: __, ...env } = process.env
  const guard = pathToFileURL(join(process.cwd(), 'test/support/token-guard.mjs')).href
  return spawnSync(process.execPath, [
    ...loaderArguments, '--import', guard, moduleUrl('test/support/leaky-gateway').pathname, leak
  ], { env, encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' })
}

t.test('a token in a header, a body, a line, an argument or a variable fails the run, in any spelling, and none passes', async t => {
  covers('delegation.no-token-upstream')
  for (const leak of ['header', 'body', 'rest', 'rest-header', 'line', 'argument', 'variable', 'base64', 'percent', 'framed']) {
    const { status, stdout } = run(leak)
    t.equal(status, 1, leak)
    t.match(stdout, /not ok - the access token of a client was in/, leak)
  }
  const { status, stdout, stderr } = run('nothing')
  t.equal(status, 0, stderr)
  t.match(stdout, 'four calls were answered')
})

t.test('every test file runs under the guard, and so do the servers that tests start', async t => {
  covers('delegation.no-token-upstream')
  t.type(process.env['TOKEN_GUARD_REPORT'], 'string')
  t.match(readFileSync('.taprc', 'utf8'), '--import=./test/support/token-guard.mjs')
  t.match(readFileSync('test/support/guarded-program.ts', 'utf8'), 'token-guard.mjs')
  const unguarded = filesBelow('test').filter(file => {
    const text = readFileSync(file, 'utf8')
    return /builtProgram\('dist\/server\.js'\)/.test(text) && /upstream|shop/i.test(text) && !/GUARD_ARGUMENTS/.test(text)
  })
  t.strictSame(unguarded, [], 'a gateway with upstreams is started with the guard')
})

function filesBelow (folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path)
    return path.endsWith('.ts') ? [path] : []
  })
}
