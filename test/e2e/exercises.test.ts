// Do the exercises tick themselves? A whole workshop, two attendees who do them as their pages say, one who does nothing, and the reset.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { FILE_SERVER, FILE_SERVER_PACKAGES } from '../../scripts/launcher/files-example.ts'
import { WorkshopAttendee } from '../support/attendee.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { launchWorkshop } from '../support/launched-workshop.ts'
import { startProgram } from '../support/processes.ts'
import { callByHand } from '../support/protected-gateway.ts'

const HAS_FILE_SERVER = existsSync(join(FILE_SERVER_PACKAGES, FILE_SERVER)) || process.env['CI'] === 'true'
const SKIPPED = { skip: HAS_FILE_SERVER ? false : 'scripts/filesystem-server is not installed: sh scripts/test.sh installs it' }

const fingerprint = (token: string) => new PresentedToken(token).fingerprint

t.test('exercises — a person who does them is ticked by the gateway, another is not, and a reset begins again', SKIPPED, async t => {
  covers('exercises.ticked-by-decisions', 'exercises.of-one-person', 'exercises.reset', 'exercises.no-secrets')
  const { place, exercises, program, ownTool, ports: [, asPort = 0] } = await launchWorkshop(t)
  const page = async (path: string) => await (await fetch(exercises + path)).text()
  const [first, second] = [new WorkshopAttendee('user01', place, fingerprint), new WorkshopAttendee('user02', place, fingerprint)]
  await first.doExercises()
  t.strictSame(first.requests.map(({ status }) => status), [401, 401, 200, 200, 403, 200, 403, 200, 200, 403, 401, 200, 200, 200, 401])
  await second.request('made-up-by-user02', 'list_tickets')
  await second.request(undefined, 'list_tickets')

  const doneOn = async (login: string) =>
    [...(await page(`/people/${login}`)).matchAll(/id="exercise-(\d+)" data-part class="done"/g)].map(([, number]) => Number(number))
  await eventually('the first person has done all but the tool of one\'s own', async () => (await doneOn('user01')).length === 9)
  t.strictSame(await doneOn('user01'), [1, 2, 3, 4, 5, 6, 7, 8, 10])
  await eventually('the second person has done the first', async () => (await doneOn('user02')).length === 1)
  t.strictSame(await doneOn('user02'), [1])
  t.strictSame(await doneOn('user03'), [], 'nobody else is ticked')
  const own = startProgram(process.execPath, ['--import', './scripts/from-source.mjs', 'docs/examples/greetings.ts'], {
    OWN_TOOL_PORT: String(ownTool.port), OWN_TOOL_CONSOLE_PORT: String(ownTool.consolePort), PRACTICE_AS_PORT: String(asPort)
  })
  t.teardown(() => { own.signal('SIGKILL') })
  const [, address = ''] = /(http\S+)/.exec(await own.line(/^own tool ready/)) ?? []
  const greet = async (scope: string) => {
    const token = await first.ask(scope, address)
    return await first.request(token, 'write_greeting', { text: 'hello' }, address)
  }
  t.strictSame([await greet('greetings:read'), await greet('greetings:read greetings:write')], [403, 200])
  // Its console notes nothing before the exercises have found it, which takes a second.
  await eventually('the tool of one\'s own is ticked too', async () => {
    await greet('greetings:read')
    await greet('greetings:read greetings:write')
    return (await doneOn('user01')).length === 10
  })
  const overview = await page('/class?lang=ja')
  t.match(overview, /2 \/ 40/)
  t.equal([...overview.matchAll(/class="cell done"/g)].length, 11)

  const kept = readFileSync(join(place.folder, '../../progress.json'), 'utf8')
  const everything = [await page('/people/user01'), overview, kept, program.lines.join('\n')].join('\n')
  const tokens = first.tokens
  t.ok(tokens.length >= 7)
  t.strictSame(tokens.flatMap(token => [token, token.slice(0, 16), token.slice(16, 32)]).filter(part => everything.includes(part)), [])

  const foreign = await fetch(`${exercises}/class/reset`, { method: 'POST', headers: { origin: 'http://evil.example' } })
  t.equal(foreign.status, 403)
  t.equal((await fetch(`${exercises}/class/reset`, { method: 'POST' })).status, 403, 'a form of a browser names its origin')
  t.equal((await doneOn('user01')).length, 10)
  const reset = await fetch(`${exercises}/class/reset`, { method: 'POST', headers: { origin: exercises } })
  t.equal(reset.status, 200)
  t.equal([...(await reset.text()).matchAll(/<li>✓/g)].length, 3)
  t.strictSame(await doneOn('user01'), [])
  // A token of the same second counts as one from before the reset.
  await eventually('a new token lists the tickets, with every seat', async () => {
    const answer = await callByHand(place.tickets, await second.ask('mcp:tickets:read'), { name: 'list_tickets', arguments: {} })
    return answer.status === 200 && JSON.stringify(answer.body).includes('"available_seats":400')
  })
})
