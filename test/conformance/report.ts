// What did the suites find, for people to read? docs/conformance.md, the same text for the same results.

import { DRAFTS } from './drafts.ts'
import { renderFieldCases } from './field-cases.ts'
import { renderMcpjam } from './mcpjam-flows.ts'
import { renderStandards } from './standards.ts'
import type { Check, ScenarioResult, SuiteResult } from './suite.ts'

export interface Row {
  readonly revision: string
  readonly scenario: string
  readonly result: 'passes' | 'passes, but for' | 'not applicable' | 'FAILS'
  readonly reason: string
}

export function rowsOf (result: SuiteResult): readonly Row[] {
  return result.scenarios.map(scenario => ({ revision: result.revision, scenario: scenario.scenario, ...verdict(scenario, result) }))
}

function verdict ({ scenario, checks }: ScenarioResult, { expectations }: SuiteResult): Pick<Row, 'result' | 'reason'> {
  const unmet = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
  const expected = expectations.filter(expectation => expectation.scenario === scenario)
  const whole = expected.find(({ check }) => check === undefined)
  const passed = checks.some(({ status }) => status === 'SUCCESS')
  if (unmet.length === 0) return passed ? { result: 'passes', reason: '' } : { result: 'not applicable', reason: skippedBecause(checks) }
  if (whole !== undefined) return { result: 'not applicable', reason: whole.reason }
  const known = expected.filter(({ check }) => unmet.some(({ id }) => id === check))
  const unknown = unmet.filter(({ id }) => !expected.some(({ check }) => check === id))
  if (unknown.length > 0) return { result: 'FAILS', reason: unknown.map(({ id }) => id).join(', ') }
  const reasons = [...new Set(known.map(({ reason }) => reason))].join('; ')
  return passed ? { result: 'passes, but for', reason: `${known.map(({ check }) => `\`${check ?? ''}\``).join(', ')}: ${reasons}` } : { result: 'not applicable', reason: reasons }
}

/** The suite found nothing to check, and says why. */
function skippedBecause (checks: readonly Check[]): string {
  const notes = checks.filter(({ status }) => status === 'SKIPPED' || status === 'INFO')
    .map(({ details }) => details?.message ?? details?.note ?? 'without a reason')
  return `the suite skips it: ${[...new Set(notes)].join('; ') || 'without a reason'}`
}

/**
 * @param upstreams the section about other servers, see upstream-report.ts
 * @param otherLegs the section about clients and authorization servers, see other-legs.ts
 */
export function renderReport (results: readonly SuiteResult[], upstreams: string, otherLegs: string): string {
  return `# Conformance

The official suite \`@modelcontextprotocol/conformance\` runs against the protected gateway: a loopback proxy puts an access
token of the practice authorization server into each request, and everything behind it is as in production. The tools that
scenarios call by name are declared in \`test/conformance/fixture-tools.ts\`, as a developer declares tools of their own; then the same tools
stand [behind it at another server](#the-same-tools-at-another-server).

This page is written by the run (\`npm run conformance\`); CI runs the suites again and fails when a line would differ. What is
not applicable is listed with its reason in \`test/conformance/*.yml\`, the files that the suite itself reads as its baseline:
it fails on a scenario that fails and is not listed, and on one that is listed and passes.

The suite has no scenario for what this gateway is about, the 401, the 403 and the metadata of a resource server. The tests
in \`test/http\` and \`test/e2e\` are for that.

Contents: the suites for [2026-07-28](#2026-07-28-with-version-020-alpha12-of-the-suite) and older revisions, with
[tools of other servers](#the-same-tools-at-another-server); clients, authorization servers and
[scenarios that no package has](#scenarios-that-no-package-has); [a second suite](#the-checks-of-mcpjamsdk-1140);
[drafts](#drafts) that are built; [standards](#standards), and the [statements of drafts](#drafts-statement-by-statement) with their tests;
[cases from the field](#cases-from-the-field).

${results.map(section).join('\n\n')}

${upstreams}

${otherLegs}

${renderMcpjam()}

${DRAFTS.trimEnd()}

${renderStandards()}

${renderFieldCases()}
`
}

function section (result: SuiteResult): string {
  const rows = rowsOf(result).map(({ scenario, result: verdict, reason }) => `| ${scenario} | ${verdict} | ${reason} |`)
  return `## ${result.revision}, with version ${result.version} of the suite

| scenario | result | reason |
| --- | --- | --- |
${rows.join('\n')}`
}
