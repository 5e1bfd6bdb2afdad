// The official conformance suites, against the gateway with a real token in front. Which scenarios do not apply is
// written in test/conformance/*.yml; docs/conformance.md is what the last run found.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { startProtectedTarget } from '../conformance/protected-target.ts'
import { renderReport, rowsOf } from '../conformance/report.ts'
import { isSuiteInstalled, runSuite, SUITE_RUNS, type SuiteResult } from '../conformance/suite.ts'
import { renderUpstreams } from '../conformance/upstream-report.ts'
import { differences, lostScenarios, runBehindUpstream, toolScenarios, type UpstreamResult } from '../conformance/upstream-runs.ts'
import { FIXTURE_UPSTREAMS } from '../conformance/upstream-target.ts'
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

const upstreams: UpstreamResult[] = []

for (const upstream of FIXTURE_UPSTREAMS) {
  t.test(`conformance — the same tools at a server over ${upstream.title} pass as tools of the gateway do`, async t => {
    covers('proxy.conformance-suite')
    const result = await runBehindUpstream(upstream)
    upstreams.push(result)
    t.equal(result.found, upstream.revision, 'the review finds the revision')
    t.match(result.longestName, [{ type: 'text', text: 'Done' }], 'a name of 64 characters is called as it is')
    t.same(differences(result.through, results), [], 'no scenario ends in another way')
    t.same(result.through.map(({ exitCode }) => exitCode), result.through.map(() => 0), 'the suite agrees with the same baseline')
    t.same(lostScenarios(result), [], 'what passes at the server itself passes here')
    if (result.direct !== undefined) t.ok(toolScenarios(result.direct).length > 8)
  })
}

t.test('conformance — the document says what this run has found', async t => {
  const document = readFileSync('docs/conformance.md', 'utf8')
  // Run and compared in conformance-legs.test.ts.
  const otherLegs = /^## Clients and authorization servers[^]*?(?=\n\n## )/m.exec(document)?.[0] ?? ''
  const now = renderReport(results, renderUpstreams(upstreams, results), otherLegs)
  t.equal(document, now, 'npm run conformance writes it anew')
})
