// The client leg of the official suite against the documented client, and its authorization leg against the practice server. What they
// find stands in docs/conformance.md.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { runAuthorizationLeg } from '../conformance/authorization-run.ts'
import { CLIENT_EXCEPTIONS, CLIENT_SCENARIOS, runClientScenario, type ClientResult } from '../conformance/client-runs.ts'
import { renderOtherLegs } from '../conformance/other-legs.ts'
import { isSuiteInstalled, versionOf } from '../conformance/suite.ts'
import { covers } from '../support/covers.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'

const skip = whySkippedTheSecondTime

if (!isSuiteInstalled() && process.env['CI'] !== 'true') {
  t.plan(0, 'left out: the conformance suites are not installed; npm run conformance installs them')
  process.exit()
}

const clients: ClientResult[] = []

t.test('client leg — the documented client passes each scenario for clients that authorize, but for recommendations', { skip }, async t => {
  covers('client.conformance-suite')
  for (const scenario of CLIENT_SCENARIOS) clients.push(await runClientScenario(scenario))
  t.strictSame(clients.filter(({ passed }) => passed === 0), [], 'each has looked')
  t.strictSame(clients.filter(({ unmet }) => unmet.length > 0).map(({ scenario }) => scenario), Object.keys(CLIENT_EXCEPTIONS))
})

t.test('authorization leg — the practice server passes, and the document says what this run has found', { skip }, async t => {
  covers('practice.conformance-suite')
  const authorization = await runAuthorizationLeg()
  t.match({ passed: authorization.passed, failed: authorization.failed }, { passed: 3, failed: 0 }, authorization.output)
  const section = renderOtherLegs({ version: versionOf('conformance-modern'), clients, authorization })
  t.ok(readFileSync('docs/conformance.md', 'utf8').includes(section), 'npm run conformance writes it anew')
})
