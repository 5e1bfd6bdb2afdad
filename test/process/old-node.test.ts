// Is an old Node.js told so by every program?

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { builtProgram } from '../support/program.ts'

const TOO_OLD = 'Node.js 18.20.8 is too old: version 20.19 or newer is needed, 24 is recommended (https://nodejs.org).\n'

t.test('Node.js — one that is too old is refused with one line, before anything else is loaded', async t => {
  covers('launcher.old-node-refused')
  const program = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })"
  const pretend = join(t.testdir({ 'old.cjs': program }), 'old.cjs')
  const programs = [
    ...(['dist/server.js', 'dist/cli.js', 'dist/server/worker.js'] as const).map(builtProgram),
    'scripts/require-node.cjs'
  ]
  const told = programs.map(program => {
    const { status, stderr } = spawnSync(process.execPath, ['--require', pretend, program], { encoding: 'utf8' })
    return [program, status, stderr]
  })
  t.strictSame(told, programs.map(program => [program, 1, TOO_OLD]))
})

t.test('scripts — those that build look at the version first', async t => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  for (const name of ['compile', 'build', 't']) t.match(scripts[name], /^node scripts\/require-node\.cjs && /)
})
