// Properties of decisions about authorization details, against an oracle that shares no code with the gateway.

import fc from 'fast-check'
import t from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { covers } from '../support/covers.ts'
import { book, context, TYPE, verdict } from '../support/details-verdict.ts'
import { AT_NOW, grantWith, needing, NOW, permittedBy, policyWith, RESOURCE } from '../support/policy.ts'

// The oracle says in its own plain words what one element allows; everything it does not know is a no.
function oracleAllows (element: Record<string, unknown>, call: { ticketId: number, amount: number, currency: string }): boolean {
  const members = new Map(Object.entries(element))
  for (const common of ['locations', 'actions', 'datatypes', 'dataTypes', 'identifier', 'privileges']) {
    const value = members.get(common)
    if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) members.delete(common)
  }
  const isCount = (value: unknown): value is number =>
    typeof value === 'number' && value % 1 === 0 && value >= 0 && value <= 9007199254740991
  const isListOf = (value: unknown, isItem: (item: unknown) => boolean) => Array.isArray(value) && value.every(isItem)
  const {
    actions, maxAmount, currency = 'JPY', maxTotalAmount = 0, budgetId = 'x', ticketIds = [
      call.ticketId
    ], locations = [RESOURCE], validUntil
  } = Object.fromEntries(members)
  for (const name of members.keys()) {
    if (!['type', 'actions', 'maxAmount', 'currency', 'maxTotalAmount', 'budgetId', 'ticketIds', 'locations', 'validUntil'].includes(
      name
    )) return false
  }
  return isListOf(actions, item => item === 'book' || item === 'cancel') && (actions as unknown[]).includes('book') &&
    isCount(maxAmount) && maxAmount >= call.amount &&
    currency === call.currency &&
    isCount(maxTotalAmount) &&
    typeof budgetId === 'string' && budgetId !== '' && /^[!-~]*$/.test(budgetId) && budgetId.length <= 128 &&
    isListOf(ticketIds, isCount) && (ticketIds as unknown[]).includes(call.ticketId) &&
    isListOf(locations, item => typeof item === 'string') && (locations as unknown[]).includes(RESOURCE) &&
    (validUntil === undefined || (typeof validUntil === 'string' && new Date(validUntil).getTime() > NOW))
}

const mostly = (usual: fc.Arbitrary<unknown>, ...odd: unknown[]) =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...odd) })
const amount = mostly(fc.nat(3), Infinity, NaN, -Infinity, '10000', -1, 0.5, 2 ** 53, null, true, -0)
const elements = fc.record({
  type: mostly(fc.constant(TYPE), 'refund'),
  actions: mostly(fc.subarray(['book', 'cancel', 'book'], { minLength: 1 }), [], null, ['fly'], 'book', ''),
  maxAmount: amount,
  currency: mostly(fc.constantFrom('JPY', 'JPY', 'USD'), 'jpy', null),
  maxTotalAmount: amount,
  budgetId: mostly(fc.constant('b-1'), '', ' ', 'é', 'x'.repeat(129)),
  ticketIds: mostly(fc.array(fc.nat(2), { minLength: 1 }), [], ['1'], null, 1, [0.5]),
  locations: mostly(fc.constantFrom(null, [], [RESOURCE], [RESOURCE, 'https://b.example']), [`${RESOURCE}/`], RESOURCE, [1]),
  validUntil: mostly(fc.constantFrom('2026-11-21T12:00:00.001Z', '2099-01-01T00:00:00+09:00'), '2026-11-21T12:00:00Z', 'tomorrow', null),
  privileges: mostly(fc.constantFrom(null, []), ['admin'])
}, { requiredKeys: ['type', 'actions', 'maxAmount'] })
const anElement = fc.tuple(elements, mostly(fc.constant({}), { type: 7 }, { surprise: 1 }, { maxamount: null }, { identifier: {} }))
  .map(([element, odd]): Record<string, unknown> => ({ ...element, ...odd as object }))
