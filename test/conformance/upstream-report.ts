// The part of docs/conformance.md about the same tools at another server.

import type { SuiteResult } from './suite.ts'
import { differences, lostScenarios, toolScenarios, UPSTREAM_RUNS, type UpstreamResult } from './upstream-runs.ts'

export function renderUpstreams (results: readonly UpstreamResult[], own: readonly SuiteResult[]): string {
  const head = ['the other server', ...UPSTREAM_RUNS.map(({ revision }) => `clients of ${revision}`), 'without the gateway']
  const rows = results.map(result => [
    result.title,
    ...result.through.map((through, index) => {
      const different = differences([through], own.slice(index, index + 1))
      return different.length === 0 ? 'as above' : different.map(({ scenario, result: verdict }) => `${scenario} ${verdict}`).join(', ')
    }),
    withoutGateway(result)
  ])
  return `## The same tools at another server

The fixtures as servers of the official SDK behind the gateway, adopted with \`upstream add\` and \`upstream review\`, with their own names
(\`"prefix": ""\`). Every scenario is run again with the same baseline: what does not apply to tools of the gateway does not apply to
these, for the same reasons. "As above" means that no line of the table of that revision would differ. The last column counts the scenarios
about tools that pass at the server itself, in its own era; each of them passes through the gateway as well. The suite speaks no stdio.

${[head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')}`
}

function withoutGateway (result: UpstreamResult): string {
  if (result.direct === undefined) return 'not to be reached'
  const lost = lostScenarios(result)
  return `${toolScenarios(result.direct).length} pass${lost.length === 0 ? '' : `; lost here: ${lost.join(', ')}`}`
}
