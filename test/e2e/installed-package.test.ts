// The package in a global prefix that held nothing: every command runs, and the tutorial works without the repository, which is hidden from
// it where the test may do so. Needs the npm registry; skipped without it.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { INSPECTOR } from '../../src/cli/tutorial-words.ts'
import { covers } from '../support/covers.ts'
import { folderOutside, pack, runIn, unexpectedWarnings, withoutRegistry } from '../support/installed-package.ts'
import { descendantsOf, freePorts, isRunning, startProgram } from '../support/processes.ts'
import { programArguments } from '../support/program.ts'

/** For this process and what it starts, the repository is an empty folder. What tap adds to the options of Node.js is in there. */
const HIDING = spawnSync('unshare', ['--mount', 'true']).status === 0
  ? ['unshare', '--mount', 'env', '-u', 'NODE_OPTIONS', 'sh', '-c', 'mount -t tmpfs tmpfs "$0" && exec "$@"', process.cwd()]
  : []

const skip = withoutRegistry()

t.test('installed where nothing was — every command runs, and the tutorial works without the repository', { skip }, async t => {
  covers('supply.installed-package-runs')
  const folder = folderOutside(t)
  const prefix = join(folder, 'prefix')
  const tarball = pack(folder)
  const install = (...packages: string[]) => {
    return runIn(folder, 'npm', ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', '--prefer-offline', ...packages])
  }
  const installed = install(tarball)
  t.equal(installed.status, 0, installed.output)
  t.strictSame(unexpectedWarnings(installed.output), [])
  const home = join(folder, 'home')
  mkdirSync(home)
  const bin = join(prefix, 'bin/mcp-resource-gateway')
  const told = Object.keys(COMMANDS).map(name => {
    const { status, output } = runIn(home, bin, [name, '--help'])
    return [name, status, output.startsWith(`Usage: mcp-resource-gateway ${name}`)]
  })
  t.strictSame(told, Object.keys(COMMANDS).map(name => [name, 0, true]))
  t.match(runIn(home, bin, []), { status: 0, output: /^mcp-resource-gateway \d/ })
  t.match(runIn(home, bin, ['completion', 'bash']), { status: 0, output: /^complete /m })
  t.match(runIn(home, bin, ['start']), { status: 1, output: /config\/local\.json/ })
  t.match(runIn(home, bin, ['doctor']), { status: 1, output: /PROBLEM {2}configuration: .*no such file/ })
  t.match(runIn(home, bin, ['check', 'http://localhost:9/mcp']), { status: 1, output: /localhost:9/ })
  t.match(runIn(home, bin, ['audit', 'head', 'nowhere.log']), { status: 1, output: 'a file cannot be read: ENOENT' })
  t.match(runIn(home, bin, ['tutorial']), { status: 1, output: 'npx --package=mcp-resource-gateway --package=libsql' })
  t.notOk(existsSync(join(home, 'mcp-tutorial')), 'nothing was written')

  const added = install('libsql')
  t.equal(added.status, 0, added.output)
  const [port = 0, asPort = 0, sitePort = 0] = await freePorts(3)
  const [command = process.execPath, ...args] = [...HIDING, process.execPath, bin, 'tutorial', '--directory', join(home, 'kept')]
  const program = startProgram(command, args, { PORT: String(port), PRACTICE_AS_PORT: String(asPort), SITE_PORT: String(sitePort) })
  t.teardown(async () => {
    program.signal('SIGTERM')
    await program.ended
  })
  await program.line(/Ctrl-C ends everything/)
  const started = descendantsOf(program.pid)
  t.equal(started.length, 3)
  const walk = startProgram(process.execPath, [...programArguments('scripts/tutorial'), '--gateway', `http://localhost:${port}/mcp`])
  t.strictSame(await walk.ended, { code: 0, signal: null }, walk.lines.slice(-5).join('\n'))
  t.equal((await fetch(`http://localhost:${sitePort}/`)).status, 200)
  program.signal('SIGINT')
  t.strictSame(await program.ended, { code: 0, signal: null })
  t.strictSame(started.filter(isRunning), [], 'nothing is left')
  t.ok(existsSync(join(home, 'kept/tickets.db')))
  t.comment(HIDING.length > 0 ? 'the repository was hidden' : 'the repository could not be hidden here')
})

t.test('tutorial — names the version of MCP Inspector that is tested', t => {
  const tested = JSON.parse(readFileSync('scripts/inspector-next/package.json', 'utf8')) as { dependencies: Record<string, string> }
  t.equal(INSPECTOR, `@modelcontextprotocol/inspector@${tested.dependencies['@modelcontextprotocol/inspector'] ?? ''}`)
  t.end()
})
