// The text of a decision's log line: the same members, in the same order, as the object that a host's logger gets.

import t from 'tap'
import { decisionLine } from '../../src/http/decisions/decision-line.ts'
import { decisionText } from '../../src/http/decisions/decision-text.ts'
import { clientAsPerson } from '../../src/kernel/person.ts'
import { DecisionRecord } from '../../src/mcp/decision-record.ts'
import { grantWith } from '../support/policy.ts'

const traceContext = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentId: '00f067aa0ba902b7', sampled: true, traceState: 'vendor=a' }
const PERMITTED: Partial<DecisionRecord> = {
  granted: true,
  reason: 'permitted',
  method: 'tools/call',
  tool: 'reserve_ticket',
  version: '2025-11-25',
  grant: grantWith(),
  tokenHash: 'abcdefghij',
  status: 200
}

const VARIANTS: ReadonlyArray<Partial<DecisionRecord>> = [
  {},
  PERMITTED,
  { ...PERMITTED, tool: 'another_tool' },
  { ...PERMITTED, granted: false, reason: 'insufficient-scope', status: 403 },
  { ...PERMITTED, version: '2026-07-28' },
  { ...PERMITTED, method: 'tools/list', tool: undefined },
  { ...PERMITTED, remark: '数量 "a" \\ \u0001\n\ud800' },
  { ...PERMITTED, grant: grantWith({ clientId: 'a "client"\\ \u0001\n\u202e' }) },
  { ...PERMITTED, grant: { ...grantWith(), person: clientAsPerson('https://as.example', 'c') } },
  { ...PERMITTED, grant: undefined, tokenHash: undefined },
  { ...PERMITTED, contextId: 'c "1"', retryOf: 'チケット', callerLeft: true, traceContext },
  { ...PERMITTED, trace: { verdict: 'denial', checks: { scope: 'passed' }, problem: 'a "b"' } },
  { reason: 'missing-token', status: 401, durationMs: 0.125 },
  ...[0, 0.004, 0.005, 0.29, 0.999, 1, 1.005, 9.1, 10.1, 99.995, 1234.56, 86_400_000.01, 2 ** 53, -0.01, NaN, Infinity]
    .map(durationMs => ({ ...PERMITTED, authenticationMs: durationMs, durationMs }))
]

t.test('decision line — as text and as an object it says the same', async t => {
  const records = [...VARIANTS, ...VARIANTS.toReversed()].map(members => Object.assign(new DecisionRecord(), members))
  t.strictSame(records.map(decisionText), records.map(record => `,${JSON.stringify(decisionLine(record)).slice(1, -1)}`))
})
