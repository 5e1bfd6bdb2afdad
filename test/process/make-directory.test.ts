// The directory that a command writes into: made where it is missing, or one line that says why it cannot be used.

import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { makeDirectory } from '../../src/cli/make-directory.ts'

t.test('directory — is made with its parents, and a file in its place is one line', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'made-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  t.strictSame(makeDirectory(join(folder, 'deep/er'), 0o700), [])
  t.equal(statSync(join(folder, 'deep/er')).mode & 0o777, 0o700)
  t.strictSame(makeDirectory(join(folder, 'deep/er')), [], 'once more')
  writeFileSync(join(folder, 'file'), '')
  t.strictSame(makeDirectory(join(folder, 'file')), ['--directory: cannot be used: it is a file'])
  t.strictSame(makeDirectory(join(folder, 'file/below')), ['--directory: cannot be used: a part of the path is a file'])
  t.notOk(existsSync(join(folder, 'file/below')))
})
