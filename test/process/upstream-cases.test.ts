// Each case of test/support/upstream-cases.ts has the tests that it names: a test that is renamed or removed is missed here.

import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { UPSTREAM_CASES } from '../support/upstream-cases.ts'

const numbersFrom = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index)

/** The names of the tests in a file, with their templates as they are written. */
function namesIn (file: string): readonly string[] {
  if (!existsSync(`test/${file}`)) return []
  const called = /\bt\.test\(\s*(['`])((?:\\.|(?!\1).)*)\1/g
  return [...readFileSync(`test/${file}`, 'utf8').matchAll(called)].map(([, , name = '']) => name)
}

t.test('cases — all that concern decisions, arguments, totals, sessions, eras, transports and credentials are there', async t => {
  t.strictSame(Object.keys(UPSTREAM_CASES).map(Number), [...numbersFrom(1, 75), 79])
})

t.test('cases — each is shown by tests that exist', async t => {
  const missing = Object.entries(UPSTREAM_CASES).flatMap(([number, { shownBy }]) => {
    const wanted = Object.entries(shownBy).flatMap(([file, names]) => names.map(name => [file, name] as const))
    if (wanted.length === 0) return [`case ${number}: no test`]
    return wanted
      .filter(([file, name]) => !namesIn(file).some(found => found.startsWith(name)))
      .map(([file, name]) => `case ${number}: ${file} has no test that begins with "${name}"`)
  })
  t.strictSame(missing, [])
})
