// Does an explanation say what the decision says? Properties over grants, requirements and claims of every kind.

import fc from 'fast-check'
import t from 'tap'
import { createAuthenticator } from '../../src/auth/authenticator.ts'
import { explainToken } from '../../src/auth/explain-token.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { revocationBoundSeconds } from '../../src/auth/revocation-bound.ts'
import type { TokenStatus } from '../../src/auth/token-claims.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { epochSeconds } from '../../src/kernel/units.ts'
import type { Explanation } from '../../src/policy/explain.ts'
import { createPolicy } from '../../src/policy/policy.ts'
import type { Requirement } from '../../src/policy/requirement.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { covers } from '../support/covers.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { AT_NOW, NOW, NOW_SECONDS, RESOURCE, deniedBy, grantWith, needing, permittedBy, policyWith } from '../support/policy.ts'
import { active, inactive, ISSUER, RESOURCE as AUDIENCE } from '../support/token-statuses.ts'

const book = (amount: number) => ticketReservation.requires({ action: 'book', ticketId: 2, amount, currency: 'JPY' })
const options = { resource: RESOURCE, whenAbsent: 'deny', scopeImplications: { admin: ['mcp:tickets:write'] } } as const
const { explain } = createPolicy(options)

function outcomes ({ checks }: Explanation): string[] {
  return checks.map(({ check, outcome }) => `${check} ${outcome}`)
}

t.test('explanation — names every check, in the order in which they are made, up to the first that fails', async t => {
  covers('policy.check-order')
  const strict = needing({ authentication: { maxAgeSeconds: 60 }, details: book(8000), freshness: 'fresh' })
  const good = {
    authorizationDetails: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 10_000 }],
    authenticatedAt: NOW_SECONDS
  }
  const explained = (overrides: Parameters<typeof grantWith>[0], requirement: Requirement = strict) =>
    explain(grantWith(overrides), requirement, AT_NOW)

  const rest = ['authentication-level not-reached', 'authorization-details not-reached', 'freshness not-reached']
  t.same(outcomes(explained({ scopes: [] })), ['scope failed', ...rest])
  t.same(outcomes(explained({ ...good, authenticatedAt: epochSeconds(0) })),
    ['scope passed', 'authentication-level failed', ...rest.slice(1)])
  t.same(outcomes(explained({ ...good, authorizationDetails: [] })),
    ['scope passed', 'authentication-level passed', 'authorization-details failed', 'freshness not-reached'])
  t.same(outcomes(explained({ ...good, askedAtMs: NOW - 1 })),
    ['scope passed', 'authentication-level passed', 'authorization-details passed', 'freshness failed'])
  t.same(outcomes(explained(good)), ['scope passed', 'authentication-level passed', 'authorization-details passed', 'freshness passed'])
  t.same(outcomes(explained({}, needing({ scopes: [] }))),
    ['scope not-needed', 'authentication-level not-needed', 'authorization-details not-needed', 'freshness not-needed'])
})

t.test('explanation — says of each element what it lacks, and which details would do', async t => {
  const authorizationDetails = [
    { type: 'other', maxAmount: 1 },
    { type: 'ticket-reservation', actions: ['book'], maxAmount: 5000 },
    { type: 'ticket-reservation', actions: ['book'], surprise: 1, maxAmount: 9000 },
    { type: 'ticket-reservation', actions: ['cancel'], maxAmount: 9000 }
  ]
  const { checks } = explain(grantWith({ authorizationDetails }), needing({ details: book(8000) }), AT_NOW)
  t.match(checks[2], {
    outcome: 'failed',
    type: 'ticket-reservation',
    elements: [{ index: 1, verdict: 'insufficient', member: 'maxAmount' }, { index: 2, verdict: 'unreadable', member: '(undeclared)' },
      { index: 3, verdict: 'insufficient', member: 'actions' }],
    remedy: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, currency: 'JPY', ticketIds: [2] }]
  })
  t.notMatch(JSON.stringify(checks), 'surprise', 'what an authorization server wrote is not repeated')
})

