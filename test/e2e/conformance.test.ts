// The official conformance suites, against the gateway with a real token in front. Which scenarios do not apply is
// written in test/conformance/*.yml; docs/conformance.md is what the last run found.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { startProtectedTarget } from '../conformance/protected-target.ts'
import { renderReport, rowsOf } from '../conformance/report.ts'
import { isSuiteInstalled, runSuite, SUITE_RUNS, type SuiteResult } from '../conformance/suite.ts'
import { covers } from '../support/covers.ts'

if (!isSuiteInstalled() && process.env['CI'] !== 'true') {
  t.plan(0, 'left out: the conformance suites are not installed; npm run conformance installs them')
  process.exit()
}

const results: SuiteResult[] = []

t.test('conformance — every scenario of the official suites passes or does not apply, in every revision', async t => {
  covers('eras.conformance-suite')
  const target = await startProtectedTarget()
  t.teardown(() => target.close())
  for (const run of SUITE_RUNS) {
    const result = await runSuite(run, target.url)
    results.push(result)
    const rows = rowsOf(result)
    t.not(rows.length, 0, `${run.revision} with ${run.suite} has scenarios`)
    t.same(rows.filter(({ result }) => result === 'FAILS'), [], `${run.revision} with ${run.suite}: none fails`)
    t.equal(result.exitCode, 0, `${run.revision} with ${run.suite}: the suite agrees with its baseline`)
    for (const { scenario } of rows.filter(({ result }) => result.startsWith('passes'))) t.pass(`${run.revision} ${scenario}`)
  }
})

t.test('conformance — the document says what this run has found', async t => {
  t.equal(readFileSync('docs/conformance.md', 'utf8'), renderReport(results), 'npm run conformance writes it anew')
})
