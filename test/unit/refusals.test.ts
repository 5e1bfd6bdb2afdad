// How each denial is answered: the kinds of denial, the shapes of configuration, and a stream that may have been opened.

import t from 'tap'
import { DecisionRecord } from '../../src/mcp/decision-record.ts'
import { createRefuse, type RefusalOptions } from '../../src/mcp/refusals.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { contextIdOf } from '../../src/mcp/tool-answer.ts'
import type { Denial } from '../../src/policy/denial.ts'
import { covers } from '../support/covers.ts'

const referenceKey = new Uint8Array(32)
const remedy = [{ type: 'purchase', max: 80 }]
const DENIALS_OF_TOKENS = [
  { kind: 'insufficient-scope', scopes: ['a'] },
  { kind: 'insufficient-authentication', acrValues: ['gold'], maxAgeSeconds: undefined },
  { kind: 'insufficient-authorization', problem: 'insufficient', member: 'max', remedy, scopes: ['a'] }
] as const
const ALL_DENIALS: readonly Denial[] = [
  ...DENIALS_OF_TOKENS,
  { kind: 'not-allowed', remediation: 'unavailable', text: 'Never.' },
  { kind: 'not-allowed', remediation: 'undisclosed', text: 'Ask' },
  { kind: 'undecidable' }
]

interface Result {
  readonly isError: boolean
  readonly content: ReadonlyArray<{ readonly text: string }>
  readonly _meta: Readonly<Record<string, unknown>>
}

function tell (options: RefusalOptions, denial: Denial, streaming = false, meta?: JsonObject) {
  const record = new DecisionRecord()
  record.retryOf = contextIdOf(meta)
  const { reply } = createRefuse(options)(denial, {
    id: 7,
    era: { kind: 'legacy', version: undefined },
    record,
    tool: 'order',
    params: meta === undefined ? {} : { _meta: meta },
    answered: undefined,
    streaming,
    write: (_era, result, meta) => JSON.stringify({ ...result, _meta: meta })
  })
  if (reply.kind === 'denial') {
    const { status, envelope, remediation } = reply
    return { kind: 'challenge', status, envelope, remediation, record } as const
  }
  if (reply.kind !== 'json') throw new Error(reply.kind)
  const { result } = JSON.parse(String(reply.body)) as { result: Result }
  const envelope = result._meta['io.modelcontextprotocol/authorization'] as Readonly<Record<string, unknown>>
  return { kind: 'result', status: reply.status, envelope, result, record } as const
}

const draft: RefusalOptions = { shape: 'draft', referenceKey, status: 403 }
const kinds = (options: RefusalOptions, streaming: boolean) => ALL_DENIALS.map(denial => tell(options, denial, streaming).kind)

t.test('a challenge where one can say it, a result with an envelope where none can; never both', async t => {
  covers('http.denial-envelope', 'http.denial-without-challenge')
  t.strictSame(kinds(draft, false), ['challenge', 'challenge', 'challenge', 'result', 'result', 'result'])
  t.strictSame(kinds(draft, true), ALL_DENIALS.map(() => 'result'), 'a stream has its status already')
  for (const denial of ALL_DENIALS.slice(0, 3)) t.equal(tell(draft, denial).envelope, undefined)
  const other = ['challenge', 'challenge', 'challenge', 'challenge', 'challenge', 'challenge']
  t.strictSame(kinds({ shape: 'off', status: 403 }, true), other)
  t.strictSame(kinds({ shape: 'sep-2643-2026-05', referenceKey, status: 403 }, true), other)
})

