// Do the exports of the packed package resolve, with types that say what the code is? Two tools of the field judge the tarball.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { folderOutside, pack } from '../support/installed-package.ts'
import { builtProgram } from '../support/program.ts'

builtProgram('dist/index.js')

function judge (program: string, ...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env })
  return { status, text: `${stdout}${stderr}` }
}

t.test('package — its exports and types are what every supported resolution expects', t => {
  covers('supply.package-shape')
  const tarball = pack(folderOutside(t))
  // It consists of ES modules: node10 and CommonJS without require(esm) are not supported.
  const types = judge(
    'node_modules/@arethetypeswrong/cli/dist/index.js', tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii'
  )
  t.equal(types.status, 0, types.text)
  for (const name of ['mcp-resource-gateway"', '/testing"', '/tickets"']) t.ok(types.text.includes(name), name)
  const shape = judge('node_modules/publint/src/cli.js', 'run', tarball, '--strict')
  t.equal(shape.status, 0, shape.text)
  t.match(shape.text, /All good/)
  t.end()
})

t.test('package — says where it belongs, and exports three modules', t => {
  const { exports, keywords, license, engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: object, keywords: readonly string[], license: string, engines: object
  }
  t.strictSame(Object.keys(exports), ['.', './testing', './tickets', './package.json'])
  t.ok(keywords.includes('mcp'))
  t.strictSame([license, engines], ['MIT', { node: '>=20.19' }])
  t.end()
})
