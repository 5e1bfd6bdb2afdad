// The part of docs/conformance.md about the other legs of the suite: clients, authorization servers, and proposed scenarios that no
// package has.

import type { AuthorizationResult } from './authorization-run.ts'
import { CLIENT_EXCEPTIONS, type ClientResult } from './client-runs.ts'

export interface OtherLegs {
  readonly version: string
  readonly clients: readonly ClientResult[]
  readonly authorization: AuthorizationResult
}

export function renderOtherLegs ({ version, clients, authorization }: OtherLegs): string {
  const rows = clients.map(result => `| ${result.scenario} | ${verdictOf(result)} |`)
  return `## Clients and authorization servers, with version ${version} of the suite

The **client** leg runs a client against servers of the suite. The client is the documented example
(\`docs/examples/remedying-client.ts\`), started by \`test/conformance/client-under-test.ts\`:

| scenario | result |
| --- | --- |
${rows.join('\n')}

The **authorization** leg runs against the practice authorization server, with a person who agrees on its page:
${authorization.passed} checks pass, ${authorization.failed} fail.

Obtained as the other legs: the package is pinned in \`scripts/conformance/package-lock.json\`, and nothing else is fetched. To repeat one scenario:

\`\`\`sh
npm ci --prefix scripts/conformance && npm run compile
scripts/conformance/node_modules/.bin/node scripts/conformance/node_modules/conformance-modern/dist/index.js client \\
  --command "node .build/test/conformance/client-under-test.js" --scenario auth/scope-step-up --spec-version 2026-07-28
\`\`\`

### Scenarios that no package has

Three proposals for resource servers are unmerged. No package contains them, so CI cannot run them as they are: their requirements are written
again in \`test/http/unmerged-scenarios.test.ts\`, with the names of their checks.

| proposal | text | checks | here |
| --- | --- | --- | --- |
| token audience, [386](https://github.com/modelcontextprotocol/conformance/pull/386) | 2ce00240, 2026-07-02 | 6 | 6 pass |
| DPoP at a server, [395](https://github.com/modelcontextprotocol/conformance/pull/395) | c51d0606, 2026-07-06 | 23, and one with nonces | 24 pass |
| step-up, [106](https://github.com/modelcontextprotocol/conformance/pull/106) | b3555512, 2026-01-14 | 403, its scope and metadata, success with more scope | pass |

The originals passed too when they were run by hand on 2026-11-27, in both eras (386: 6 of 6; 395: 23 of 23, and 24 of 24 with nonces). To do that
again: \`git archive\` of the head that the table names, \`npm ci --ignore-scripts\`, and \`tsx src/index.ts server --url … --scenario …\` against a
gateway that accepts the issuer of the scenario.`
}

function verdictOf ({ scenario, unmet }: ClientResult): string {
  const reason = CLIENT_EXCEPTIONS[scenario]
  if (unmet.length === 0) return 'passes'
  return reason === undefined ? `FAILS: ${unmet.join(', ')}` : `passes, but for ${unmet.map(id => `\`${id}\``).join(', ')}: ${reason}`
}
