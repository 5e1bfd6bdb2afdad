// Files that a library opens by their path: made with a narrow mode, also by several workers at the same moment.

import { existsSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makePrivate } from '../../src/kernel/private-file.ts'
import { covers } from '../support/covers.ts'

t.test('private file — is made for its owner alone, and a second time stays as it is', async t => {
  covers('operations.private-files')
  const path = join(t.testdir(), 'folder', 'tickets.db')
  makePrivate(path)
  makePrivate(path)
  t.equal(statSync(path).mode & 0o777, 0o600)
})

t.test('private file — one that another process makes between the look and the making is no failure', async t => {
  const folder = t.testdir()
  const path = join(folder, 'tickets.db')
  // A link to nothing is what a look does not find and what cannot be made: the moment between the two, held still.
  symlinkSync(join(folder, 'elsewhere.db'), path)
  t.doesNotThrow(() => { makePrivate(path) })
  t.notOk(existsSync(join(folder, 'elsewhere.db')), 'nothing is made through a link')
})
