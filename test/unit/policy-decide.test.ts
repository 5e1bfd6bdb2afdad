// May this grant do this? Order of checks, scope, authentication level, freshness, and what happens to exceptions.

import t from 'tap'
import { epochSeconds } from '../../src/kernel/units.ts'
import { authenticationSuffices } from '../../src/policy/authentication-level.ts'
import type { DetailsRequirement } from '../../src/policy/authorization-details/details-requirement.ts'
import { missingScopes } from '../../src/policy/scope.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { AT_NOW, NOW, NOW_SECONDS, deniedBy, grantWith, needing, permittedBy, policyWith } from '../support/policy.ts'

const booking = ticketReservation.requires({ action: 'book', ticketId: 2, amount: 8000, currency: 'JPY' })
const enough = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 8000 }]
const tooLittle = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 7999 }]

t.test('scope — compares whole values, with regard to case', async t => {
  const granted = new Set(['mcp:tickets:read', 'openid'])
  const cases: [readonly string[], readonly string[]][] = [
    [[], []],
    [['mcp:tickets:read'], []],
    [['mcp:tickets:write', 'mcp:tickets:read'], ['mcp:tickets:write']],
    [['MCP:tickets:read'], ['MCP:tickets:read']],
    [['mcp:tickets'], ['mcp:tickets']],
    [['mcp:tickets:read mcp:tickets:write'], ['mcp:tickets:read mcp:tickets:write']],
    [['constructor', '__proto__'], ['constructor', '__proto__']]
  ]
  for (const [needed, missing] of cases) t.same(missingScopes(granted, needed, {}), missing, needed.join())
})

t.test('scope — a broader scope stands for what it implies, and for nothing unless configured', async t => {
  covers('policy.scope-hierarchy')
  const chain = { admin: ['write'], write: ['read'] }
  const cases: [readonly string[], readonly string[], Record<string, readonly string[]>, readonly string[]][] = [
    [['admin'], ['read', 'write'], chain, []],
    [['read'], ['admin', 'write', 'read'], chain, ['admin', 'write']],
    [['write'], ['read'], {}, ['read']],
    [['write'], ['read'], { 'mcp:tickets:write': [] }, ['read']],
    [['a'], ['c'], { a: ['b'], b: ['a', 'c'] }, []],
    [['a'], ['c'], { a: ['b'], b: ['a'] }, ['c']],
    [['toString', '__proto__'], ['read'], {}, ['read']]
  ]
  for (const [granted, needed, implications, missing] of cases) {
    t.same(missingScopes(new Set(granted), needed, implications), missing)
  }
})

t.test('scope — a denial names every scope the operation needs', async t => {
  covers('policy.challenge-names-every-scope')
  const requirement = needing({ scopes: ['mcp:tickets:read', 'mcp:tickets:write'] })
  const denial = { kind: 'insufficient-scope', scopes: ['mcp:tickets:read', 'mcp:tickets:write'] }
  t.same(deniedBy(policyWith().decide(grantWith({ scopes: ['mcp:tickets:read'] }), requirement, AT_NOW)), denial)
  t.same(deniedBy(policyWith().decide(grantWith({ scopes: ['openid'] }), requirement, AT_NOW)), denial)
  t.same(deniedBy(policyWith().decide(grantWith({ scopes: [] }), requirement, AT_NOW)), denial)
  const hierarchy = { scopeImplications: { 'mcp:tickets:write': ['mcp:tickets:read'] } }
  t.ok(permittedBy(policyWith(hierarchy).decide(grantWith(), requirement, AT_NOW)))
})

t.test('authentication level — what is required and was not stated does not suffice', async t => {
  covers('policy.authentication-level')
  const gold = { acrValues: ['gold', 'platinum'] }
  const recent = { maxAgeSeconds: 60 }
  const event = (authenticationContext?: string, ageSeconds?: number) => ({
    authenticationContext,
    authenticatedAt: ageSeconds === undefined ? undefined : epochSeconds(NOW_SECONDS - ageSeconds)
  })
  t.ok(authenticationSuffices(event(), {}, NOW))
  t.ok(authenticationSuffices(event('platinum'), gold, NOW))
  t.notOk(authenticationSuffices(event('Gold'), gold, NOW))
  t.notOk(authenticationSuffices(event(), gold, NOW))
  t.notOk(authenticationSuffices(event('gold'), { acrValues: [] }, NOW))
  t.ok(authenticationSuffices(event(undefined, 60), recent, NOW))
  t.notOk(authenticationSuffices(event(undefined, 61), recent, NOW))
  t.notOk(authenticationSuffices(event(), recent, NOW))
  t.ok(authenticationSuffices(event(undefined, -5), recent, NOW), 'a clock that is a little ahead')
  t.notOk(authenticationSuffices(event(undefined, -6), recent, NOW), 'an authentication that is yet to come')
  t.notOk(authenticationSuffices(event(undefined, NaN), recent, NOW))
  t.notOk(authenticationSuffices(event('gold', 61), { ...gold, ...recent }, NOW))
  t.notOk(authenticationSuffices(event('brass', 1), { ...gold, ...recent }, NOW))
})