const aCall = fc.record({ ticketId: fc.nat(2), amount: fc.nat(3), currency: fc.constantFrom('JPY', 'USD') })

t.test('property — decide permits exactly what a plain reading of one element allows', async t => {
  covers('policy.details-elements-are-alternatives', 'policy.details-unreadable-denies')
  let permits = 0
  fc.assert(fc.property(fc.array(anElement, { maxLength: 3 }), aCall,
    fc.constantFrom('allow' as const, 'deny' as const), (elements, call, whenAbsent) => {
      const readable = elements.every(element => typeof element['type'] === 'string')
      const expected = elements.flatMap((element, index) =>
        readable && element['type'] === TYPE && oracleAllows(element, call) ? [index] : [])
      const requirement = needing({ details: ticketReservation.requires({ action: 'book', ...call }) })
      const details =
      permittedBy(policyWith({ whenAbsent }).decide(grantWith({ authorizationDetails: elements }), requirement, AT_NOW))?.details
      const actual = details === undefined ? [] : details === 'unrestricted' ? details : details.map(({ index }) => index)
      if (expected.length > 0) permits++
      return JSON.stringify(actual) === JSON.stringify(expected)
    }), { numRuns: 3000 })
  t.ok(permits > 300, 'and the property is not about denials alone')
})

t.test('property — the nested form means what the flat form means', async () => {
  covers('policy.details-authlete-form')
  fc.assert(fc.property(anElement, element => {
    const { type, actions, locations, privileges, ...own } = JSON.parse(JSON.stringify(element)) as Record<string, unknown>
    const common = {
      type,
      ...(actions === undefined ? {} : { actions }),
      ...(locations === undefined ? {} : { locations }),
      ...(privileges === undefined ? {} : { privileges })
    }
    const flat = verdict({ ...common, ...own })
    return verdict({ ...common, otherFields: JSON.stringify(own) }) === flat && verdict({ ...common, otherFields: own }) === flat
  }), { numRuns: 1000 })
})

t.test('property — no JSON makes decide throw, and none that is not an element permits', async () => {
  const requirement = needing({ details: ticketReservation.requires(book) })
  const anything = fc.oneof(fc.jsonValue(), fc.array(fc.record(
    { type: fc.constant(TYPE), otherFields: fc.oneof(fc.jsonValue(), fc.json()), maxAmount: fc.jsonValue() }, { requiredKeys: ['type'] }
  )), fc.anything())
  fc.assert(fc.property(anything, authorizationDetails => {
    const decision = policyWith({ whenAbsent: 'allow' }).decide(grantWith({ authorizationDetails }), requirement, AT_NOW)
    return decision.kind === 'denial' ? decision.denial.kind === 'insufficient-authorization' : authorizationDetails === undefined
  }), { numRuns: 2000 })
})

t.test('property — a remedy, once granted, allows the very call, and nothing dearer or other', async t => {
  covers('policy.remedy-suffices')
  const call = fc.record({ ticketId: fc.nat(), amount: fc.maxSafeNat(), currency: fc.constantFrom('JPY', 'USD', 'EUR') })
  fc.assert(fc.property(call, call, (wanted, other) => {
    const granted = ticketReservation.requires({ action: 'book', ...wanted }).smallest(context)
    const kindOf = (asked: typeof wanted) => verdict(JSON.parse(JSON.stringify(granted)), { action: 'book', ...asked })
    const covered = other.ticketId === wanted.ticketId && other.currency === wanted.currency && other.amount <= wanted.amount
    return kindOf(wanted) === 'permit' && (kindOf(other) === 'permit') === covered && verdict(granted, { action: 'cancel' }) !== 'permit'
  }), { numRuns: 1000 })
  const cancel = { action: 'cancel' } as const
  t.equal(verdict(ticketReservation.requires(cancel).smallest({ now: epochMilliseconds(0), resource: RESOURCE }), cancel), 'permit')
})