t.test('explanation — without arguments it says so, and what does not depend on them', async t => {
  const asked = { ...needing({ freshness: 'fresh' }), details: 'depends-on-arguments' } as const
  const explanation = explain(grantWith(), asked, AT_NOW)
  t.equal(explanation.verdict, 'depends-on-arguments')
  t.same(outcomes(explanation),
    ['scope passed', 'authentication-level not-needed', 'authorization-details depends-on-arguments', 'freshness passed'])
  t.equal(explain(grantWith({ scopes: [] }), asked, AT_NOW).verdict, 'denial')
})

t.test('explanation — a check that throws is a denial, as it is in decide', async t => {
  covers('policy.failing-check-denies')
  const details = { ...book(1), judge: () => { throw new Error('secret') } }
  const explanation = explain(grantWith({ authorizationDetails: [{ type: 'ticket-reservation' }] }), needing({ details }), AT_NOW)
  t.match(explanation, { verdict: 'denial', denial: 'undecidable' })
  t.same(outcomes(explanation).slice(2), ['authorization-details not-reached', 'freshness not-reached'])
})

const element = fc.record({
  type: fc.constantFrom('ticket-reservation', 'ticket-reservation', 'other'),
  actions: fc.constantFrom<JsonObject[string]>(['book'], ['cancel'], ['book', 'cancel'], [], null),
  maxAmount: fc.constantFrom<JsonObject[string]>(0, 1, 2, 3, '3', -1, null),
  currency: fc.constantFrom('JPY', 'USD'),
  ticketIds: fc.constantFrom([2], [1], [1, 2])
}, { requiredKeys: ['type'] })
const aGrant = fc.record({
  scopes: fc.subarray(['mcp:tickets:write', 'mcp:tickets:read', 'admin', 'x']),
  authorizationDetails: fc.oneof(fc.constant(undefined), fc.array(element, { maxLength: 3 }), fc.jsonValue()),
  authenticatedAt: fc.constantFrom(NOW_SECONDS, epochSeconds(NOW_SECONDS - 61), epochSeconds(NOW_SECONDS + 60)),
  authenticationContext: fc.constantFrom('silver', 'gold'),
  askedAtMs: fc.constantFrom(NOW - 1, NOW, NOW + 1, NaN)
}, { requiredKeys: [] })
const aRequirement = fc.record({
  scopes: fc.subarray(['mcp:tickets:write', 'mcp:tickets:read']),
  authentication: fc.constantFrom(undefined, undefined, { maxAgeSeconds: 60 }, { acrValues: ['gold'] }),
  details: fc.oneof(fc.constant(undefined), fc.nat(3).map(book)),
  freshness: fc.constantFrom('cached' as const, 'fresh' as const)
})

t.test('property — an explanation comes to the verdict, the reason, the elements and the remedy of the decision', async t => {
  covers('policy.explanation-agrees-with-decision')
  const seen = new Set<string>()
  fc.assert(fc.property(aGrant, aRequirement, fc.constantFrom('allow' as const, 'deny' as const), (overrides, requires, whenAbsent) => {
    const grant = grantWith(overrides)
    const requirement = needing(requires)
    const policy = policyWith({ ...options, whenAbsent })
    const decision = policy.decide(grant, requirement, AT_NOW)
    const { verdict, denial, checks } = policy.explain(grant, requirement, AT_NOW)
    const denied = deniedBy(decision)
    seen.add(`${verdict} ${denial}`)
    const details = checks[2]
    if (verdict !== decision.kind || denial !== denied?.kind || details?.check !== 'authorization-details') return false
    const permitted = permittedBy(decision)?.details
    const sufficient = details.elements.filter(({ verdict }) => verdict === 'sufficient').map(({ index }) => index)
    const samePlaces = permitted === undefined ||
      JSON.stringify(permitted === 'unrestricted' ? [] : permitted.map(({ index }) => index)) === JSON.stringify(sufficient)
    const sameRemedy = denied?.kind !== 'insufficient-authorization' || JSON.stringify(details.remedy) === JSON.stringify(denied.remedy)
    const failed = checks.filter(({ outcome }) => outcome === 'failed').length
    return samePlaces && sameRemedy && failed === (verdict === 'permit' ? 0 : 1)
  }), { numRuns: 5000 })
  t.same([...seen].sort(), ['denial insufficient-authentication', 'denial insufficient-authorization', 'denial insufficient-scope',
    'needs-fresh undefined', 'permit undefined'])
})