t.test('order — scope, authentication level, authorization details, freshness', async t => {
  covers('policy.check-order', 'policy.authentication-level')
  const requirement = needing({ authentication: { acrValues: ['gold'], maxAgeSeconds: 60 }, details: booking, freshness: 'fresh' })
  const decide = (grant: Parameters<typeof grantWith>[0]) =>
    policyWith().decide(grantWith({ askedAtMs: NOW - 1, ...grant }), requirement, AT_NOW)
  const authenticated = { authenticationContext: 'gold', authenticatedAt: NOW_SECONDS }

  t.equal(deniedBy(decide({ scopes: [], authorizationDetails: tooLittle }))?.kind, 'insufficient-scope')
  t.same(deniedBy(decide({ authorizationDetails: tooLittle })),
    { kind: 'insufficient-authentication', acrValues: ['gold'], maxAgeSeconds: 60 })
  t.equal(deniedBy(decide({ ...authenticated, authorizationDetails: tooLittle }))?.kind, 'insufficient-authorization')
  t.same(decide({ ...authenticated, authorizationDetails: enough }), { kind: 'needs-fresh' })
  t.equal(decide({ ...authenticated, authorizationDetails: enough, askedAtMs: NOW }).kind, 'permit')
})

t.test('freshness — an answer asked for before the request arrived is not live', async t => {
  covers('policy.fresh-answer-after-arrival')
  const receivedAtMonotonicMs = NOW - 10
  const at = (askedAtMs: number, freshness: 'fresh' | 'cached') => {
    return policyWith().decide(grantWith({ askedAtMs }), needing({ freshness }), { now: NOW, receivedAtMonotonicMs }).kind
  }
  t.equal(at(NOW - 11, 'fresh'), 'needs-fresh')
  t.equal(at(NaN, 'fresh'), 'needs-fresh')
  t.equal(at(NOW - 10, 'fresh'), 'permit')
  t.equal(at(NOW, 'fresh'), 'permit')
  t.equal(at(0, 'cached'), 'permit')
})

t.test('details — of unrelated types alone count as absent, and of one other type do not', async t => {
  covers('policy.details-of-unrelated-types')
  const requirement = needing({ details: booking })
  const outcome = (whenAbsent: 'allow' | 'deny', authorizationDetails: unknown) => {
    const decision = policyWith({ whenAbsent, unrelatedTypes: ['openid_credential', 'ticket-reservation'] })
      .decide(grantWith({ authorizationDetails }), requirement, AT_NOW)
    if (decision.kind === 'permit') return 'permit'
    return decision.kind === 'denial' && decision.denial.kind === 'insufficient-authorization' ? decision.denial.problem : decision.kind
  }
  const credential = { type: 'openid_credential', credential_configuration_id: 'x' }
  t.equal(outcome('allow', [credential, credential]), 'permit')
  t.equal(outcome('deny', [credential]), 'absent')
  t.equal(outcome('allow', [credential, { type: 'payment' }]), 'other-type')
  t.equal(outcome('allow', [{ type: 'OpenID_Credential' }]), 'other-type')
  t.equal(outcome('allow', [credential, { type: 'ticket-reservation' }]), 'unreadable', 'the type that a tool needs is never unrelated')
  t.equal(outcome('allow', [credential, null]), 'unreadable')
  t.equal(outcome('allow', []), 'none-granted')
})

