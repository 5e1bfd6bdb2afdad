// The state that a client carries while a person reads a page: for one call of one token, for a quarter of an hour, and for no decision.

import t from 'tap'
import type { VerifiedGrant } from '../../src/auth/grant.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createAgreement } from '../../src/mcp/agreement.ts'
import { deriveAgreementKey } from '../../src/policy/remediation.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { grantWith, RESOURCE } from '../support/policy.ts'

const DETAILS = [{ type: 'purchase', max: 80 }]
const PAGE = 'https://as.example/agree?ui=small'
const clock = createManualClock()
const grant = grantWith()
const pages = new Map([[grant.person.issuer, PAGE]])
const keyOf = (secret: string) => deriveAgreementKey({ secret, resource: RESOURCE })
const agreement = createAgreement({ pages, resource: RESOURCE, key: keyOf('one'), locale: 'en', waitMs: 0, clock })

const showing = (elicitation: unknown) => ({ 'io.modelcontextprotocol/clientCapabilities': { elicitation } })
const call = (params: object = {}, changes: { grant?: VerifiedGrant, tool?: string } = {}) => ({
  tool: 'order',
  grant,
  params: { arguments: { sum: 80 }, _meta: showing({ url: {} }), ...params } as JsonObject,
  ...changes
})

interface Asked {
  readonly requestState: string
  readonly inputRequests: { readonly agreement: { readonly params: { readonly url: string } } }
}
const ask = (asked = call(), round = 0) =>
  agreement.ask(DETAILS, asked, round === 0 ? undefined : { round, action: 'accept' }) as Asked | undefined

t.test('an address — with the details, the resource and a short hash of the token, beside what the page has already', async t => {
  covers('http.url-hint')
  const asked = ask()
  t.match(asked?.inputRequests, { agreement: { method: 'elicitation/create', params: { mode: 'url', message: /agree/ } } })
  const { origin, searchParams } = new URL(asked?.inputRequests.agreement.params.url ?? '')
  t.equal(origin, 'https://as.example')
  t.strictSame(Object.fromEntries(searchParams), {
    ui: 'small', token_hash: grant.tokenFingerprint, resource: RESOURCE, authorization_details: JSON.stringify(DETAILS)
  })
})

t.test('no address — for a client that does not declare it on this request, a machine, another server, or too long details', async t => {
  covers('http.url-hint')
  const { person } = grant
  const without = [
    call({ _meta: undefined }),
    call({ _meta: {} }),
    ...[undefined, {}, { form: {} }, { url: true }, { url: null }, ['url']].map(elicitation => call({ _meta: showing(elicitation) })),
    call({}, { grant: { ...grant, person: { ...person, kind: 'client' } } }),
    call({}, { grant: { ...grant, person: { ...person, issuer: 'https://other.example' } } })
  ]
  t.strictSame(without.map(asked => ask(asked)), without.map(() => undefined))
  t.equal(agreement.ask([{ type: 'x'.repeat(4000) }], call(), undefined), undefined)
  t.ok(ask(call(), 4))
  t.equal(ask(call(), 5), undefined, 'not for ever')
})

t.test('a state — is read back for the same call of the same token until its time is over; changed in any way, it is none', async t => {
  covers('http.agreement-state')
  const state = ask()?.requestState ?? ''
  const answerIn = (requestState: unknown, more: object = {}, changes = {}) => agreement.answerIn(call({ requestState, ...more }, changes))
  const inputResponses = { agreement: { action: 'accept' } }
  t.strictSame(answerIn(state, { inputResponses, _meta: {} }), { round: 1, action: 'accept' })
  t.strictSame(answerIn(ask(call(), 2)?.requestState), { round: 3, action: 'none' })
  const actions = [{ action: 'decline' }, { action: 'cancel' }, { action: 'agreed' }, {}, null, 'accept']
  t.strictSame(actions.map(response => answerIn(state, { inputResponses: { agreement: response } })?.action),
    ['decline', 'cancel', 'none', 'none', 'none', 'none'])
  t.equal(answerIn(state, { inputResponses: 'accept' })?.action, 'none')

  const [round, until, mac = ''] = state.split('.')
  const forged = [
    `2.${until}.${mac}`, `${round}.${Number(until) + 1}.${mac}`, `${round}.${until}.${mac.slice(0, -1)}A`, `${state}.`, ` ${state}`,
    `${round}.${until}.`, '', 'x', 5, null, undefined, [state], `1.${'9'.repeat(12)}.${mac}`
  ]
  t.strictSame(forged.map(text => answerIn(text)), forged.map(() => undefined))
  t.equal(answerIn(state, { arguments: { sum: 8000 } }), undefined, 'other arguments')
  t.equal(answerIn(state, {}, { tool: 'refund' }), undefined, 'another tool')
  t.equal(answerIn(state, {}, { grant: { ...grant, tokenFingerprint: 'another000' } }), undefined, 'another token')
  const replica = createAgreement({ pages, resource: RESOURCE, key: keyOf('one'), locale: 'en', waitMs: 0, clock })
  t.ok(replica.answerIn(call({ requestState: state })), 'at every replica')
  const other = createAgreement({ pages, resource: RESOURCE, key: keyOf('another'), locale: 'ja', waitMs: 0, clock })
  t.equal(other.answerIn(call({ requestState: state })), undefined)
  clock.advance(899_000)
  t.ok(answerIn(state))
  clock.advance(1000)
  t.equal(answerIn(state), undefined)
})
