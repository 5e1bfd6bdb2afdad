// Does `--workshop --address` open the stack to one network address, say so loudly, and keep what only the teacher may see? Real processes.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { FILE_SERVER, FILE_SERVER_PACKAGES } from '../../scripts/launcher/files-example.ts'
import { addressesHere, isPrivateAddress } from '../../src/kernel/private-address.ts'
import { covers } from '../support/covers.ts'
import { launch } from '../support/launched-stack.ts'
import { obtainToken } from '../support/practice-client.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'
import { callByHand } from '../support/protected-gateway.ts'

const HAS_FILE_SERVER = existsSync(join(FILE_SERVER_PACKAGES, FILE_SERVER)) || process.env['CI'] === 'true'
const address = addressesHere().find(isPrivateAddress)
const skip = !HAS_FILE_SERVER
  ? 'scripts/filesystem-server is not installed: sh scripts/test.sh installs it'
  : address === undefined ? 'this machine has no private network address' : false
const SECRET = 'a secret of the teacher'

const answersAt = (url: string): Promise<boolean> => fetch(url).then(() => true, () => false)

t.test('workshop — with an address the class reaches everything there, in clear and with a warning', { skip }, async t => {
  covers('launcher.workshop')
  const [consolePort = 0, exercisesPort = 0] = await freePorts(2)
  const { program, gateway: ofThisMachine, issuer: issuerHere, shop: shopHere } = await launch(
    t, ['--workshop', '--no-inspector', '--address', address ?? ''], {
      CONSOLE_PORT: String(consolePort),
      EXERCISES_PORT: String(exercisesPort),
      WORKSHOP_DIRECTORY: t.testdir(),
      PRACTICE_AS_TEACHER_SECRET: SECRET
    })
  await program.line(/^Ctrl-C ends everything/)
  const told = program.lines.join('\n')
  const there = (url: string) => url.replace('localhost', address ?? '')
  const [gateway, issuer, shop] = [there(ofThisMachine), there(issuerHere), there(shopHere)]
  const exercises = `http://${address}:${exercisesPort}`
  for (const one of [gateway, issuer, shop, exercises, `http://localhost:${consolePort}`]) t.match(told, one)
  const warnings = told.match(/Reachable by EVERYBODY on the network of \S+, WITHOUT ENCRYPTION/g)
  t.equal(warnings?.length, 2, 'before the start, and when it is ready')
  t.match(told, `${SECRET}  (lab and reset`)

  const reached = await Promise.all([shop, `${exercises}/people/user01`, `${issuer}/lab`].map(answersAt))
  t.strictSame(reached, [true, true, true])
  t.strictSame(await Promise.all([ofThisMachine, shopHere].map(answersAt)), [false, false], 'one address, and no other')
  const ofConsole = await Promise.all(['localhost', address].map(host => answersAt(`http://${host}:${consolePort}/`)))
  t.strictSame(ofConsole, [true, false], 'the console shows who called what: at this machine alone')
  const { accessToken } = await obtainToken(issuer, {
    parameters: { resource: gateway }, form: { loginId: 'user07', password: 'user07' }
  })
  t.equal((await callByHand(gateway, accessToken, { name: 'list_tickets', arguments: {} })).status, 200)

  const lab = (headers: Readonly<Record<string, string>>) =>
    fetch(`${issuer}/lab/switches`, { method: 'DELETE', headers }).then(({ status }) => status)
  t.equal(await lab({}), 401, 'the lab belongs to the teacher')
  t.equal(await lab({ authorization: `Basic ${Buffer.from(`teacher:${SECRET}`).toString('base64')}` }), 200)

  program.signal('SIGINT')
  t.strictSame(await program.ended, { code: 0, signal: null })
})

t.test('workshop — a secret that is too short is one line; the addresses can be listed', { skip }, async t => {
  covers('launcher.workshop')
  const ended = async (env: Readonly<Record<string, string>>, ...args: readonly string[]) => {
    const program = startProgram(process.execPath, [builtProgram('.build/scripts/launch.js'), '--no-inspector', '--workshop', ...args], env)
    return [(await program.ended).code, ...program.lines]
  }
  t.strictSame(await ended({ PRACTICE_AS_TEACHER_SECRET: 'short' }, '--address', address ?? ''), [
    1, 'PRACTICE_AS_TEACHER_SECRET: expected 12 characters or more'
  ])
  t.strictSame(await ended({}, '--address', 'list'), [0, ...addressesHere().filter(isPrivateAddress)])
})
