// Forty attendees at once against a whole workshop: each is ticked, and the console shows each request once, with the outcome that its
// client saw. scripts/class-load.ts runs the same for five minutes and measures.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { FILE_SERVER, FILE_SERVER_PACKAGES } from '../../scripts/launcher/files-example.ts'
import { runClass } from '../support/class-run.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { launchWorkshop } from '../support/launched-workshop.ts'

const HAS_FILE_SERVER = existsSync(join(FILE_SERVER_PACKAGES, FILE_SERVER)) || process.env['CI'] === 'true'
const SKIPPED = { skip: HAS_FILE_SERVER ? false : 'scripts/filesystem-server is not installed: sh scripts/test.sh installs it' }

t.test('forty attendees — the console shows each request once with its outcome, and every exercise is ticked', SKIPPED, async t => {
  covers('exercises.class-of-forty')
  const { place, console, exercises, shop } = await launchWorkshop(t)
  const report = await runClass({
    place, console, exercises, shop, people: 40, fingerprint: token => new PresentedToken(token).fingerprint
  })
  t.strictSame(report.failures, [])
  const unavailable = report.requests.filter(({ status }) => status >= 500)
  const others = unavailable.filter(({ status, tool }) => status !== 503 || tool !== 'reserve_ticket')
  t.strictSame(others, [], 'nothing is unavailable but where so many revocations at once are doubted')
  t.equal(report.requests.length, 40 * 15 + 2 * unavailable.length)
  t.strictSame({ missing: report.missing, invented: report.invented, dropped: report.dropped }, { missing: [], invented: [], dropped: 0 })
  const done = async () => [...(await (await fetch(`${exercises}/class`)).text()).matchAll(/class="cell done"/g)].length
  await eventually('nine exercises are ticked for each of forty', async () => await done() === 360)
  t.equal(await done(), 360, 'and no more')
})
