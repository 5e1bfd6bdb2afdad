// What an operator must notice before a model reads it: text that a terminal does not show, and files that are wrong when the gateway
// starts.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { configOf, startPeopleServer } from '../support/gateway-server.ts'
import { GUARD_ARGUMENTS, guardEnvironment } from '../support/guarded-program.ts'
import { startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'
import { addAndReview, decided, ECHO, placeFor, WAIT } from '../support/upstream-place.ts'

t.test('invisible characters are recorded only with --accept-invisible (case 10)', async t => {
  covers('proxy.review-shows-hidden-text', 'proxy.review-records-what-was-accepted')
  const place = placeFor(t)
  await addAndReview(place)
  const lock = () => JSON.parse(readFileSync(join(place.folder, 'small.lock.json'), 'utf8')) as { tools: Record<string, JsonObject> }
  const before = lock().tools
  const hidden = { ...ECHO, description: 'Says it again.\u{e0041}\u202e\u200b\u001b[2J' }
  place.tools([hidden, { ...WAIT, title: 'Waits' }])
  const [status, text] = await place.run('review', 'small.json', '--check')
  t.equal(status, 1)
  t.match(text, String.raw`\u{e0041}\u{202e}\u{200b}\u{1b}[2J`)
  t.match(text, 'accept it with --accept-invisible')
  const reaching = ['\u001b', '\u200b', '\u202e', '\u{e0041}'].filter(character => text.includes(character))
  t.strictSame(reaching, [], 'nothing of it reaches the terminal')
  t.equal((await place.run('review', 'small.json', '--accept', 'all'))[0], 1, 'something is left to review')
  t.strictSame(lock().tools['echo'], before['echo'], 'the former text stays')
  t.match(lock().tools['wait'], { definition: { title: 'Waits' } }, 'the readable one is recorded')
  t.equal((await place.run('review', 'small.json', '--accept', 'echo'))[0], 1, 'nor by its name')
  t.equal((await place.run('review', 'small.json', '--accept', 'echo', '--accept-invisible'))[0], 0)
  t.match(lock().tools['echo'], { definition: { description: hidden.description } })
})

t.test('a wrong file — the gateway ends with 1 and one line a mistake, with its place (cases 2, 3 and 8)', async t => {
  covers('proxy.file-mistakes', 'proxy.lock-read-strictly')
  const place = placeFor(t)
  await addAndReview(place)
  const people = await startPeopleServer(t)
  const config = join(place.folder, 'gateway.json')
  const lockFile = join(place.folder, 'small.lock.json')
  const lock = readFileSync(lockFile, 'utf8')
  writeFileSync(config, JSON.stringify(configOf(people, { upstreams: ['./small.json'] })))
  const start = async (): Promise<readonly string[]> => {
    const command = ['-u', 'NODE_OPTIONS', process.execPath, ...GUARD_ARGUMENTS, builtProgram('dist/server.js')]
    const program = startProgram('env', command, { GATEWAY_CONFIG: config, ...guardEnvironment() })
    const { code } = await program.ended
    return [String(code), ...program.lines.map(line => line.trim()).filter(line => line.includes('small'))]
  }
  place.decide({ ecko: decided, wait: { ...decided, scopes: [], efect: 'read' } })
  t.strictSame(await start(), ['1', 'tools.wait.efect (./small.json): unknown member; did you mean effect?'])
  place.decide({ ecko: decided, wait: { effect: 'read', scopes: [] } })
  t.strictSame(await start(), [
    '1',
    'tools.ecko (./small.json): the lock has no such tool; did you mean echo?',
    'tools.wait.scopes (./small.json): expected a scope; an empty list only together with "everyone": true'
  ])
  const [status, said] = await place.run('review', 'small.json')
  t.equal(status, 0, 'nothing is left to review')
  t.match(said, /tools\.ecko \(small\.json\): the lock has no such tool; did you mean echo\?\n.*\n?.*the gateway would not start with it/s)
  place.decide({ echo: decided })
  writeFileSync(lockFile, lock.replace('Says it again.', 'Says all again.'))
  t.match(await start(), ['1', /^lock\.tools\.echo \(\.\/small\.lock\.json\): was edited after the review; run mcp-resource-gateway/])
})
