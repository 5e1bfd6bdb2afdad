// The example of docs/own-tools.md with its tests, against the built package.

import { spawnSync } from 'node:child_process'
import t from 'tap'

t.test('example — the tests of docs/own-tools.md pass', async t => {
  const { NODE_OPTIONS: _, ...env } = process.env
  const { status, stdout } = spawnSync(process.execPath, ['--test', '.build/docs/examples/invoices.test.js'], { encoding: 'utf8', env })
  t.equal(status, 0, stdout)
  t.match(stdout, /pass 4/)
})