const aStatus: fc.Arbitrary<TokenStatus> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom<TokenStatus>(inactive, { kind: 'unusable', claim: 'exp' }, { kind: 'unverifiable', problem: 'signature' })
  },
  {
    weight: 9,
    arbitrary: fc.record({
      expiresAt: fc.constantFrom(undefined, epochSeconds(MANUAL_CLOCK_START_SECONDS), epochSeconds(MANUAL_CLOCK_START_SECONDS + 1)),
      notBefore: fc.constantFrom(undefined, undefined, epochSeconds(MANUAL_CLOCK_START_SECONDS + 6)),
      issuer: fc.constantFrom(undefined, ISSUER, ISSUER, `${ISSUER}/`),
      confirmation: fc.constantFrom(undefined, undefined, undefined, { jkt: 'x' }),
      audience: fc.constantFrom([AUDIENCE], [AUDIENCE, 'https://b.example'], [], ['https://b.example']),
      subject: fc.constantFrom('1004', '1004', undefined, '', 'a\u0000b')
    }).map(active)
  })

t.test('property — a token is explained as good exactly when the authenticator accepts it, and fails at the same check', async t => {
  covers('auth.explanation-agrees-with-verification')
  const clock = createManualClock()
  const cache = { ttlSeconds: 0, negativeTtlSeconds: 0, maxEntries: 1, maxNegativeEntries: 1 }
  const seen = new Map<string, string>()
  await fc.assert(fc.asyncProperty(aStatus, async status => {
    const verifier = { verify: () => Promise.resolve(status) }
    const authentication = await createAuthenticator({ verifier, issuer: ISSUER, resource: AUDIENCE, cache, clock })
      .authenticate(new PresentedToken('t'))
    const checks = explainToken(authentication)
    const failedAt = checks.findIndex(({ outcome }) => outcome === 'failed')
    const { check = 'none', problem } = checks[failedAt] ?? {}
    seen.set(problem?.kind === 'unusable-claim' ? `${problem.kind} ${problem.claim}` : problem?.kind ?? 'good', check)
    if (authentication.ok) return checks.every(({ outcome }) => outcome === 'passed')
    return checks.every(({ outcome }, place) => outcome === (place < failedAt ? 'passed' : place > failedAt ? 'not-reached' : 'failed')) &&
      authentication.error.kind === 'invalid-token' && JSON.stringify(problem) === JSON.stringify(authentication.error.problem)
  }), { numRuns: 3000 })
  t.strictSame(Object.fromEntries(seen), {
    good: 'none',
    inactive: 'active',
    unverifiable: 'active',
    'unusable-claim exp': 'usable-claims',
    expired: 'lifetime',
    'no-expiry': 'lifetime',
    'not-yet-valid': 'lifetime',
    'wrong-issuer': 'issuer',
    'sender-constrained': 'sender-constraint',
    'wrong-audience': 'audience',
    'no-audience': 'audience',
    'no-subject': 'subject',
    'unusable-claim sub': 'subject'
  })
  t.equal(explainToken({ ok: false, error: { kind: 'malformed-credentials', problem: 'empty' } })[0]?.outcome, 'failed')
})

t.test('revocation bound — the life of a cached answer, or of a question under way where nothing is cached', async t => {
  covers('auth.revocation-bound-stated')
  t.equal(revocationBoundSeconds({ ttlSeconds: 30, deadlineMs: 3000 }), 30)
  t.equal(revocationBoundSeconds({ ttlSeconds: 0, deadlineMs: 2500 }), 3)
})