t.test('details — absent is allowed or denied as configured, and nothing else counts as absent', async t => {
  covers('policy.details-absent-as-configured', 'policy.details-unreadable-denies')
  const requirement = needing({ details: booking })
  const problemOf = (whenAbsent: 'allow' | 'deny', authorizationDetails: unknown) => {
    const denial = deniedBy(policyWith({ whenAbsent }).decide(grantWith({ authorizationDetails }), requirement, AT_NOW))
    return denial?.kind === 'insufficient-authorization' ? denial.problem : denial?.kind
  }
  t.equal(problemOf('allow', undefined), undefined)
  t.equal(problemOf('deny', undefined), 'absent')
  t.equal(permittedBy(policyWith({ whenAbsent: 'allow' }).decide(grantWith(), requirement, AT_NOW))?.details, 'unrestricted')

  const cases: [unknown, string][] = [
    [[], 'none-granted'],
    [[{ type: 'payment' }], 'other-type'],
    [[{ type: 'openid_credential' }], 'other-type'],
    [[{ type: 'Ticket-Reservation', actions: ['book'], maxAmount: 8000 }], 'other-type'],
    [null, 'unreadable'],
    ['', 'unreadable'],
    [JSON.stringify(enough), 'unreadable'],
    [enough[0], 'unreadable'],
    [0, 'unreadable'],
    [true, 'unreadable'],
    [[...enough, null], 'unreadable'],
    [[...enough, enough], 'unreadable'],
    [[...enough, { actions: ['book'] }], 'unreadable'],
    [[...enough, { type: 7 }], 'unreadable'],
    [[...enough, { type: '' }], 'unreadable'],
    [[...enough, { type: ['ticket-reservation'] }], 'unreadable'],
    [Array.from({ length: 257 }, () => enough[0]), 'unreadable'],
    [[{ type: 'ticket-reservation', actions: ['book'] }], 'unreadable'],
    [tooLittle, 'insufficient']
  ]
  const each = collected(t)
  for (const [received, problem] of cases) {
    for (const whenAbsent of ['allow', 'deny'] as const) {
      each.equal(problemOf(whenAbsent, received), problem, `${JSON.stringify(received).slice(0, 80)} ${whenAbsent}`)
    }
  }
  each.end()
})

t.test('details — a tool that needs none is not held up by any', async t => {
  for (const authorizationDetails of [undefined, [], 'unreadable', tooLittle]) {
    t.equal(permittedBy(policyWith().decide(grantWith({ authorizationDetails }), needing(), AT_NOW))?.details, 'unrestricted')
  }
})

t.test('details — elements are alternatives in the order of the token, and never added up', async t => {
  covers('policy.details-elements-are-alternatives')
  const element = (more: object) => ({ type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, ...more })
  const indexes = (...elements: object[]) => {
    const details =
      permittedBy(policyWith().decide(grantWith({ authorizationDetails: elements }), needing({ details: booking }), AT_NOW))?.details
    return details === undefined || details === 'unrestricted' ? details : details.map(({ index }) => index)
  }
  t.equal(indexes(element({ maxAmount: 4000 }), element({ maxAmount: 4000 })), undefined, 'two halves')
  t.equal(indexes(element({ actions: ['cancel'], maxAmount: 9000 }), element({ maxAmount: 1 })), undefined,
    'the action of one, the amount of the other')
  t.equal(indexes(element({ currency: 'USD', maxAmount: 9000 }), element({ maxAmount: 1 })), undefined,
    'the amount of one, the currency of the other')
  t.same(indexes(element({ maxAmount: 7999 }), element({}), { type: 'payment' }, element({ maxAmount: 10000 })), [1, 3])
  t.same(indexes(element({ unknown: 1 }), element({})), [1], 'an unreadable element allows nothing and spoils nothing')
})

t.test('details — a denial carries the remedy and every scope, and tells of the last element judged', async t => {
  const details = [{ ...tooLittle[0] }, { ...enough[0], surprise: 'text of the authorization server' }]
  const denial = deniedBy(policyWith().decide(grantWith({ authorizationDetails: details }), needing({ details: booking }), AT_NOW))
  t.same(denial, {
    kind: 'insufficient-authorization',
    problem: 'unreadable',
    member: '(undeclared)',
    remedy: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 8000, currency: 'JPY', ticketIds: [2] }],
    scopes: ['mcp:tickets:write']
  })
})

t.test('exceptions — a check that throws is a denial that promises nothing', async t => {
  covers('policy.failing-check-denies')
  const fail = () => { throw new Error('broken') }
  const broken: DetailsRequirement = { type: 'ticket-reservation', judge: fail, smallest: fail }
  const undecidable = {
    kind: 'fault',
    fault: { code: 'GW_INTERNAL', detail: 'reserve_ticket: a check of the policy failed', cause: { message: 'broken' } }
  }
  for (const authorizationDetails of [enough, tooLittle, undefined, 'unreadable']) {
    t.match(policyWith().decide(grantWith({ authorizationDetails }), needing({ details: broken }), AT_NOW), undecidable)
  }
  const hostile = new Proxy([], { get: fail })
  t.match(policyWith().decide(grantWith({ authorizationDetails: hostile }), needing({ details: booking }), AT_NOW), undecidable)
})

t.test('permit — names the tool, the person and the client of the grant', async t => {
  const permit = permittedBy(policyWith().decide(grantWith({ subject: '1004', clientId: 'c-9', authorizationDetails: enough }),
    needing({ details: booking }), AT_NOW))
  t.same(permit, {
    tool: 'reserve_ticket',
    person: { issuer: 'http://localhost:9000', subject: '1004' },
    clientId: 'c-9',
    details: [{ index: 0, element: enough[0] }]
  })
})
