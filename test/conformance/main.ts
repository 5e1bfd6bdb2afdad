// npm run conformance: runs every suite and writes docs/conformance.md. Started by scripts/conformance.sh.

import { writeFileSync } from 'node:fs'
import { startProtectedTarget } from './protected-target.ts'
import { renderReport, rowsOf } from './report.ts'
import { runSuite, SUITE_RUNS, type SuiteResult } from './suite.ts'

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
writeFileSync('docs/conformance.md', renderReport(results))
console.log('docs/conformance.md is written')