t.test('an envelope — its remediation, hints beside `available` alone, and a handle where a retry makes sense', async t => {
  covers('http.denial-envelope', 'http.final-denial-is-a-result')
  const envelopes = ALL_DENIALS.map(denial => tell(draft, denial, true).envelope)
  t.match(envelopes, [
    { reason: 'insufficient_authorization', remediation: 'available', authorizationContextId: String },
    { remediation: 'available', authorizationContextId: String },
    {
      remediation: 'available',
      remediationHints: [{ type: 'authorization_remediation', authorization_details: remedy, authorization_reference: /^[\w-]{22}$/ }]
    },
    { remediation: 'unavailable' },
    { remediation: 'undisclosed' },
    { remediation: 'undisclosed' }
  ])
  const hinted = envelopes.map(envelope => envelope !== undefined && 'remediationHints' in envelope)
  t.strictSame(hinted, [false, false, true, false, false, false])
  t.strictSame(envelopes.slice(3).map(envelope => Object.keys(envelope ?? {})), [3, 4, 5].map(() => ['reason', 'remediation']))
  for (const denial of ALL_DENIALS) {
    const told = tell(draft, denial, true)
    t.match(told, { status: 200, result: { isError: true } })
    if (told.kind === 'result') t.match(told.result.content[0]?.text, /[^.]\. Nothing was done\.$/)
  }
})

t.test('a handle — opaque, another for each denial, and in the log; a challenge is named there by its reference', async t => {
  covers('http.denial-envelope', 'http.context-id-correlates')
  const [, , insufficient] = ALL_DENIALS
  if (insufficient === undefined) throw new Error('no denial')
  const [one, two] = [tell(draft, insufficient, true), tell(draft, insufficient, true)]
  t.not(one.envelope?.['authorizationContextId'], two.envelope?.['authorizationContextId'])
  t.equal(one.record.contextId, one.envelope?.['authorizationContextId'])
  const challenged = tell(draft, insufficient)
  t.equal(challenged.record.contextId, challenged.kind === 'challenge' ? challenged.remediation?.reference : '')
  t.match(challenged.record.contextId, /^[\w-]{22}$/)
})

t.test('a used-up total — said in words, and as a member that no document defines', async t => {
  covers('http.denial-without-challenge')
  const shortage = { member: 'maxTotal', needed: 8000, remaining: 4000, currency: 'JPY' }
  const denial: Denial = { kind: 'insufficient-authorization', problem: 'insufficient', member: 'maxTotal', remedy, scopes: [], shortage }
  const told = tell(draft, denial, true)
  if (told.kind !== 'result') throw new Error('a challenge')
  t.strictSame(told.result._meta['mcp-resource-gateway/total'], shortage)
  t.match(told.result.content[0]?.text, /needs 8000 JPY, and 4000 JPY is left/)
})

const declaring = (extensions: unknown): JsonObject => ({ 'io.modelcontextprotocol/clientCapabilities': { extensions } }) as JsonObject
const DENIALS = 'io.modelcontextprotocol/structured-authorization-denials'
const retrying = (handle: unknown): JsonObject => ({ 'io.modelcontextprotocol/authorization-context-id': handle }) as JsonObject

t.test('status — 401 for who declares the extension or names an earlier refusal, 403 for all others; and as configured', async t => {
  covers('http.status-by-client')
  const [scope, , insufficient] = DENIALS_OF_TOKENS
  const statusOf = (status: RefusalOptions['status'], meta?: JsonObject, shape: 'draft' | 'sep-2643-2026-05' = 'draft') =>
    tell({ shape, referenceKey, status }, insufficient, false, meta).status
  const saying = [declaring({ [DENIALS]: {} }), retrying('k3Jp0w'), { ...declaring({}), ...retrying('x') }]
  t.strictSame(saying.map(meta => statusOf('auto', meta)), [401, 401, 401])
  const silent = [
    undefined, {}, ...[{}, { [DENIALS]: true }, [DENIALS], null, { other: {} }].map(declaring), ...['', 'a b', 1].map(retrying)
  ]
  t.strictSame(silent.map(meta => statusOf('auto', meta)), silent.map(() => 403))
  t.strictSame([statusOf(401), statusOf(403, retrying('x'))], [401, 403], 'a switch decides alone')
  t.equal(statusOf('auto', retrying('x'), 'sep-2643-2026-05'), 403)
  t.equal(tell({ shape: 'off', status: 'auto' }, insufficient, false, retrying('x')).status, 403, 'there is nothing to follow')
  t.equal(tell({ ...draft, status: 'auto' }, scope, false, retrying('x')).kind, 'challenge')
})
