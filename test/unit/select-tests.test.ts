// Which test files do the names of `npm run t` select?

import t from 'tap'
import { selectTests } from '../../scripts/check/select-tests.ts'

const tree = {
  tests: ['test/http/limits.test.ts', 'test/unit/config-file.test.ts', 'test/unit/config.test.ts'],
  importsOf: new Map([
    ['src/config/load.ts', ['src/config/rules.ts']],
    ['src/config/rules.ts', []],
    ['src/unused.ts', []],
    ['test/http/limits.test.ts', ['test/support/gateway.ts']],
    ['test/support/gateway.ts', ['src/config/load.ts']],
    ['test/unit/config-file.test.ts', ['src/config/load.ts']],
    ['test/unit/config.test.ts', ['src/config/load.ts', 'src/config/rules.ts']]
  ])
}

t.test('names — a whole path, a whole name, or a part of one', async t => {
  t.strictSame(selectTests(tree, ['./test/unit/config.test.ts']), { files: ['test/unit/config.test.ts'] })
  t.strictSame(selectTests(tree, ['config']), { files: ['test/unit/config.test.ts'] })
  t.strictSame(selectTests(tree, ['conf', 'http']), { files: tree.tests })
  t.strictSame(selectTests(tree, ['config', 'nothing']), { unknown: 'nothing' })
})

t.test('source files — select the tests that import them, and where none does those nearest to them', async t => {
  t.strictSame(selectTests(tree, ['src/config/load.ts']), { files: ['test/unit/config-file.test.ts', 'test/unit/config.test.ts'] })
  t.strictSame(selectTests(tree, ['test/support/gateway.ts']), { files: ['test/http/limits.test.ts'] })
  t.strictSame(selectTests({ ...tree, tests: ['test/http/limits.test.ts'] }, ['src/config/rules.ts']),
    { files: ['test/http/limits.test.ts'] })
  t.strictSame(selectTests(tree, ['src/unused.ts']), { unknown: 'src/unused.ts' })
})
