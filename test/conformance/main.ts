// npm run conformance: runs every suite and writes docs/conformance.md. Started by scripts/conformance.sh.

import { writeFileSync } from 'node:fs'
import { startProtectedTarget } from './protected-target.ts'
import { runAuthorizationLeg } from './authorization-run.ts'
import { CLIENT_SCENARIOS, runClientScenario, type ClientResult } from './client-runs.ts'
import { renderOtherLegs } from './other-legs.ts'
import { renderReport, rowsOf } from './report.ts'
import { runSuite, SUITE_RUNS, versionOf, type SuiteResult } from './suite.ts'
import { renderUpstreams } from './upstream-report.ts'
import { differences, lostScenarios, runBehindUpstream, type UpstreamResult } from './upstream-runs.ts'
import { FIXTURE_UPSTREAMS } from './upstream-target.ts'

const target = await startProtectedTarget()
const results: SuiteResult[] = []
for (const run of SUITE_RUNS) {
  const result = await runSuite(run, target.url)
  results.push(result)
  const rows = rowsOf(result)
  const count = (verdict: string) => rows.filter(({ result }) => result.startsWith(verdict)).length
  console.log(`${result.revision} with ${result.version}: ${count('passes')} pass, ${count('not applicable')} not applicable, ${count('FAILS')} fail`)
  for (const row of rows) if (row.result === 'FAILS') console.log(`  ${row.scenario}: ${row.reason}`)
  if (result.exitCode !== 0) {
    console.log(result.output.slice(result.output.indexOf('=== SUMMARY ===')))
    process.exitCode = 1
  }
}
await target.close()
const upstreams: UpstreamResult[] = []
for (const upstream of FIXTURE_UPSTREAMS) {
  const result = await runBehindUpstream(upstream)
  upstreams.push(result)
  const different = [...differences(result.through, results).map(({ scenario }) => scenario), ...lostScenarios(result)]
  console.log(`behind it, ${upstream.title}: ${different.length === 0 ? 'the same' : `differs in ${different.join(', ')}`}`)
  if (different.length > 0) process.exitCode = 1
}
const clients: ClientResult[] = []
for (const scenario of CLIENT_SCENARIOS) clients.push(await runClientScenario(scenario))
const authorization = await runAuthorizationLeg()
const otherLegs = renderOtherLegs({ version: versionOf('conformance-modern'), clients, authorization })
writeFileSync('docs/conformance.md', renderReport(results, renderUpstreams(upstreams, results), otherLegs))
console.log('docs/conformance.md is written')
