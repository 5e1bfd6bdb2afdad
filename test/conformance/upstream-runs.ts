// What do the suites find when the tools are those of another server? The same scenarios with the same baseline; and, where the suite can
// reach that server without the gateway, what it finds there.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { LONGEST_NAME } from './fixture-servers.ts'
import { rowsOf, type Row } from './report.ts'
import { runSuite, SUITE_RUNS, type SuiteResult, type SuiteRun } from './suite.ts'
import { startUpstreamTarget, type FixtureUpstream } from './upstream-target.ts'

export interface UpstreamResult extends FixtureUpstream {
  /** As the review found it. */
  readonly found: string
  /** What a tool with the longest name answers. */
  readonly longestName: unknown
  /** In the order of UPSTREAM_RUNS. */
  readonly through: readonly SuiteResult[]
  /** In the era of the server; absent for stdio, which the suite does not speak. */
  readonly direct: SuiteResult | undefined
}

/** One for each era; the other revisions differ in the hop to the client alone. */
export const UPSTREAM_RUNS: readonly SuiteRun[] = SUITE_RUNS.slice(0, 2)

export async function runBehindUpstream (upstream: FixtureUpstream): Promise<UpstreamResult> {
  const target = await startUpstreamTarget(upstream)
  try {
    // The process is started by the first call; the suite gives a stream less time than a start may take on a busy machine.
    const longestName = await answerOf(target.url, LONGEST_NAME)
    const through: SuiteResult[] = []
    for (const run of UPSTREAM_RUNS) through.push(await runSuite(run, target.url))
    const ownEra = UPSTREAM_RUNS.find(({ revision }) => revision === upstream.revision)
    const direct = target.directUrl === undefined || ownEra === undefined ? undefined : await runSuite(ownEra, target.directUrl)
    return { ...upstream, found: target.revision, longestName, through, direct }
  } finally {
    await target.close()
  }
}

async function answerOf (url: string, name: string): Promise<unknown> {
  const client = new Client({ name: 'conformance', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  const { content } = await client.callTool({ name, arguments: {} })
  await client.close()
  return content
}

/** Rows that are not as with tools of the gateway. */
export function differences (through: readonly SuiteResult[], own: readonly SuiteResult[]): readonly Row[] {
  const text = ({ scenario, result, reason }: Row) => JSON.stringify([scenario, result, reason])
  return through.flatMap((result, index) => {
    const ownResult = own[index]
    const known = new Set(ownResult === undefined ? [] : rowsOf(ownResult).map(text))
    const rows = rowsOf(result)
    return [...rows.filter(row => !known.has(text(row))), ...rows.length === known.size ? [] : [missingRows(result.revision)]]
  })
}

/** Scenarios about tools that pass at the server itself and not through the gateway. */
export function lostScenarios ({ through, direct }: UpstreamResult): readonly string[] {
  const ofItsEra = through.find(({ revision, suite }) => revision === direct?.revision && suite === direct.suite)
  if (direct === undefined || ofItsEra === undefined) return []
  const passing = new Set(rowsOf(ofItsEra).filter(({ result }) => result.startsWith('passes')).map(({ scenario }) => scenario))
  return toolScenarios(direct).filter(scenario => !passing.has(scenario))
}

export function toolScenarios (result: SuiteResult): readonly string[] {
  return rowsOf(result).filter(({ scenario, result }) => /^(?:tools|json-schema|http)-/.test(scenario) && result.startsWith('passes'))
    .map(({ scenario }) => scenario)
}

function missingRows (revision: string): Row {
  return { revision, scenario: '(a scenario that did not run)', result: 'FAILS', reason: '' }
}
