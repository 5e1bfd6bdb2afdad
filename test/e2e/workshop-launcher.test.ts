// Does one command start everything that a class needs? Real processes; two protected resources, forty accounts, the lab and the console.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { FILE_SERVER, FILE_SERVER_PACKAGES } from '../../scripts/launcher/files-example.ts'
import { covers } from '../support/covers.ts'
import { launch } from '../support/launched-stack.ts'
import { obtainToken } from '../support/practice-client.ts'
import { descendantsOf, freePorts, isRunning, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'
import { callByHand } from '../support/protected-gateway.ts'

const HAS_FILE_SERVER = existsSync(join(FILE_SERVER_PACKAGES, FILE_SERVER)) || process.env['CI'] === 'true'
const SKIPPED = { skip: HAS_FILE_SERVER ? false : 'scripts/filesystem-server is not installed: sh scripts/test.sh installs it' }

t.test('workshop — one command, two resources, forty accounts, lab and console; Ctrl-C ends all of it', SKIPPED, async t => {
  covers('launcher.workshop')
  const [consolePort = 0, exercisesPort = 0] = await freePorts(2)
  const { program, gateway, issuer, shop } = await launch(t, ['--workshop', '--no-inspector'], {
    CONSOLE_PORT: String(consolePort), EXERCISES_PORT: String(exercisesPort), WORKSHOP_DIRECTORY: t.testdir()
  })
  await program.line(/^Ctrl-C ends everything/)
  const told = program.lines.join('\n')
  const files = gateway.replace(/mcp$/, 'files')
  for (const address of [gateway, files, issuer, shop, `${issuer}/lab`, `http://localhost:${consolePort}`, `http://localhost:${exercisesPort}/class`]) t.match(told, address)
  t.notMatch(told, /refused|cannot|fault/i, 'a good start does not read like a failure')
  const started = descendantsOf(program.pid)

  const form = { loginId: 'user40', password: 'user40' }
  const { accessToken } = await obtainToken(issuer, { parameters: { resource: gateway }, form })
  const call = { name: 'list_tickets', arguments: {} }
  t.equal((await callByHand(gateway, accessToken, call)).status, 200)
  const elsewhere = await callByHand(files, accessToken, call)
  t.equal(elsewhere.status, 401)
  t.match(elsewhere.headers.get('www-authenticate'), /another resource/)
  t.equal((await fetch(`http://localhost:${consolePort}/`)).status, 200)
  t.equal((await fetch(`http://localhost:${exercisesPort}/people/user40`)).status, 200)
  const { accounts } = await (await fetch(`${issuer}/lab/state`)).json() as { accounts: readonly string[] }
  t.equal(accounts.length, 42)

  program.signal('SIGINT')
  t.strictSame(await program.ended, { code: 0, signal: null })
  t.strictSame(started.filter(isRunning), [], 'nothing is left')
})

t.test('workshop — options that do not fit are one line', async t => {
  covers('launcher.workshop')
  const ended = async (...args: readonly string[]) => {
    const program = startProgram(process.execPath, [builtProgram('.build/scripts/launch.js'), '--no-inspector', ...args])
    return [(await program.ended).code, ...program.lines]
  }
  t.match(await Promise.all([
    ended('--address', '192.168.10.5'),
    ended('--workshop', '--upstream', 'files'),
    ended('--workshop', '--address', '0.0.0.0'),
    ended('--workshop', '--address', '8.8.8.8')
  ]), [
    [1, '--address: only with --workshop'],
    [1, '--upstream: a workshop has the files already, so leave it out'],
    [1, /^--address: expected a private address of this machine: /],
    [1, /^--address: expected a private address of this machine: /]
  ])
})
