// What do authorization details say and allow? Reading, the limits of ticket-reservation, a second type, and
// properties against an oracle that shares no code with the gateway.

import fc from 'fast-check'
import t from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { parseDateTime } from '../../src/policy/authorization-details/date-time.ts'
import { defineDetailsType } from '../../src/policy/authorization-details/details-type.ts'
import { flattenElement } from '../../src/policy/authorization-details/element.ts'
import { detailsTypesMetadata } from '../../src/policy/authorization-details/types-metadata.ts'
import { limits } from '../../src/policy/authorization-details/vocabulary.ts'
import { reconsider } from '../../src/policy/reconsider.ts'
import { authorizationReference, deriveReferenceKey, remediationOf } from '../../src/policy/remediation.ts'
import { spendingLimits, ticketReservation, type TicketReservationCall } from '../../src/tickets/tools/ticket-reservation.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { AT_NOW, NOW, RESOURCE, deniedBy, grantWith, needing, permittedBy, policyWith } from '../support/policy.ts'

const TYPE = 'ticket-reservation'
const book = { action: 'book', ticketId: 2, amount: 8000, currency: 'JPY' } as const
const context = { now: NOW, resource: RESOURCE }

function verdict (element: unknown, call: TicketReservationCall = book): string {
  const decision = policyWith().decide(grantWith({ authorizationDetails: [element] }), needing({ details: ticketReservation.requires(call) }), AT_NOW)
  const denial = deniedBy(decision)
  if (denial?.kind === 'insufficient-authorization') return `${denial.problem} ${denial.member}`
  return decision.kind
}

/** The text is what an authorization server sends, so that 1e309 and __proto__ arrive as they would. */
function received (members: string): unknown {
  return JSON.parse(`{"type":"${TYPE}","actions":["book","cancel"],${members}}`)
}

t.test('limits — every member is enforced', async t => {
  covers('policy.details-limits-enforced')
  const cases: [string, string][] = [
    ['"maxAmount":8000', 'permit'],
    ['"maxAmount":8000.0', 'permit'],
    ['"maxAmount":9007199254740991', 'permit'],
    ['"maxAmount":7999', 'insufficient maxAmount'],
    ['"maxAmount":0', 'insufficient maxAmount'],
    ['"maxAmount":-0', 'insufficient maxAmount'],
    ['"maxAmount":8000,"currency":"JPY"', 'permit'],
    ['"maxAmount":8000,"currency":"USD"', 'insufficient currency'],
    ['"maxAmount":8000,"actions":["book"]', 'permit'],
    ['"maxAmount":8000,"actions":["cancel"]', 'insufficient actions'],
    ['"maxAmount":8000,"ticketIds":[1,2]', 'permit'],
    ['"maxAmount":8000,"ticketIds":[1,22]', 'insufficient ticketIds'],
    ['"maxAmount":8000,"ticketIds":[]', 'insufficient ticketIds'],
    [`"maxAmount":8000,"locations":["https://other.example","${RESOURCE}"]`, 'permit'],
    [`"maxAmount":8000,"locations":["${RESOURCE}/"]`, 'insufficient locations'],
    ['"maxAmount":8000,"locations":["http://LOCALHOST:3443/mcp"]', 'insufficient locations'],
    ['"maxAmount":8000,"locations":["http://localhost:3443"]', 'insufficient locations'],
    ['"maxAmount":8000,"validUntil":"2026-11-21T12:00:01Z"', 'permit'],
    ['"maxAmount":8000,"validUntil":"2026-11-21T21:00:00.5+09:00"', 'permit'],
    ['"maxAmount":8000,"validUntil":"2026-11-21T12:00:00Z"', 'insufficient validUntil'],
    ['"maxAmount":8000,"validUntil":"2026-11-21T20:59:59+09:00"', 'insufficient validUntil'],
    ['"maxAmount":8000,"maxTotalAmount":0,"budgetId":"b-1"', 'permit'] // the ledger's to refuse
  ]
  for (const [members, expected] of cases) t.equal(verdict(received(members)), expected, members)
  t.equal(verdict(received('"maxAmount":8000'), { ...book, currency: 'USD' }), 'insufficient currency', 'JPY when absent')
  t.equal(verdict(received('"maxAmount":0,"ticketIds":[9],"currency":"USD"'), { action: 'cancel' }), 'permit', 'a cancellation has no amount')
  t.equal(verdict({ type: TYPE, actions: ['book'], maxAmount: 8000 }, { action: 'cancel' }), 'insufficient actions')
})

t.test('reading — what is not understood whole allows nothing', async t => {
  covers('policy.details-unreadable-denies')
  const cases: [string, string][] = [
    ['"currency":"JPY"', 'unreadable maxAmount'],
    ...['1e309', '-1e309', '"10000"', '-1', '0.5', '9007199254740992', 'null', 'true', '[10000]', '{}', '""']
      .map((amount): [string, string] => [`"maxAmount":${amount}`, 'unreadable maxAmount']),
    ['"maxAmount":9000,"maxAmount":null', 'unreadable maxAmount'],
    ['"maxAmount":9000,"MaxAmount":1', 'unreadable (undeclared)'],
    ['"maxAmount":9000,"max_amount":1', 'unreadable (undeclared)'],
    ['"maxAmount":9000,"constructor":1', 'unreadable (undeclared)'],
    ['"maxAmount":9000,"toString":null', 'unreadable (undeclared)'],
    ['"maxAmount":9000,"__proto__":{"maxAmount":9000}', 'unreadable __proto__'],
    ['"__proto__":{"maxAmount":9000}', 'unreadable __proto__'],
    ['"maxAmount":9000,"actions":"book"', 'unreadable actions'],
    ['"maxAmount":9000,"actions":["book","fly"]', 'unreadable actions'],
    ['"maxAmount":9000,"actions":["book",null]', 'unreadable actions'],
    ['"maxAmount":9000,"actions":{"0":"book","length":1}', 'unreadable actions'],
    ['"maxAmount":9000,"currency":"jpy"', 'unreadable currency'],
    ['"maxAmount":9000,"currency":"JPY "', 'unreadable currency'],
    ['"maxAmount":9000,"currency":"JPY\\n"', 'unreadable currency'],
    ['"maxAmount":9000,"currency":null', 'unreadable currency'],
    ['"maxAmount":9000,"currency":["JPY"]', 'unreadable currency'],
    ['"maxAmount":9000,"ticketIds":["2"]', 'unreadable ticketIds'],
    ['"maxAmount":9000,"ticketIds":[2,2.5]', 'unreadable ticketIds'],
    ['"maxAmount":9000,"ticketIds":2', 'unreadable ticketIds'],
    [`"maxAmount":9000,"locations":"${RESOURCE}"`, 'unreadable locations'],
    [`"maxAmount":9000,"locations":["${RESOURCE}",1]`, 'unreadable locations'],
    ['"maxAmount":9000,"validUntil":1900000000', 'unreadable validUntil'],
    ['"maxAmount":9000,"validUntil":"2099-01-01"', 'unreadable validUntil'],
    ['"maxAmount":9000,"validUntil":"2099-02-30T00:00:00Z"', 'unreadable validUntil'],
    ['"maxAmount":9000,"maxTotalAmount":"1"', 'unreadable maxTotalAmount'],
    ['"maxAmount":9000,"budgetId":""', 'unreadable budgetId'],
    ['"maxAmount":9000,"budgetId":"a\\u0000b"', 'unreadable budgetId'],
    ['"maxAmount":9000,"budgetId":7', 'unreadable budgetId'],
    ['"maxAmount":9000,"privileges":["admin"]', 'unreadable (undeclared)'],
    ['"maxAmount":9000,"identifier":"x"', 'unreadable (undeclared)'],
    [Array.from({ length: 70 }, (_, index) => `"m${index}":1`).join(), 'unreadable (too many members)']
  ]
  const each = collected(t)
  for (const [members, expected] of cases) each.equal(verdict(received(members)), expected, members)
  each.end()
})

t.test('reading — null and empty common members count as absent, so an element without actions allows nothing', async t => {
  const empties = '"locations":null,"datatypes":[],"identifier":"","privileges":null'
  t.equal(verdict(received(`"maxAmount":9000,${empties},"dataTypes":null`)), 'permit')
  for (const actions of ['null', '[]', '""']) t.equal(verdict(received(`"maxAmount":9000,"actions":${actions}`)), 'unreadable actions')
  t.equal(verdict({ type: TYPE, maxAmount: 9000 }), 'unreadable actions')
})

t.test('reading — otherFields is read as if its members stood in the element', async t => {
  covers('policy.details-authlete-form')
  const nested = (otherFields: string, more = '') => `"locations":null,"dataTypes":null,"identifier":null,"privileges":null,"otherFields":${otherFields}${more}`
  const cases: [string, string][] = [
    [nested('"{\\"maxAmount\\":8000,\\"currency\\":\\"JPY\\"}"'), 'permit'],
    [nested('{"maxAmount":8000}'), 'permit'],
    [nested('"{\\"maxAmount\\":7999}"'), 'insufficient maxAmount'],
    [nested('"{\\"maxAmount\\":8000,\\"type\\":\\"ticket-reservation\\"}"', ',"maxAmount":8000'), 'permit'],
    [nested('{"actions":["book","cancel"],"maxAmount":8000,"privileges":[]}'), 'permit'],
    [nested('"{\\"maxAmount\\":10000}"', ',"maxAmount":8000'), 'unreadable otherFields'],
    [nested('{"maxAmount":8000}', ',"maxAmount":10000'), 'unreadable otherFields'],
    [nested('{"actions":["cancel","book"],"maxAmount":8000}'), 'unreadable otherFields'],
    [nested('{"type":"payment","maxAmount":8000}'), 'unreadable otherFields'],
    [nested('{"maxAmount":8000}', ',"maxAmount":null'), 'unreadable otherFields'],
    [nested('"{\\"maxAmount\\":8000"'), 'unreadable otherFields'],
    [nested('"[]"'), 'unreadable otherFields'],
    [nested('"8000"'), 'unreadable otherFields'],
    [nested('"null"'), 'unreadable otherFields'],
    [nested('8000', ',"maxAmount":8000'), 'unreadable otherFields'],
    [nested('[]', ',"maxAmount":8000'), 'unreadable otherFields'],
    [nested('"{\\"__proto__\\":{\\"maxAmount\\":8000}}"'), 'unreadable otherFields'],
    [nested('{"maxAmount":8000,"otherFields":{"maxAmount":9000}}'), 'unreadable (undeclared)'],
    [nested('null'), 'unreadable maxAmount'],
    [nested('""'), 'unreadable maxAmount'],
    [nested('"{}"'), 'unreadable maxAmount'],
    [nested(JSON.stringify(JSON.stringify({ maxAmount: 8000, currency: 'J'.repeat(20000) }))), 'unreadable otherFields'],
    [nested('{"maxAmount":8000}', ',"datatypes":["a"],"dataTypes":["b"]'), 'unreadable datatypes']
  ]
  for (const [members, expected] of cases) t.equal(verdict(received(members)), expected, members.slice(0, 120))

  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  t.equal(verdict(received(`"maxAmount":${deep},"otherFields":{"maxAmount":${deep}}`)), 'unreadable otherFields', 'nesting is not followed without end')
  const equal = flattenElement({ type: 'x', a: { b: [1, { c: null }], d: 'e' }, otherFields: { a: { d: 'e', b: [1, { c: null }] } } })
  t.ok(equal.ok, 'the order of members does not make a contradiction')
})

t.test('date-time — RFC 3339 and nothing else', async t => {
  const valid: [string, number][] = [
    ['2026-11-21T12:00:00Z', NOW],
    ['2026-11-21t12:00:00z', NOW],
    ['2026-11-21T12:00:00.000000000Z', NOW],
    ['2026-11-21T03:30:00-08:30', NOW],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)]
  ]
  for (const [text, instant] of valid) t.equal(parseDateTime(text), instant, text)
  const invalid = ['', '2026', '2026-11-21', '2026-11-21T12:00:00', '2026-11-21 12:00:00Z', '2026-11-21T12:00Z', '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z', '2026-04-31T00:00:00Z', '2026-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2026-11-21T25:00:00Z', '2026-11-21T12:60:00Z',
    '2026-11-21T12:00:60Z', '2026-11-21T12:00:00+0900', '2026-11-21T12:00:00+24:00', ' 2026-11-21T12:00:00Z', '2026-11-21T12:00:00Z\n', '+002026-11-21T12:00:00Z']
  for (const text of invalid) t.equal(parseDateTime(text), undefined, JSON.stringify(text))
})

t.test('a call whose value cannot be compared is a fault, never an allowed call', async t => {
  for (const amount of [NaN, Infinity, -1, 0.5, 2 ** 53]) {
    t.throws(() => ticketReservation.requires({ ...book, amount }), { code: 'GW_TOOL_INVALID' }, String(amount))
  }
  t.throws(() => ticketReservation.requires({ ...book, currency: 'yen' }), { code: 'GW_TOOL_INVALID' })
  t.throws(() => ticketReservation.requires({ ...book, ticketId: 1.5 }), { code: 'GW_TOOL_INVALID' })
})

t.test('remedy — the smallest element that allows this very call', async t => {
  covers('policy.remedy-suffices')
  t.same(ticketReservation.requires(book).smallest(context), { type: TYPE, actions: ['book'], maxAmount: 8000, currency: 'JPY', ticketIds: [2] })
  t.same(ticketReservation.requires({ action: 'cancel' }).smallest(context), { type: TYPE, actions: ['cancel'], maxAmount: 0 })
})

t.test('spending limits — the permit as alternatives, with the budget of each', async t => {
  const limitsOf = (details: unknown, grant: { subject?: string, clientId?: string } = {}) => {
    const permit = permittedBy(policyWith({ whenAbsent: 'allow' }).decide(
      grantWith({ ...grant, authorizationDetails: details }), needing({ details: ticketReservation.requires(book) }), AT_NOW))
    return permit === undefined ? undefined : spendingLimits(permit)
  }
  const keyOf = (element: object, grant = {}) => {
    const limits = limitsOf([{ type: TYPE, actions: ['book'], maxAmount: 9000, maxTotalAmount: 20000, ...element }], grant)
    return Array.isArray(limits) ? (limits as { total?: { budgetKey: string } }[])[0]?.total?.budgetKey : undefined
  }
  t.equal(limitsOf(undefined), 'unrestricted')
  const two = limitsOf([{ type: TYPE, actions: ['book'], maxAmount: 1 }, { type: TYPE, actions: ['book'], otherFields: '{"maxAmount":9000,"maxTotalAmount":20000}' }, { type: TYPE, actions: ['book'], maxAmount: 8000 }])
  t.match(two, [{ elementIndex: 1, currency: 'JPY', maxAmount: 9000, total: { maxTotalAmount: 20000, budgetKey: String } }, { elementIndex: 2, currency: 'JPY', maxAmount: 8000 }])
  t.equal(Array.isArray(two) && two.length, 2)

  const key = keyOf({})
  t.ok(key)
  t.equal(keyOf({ currency: 'JPY', privileges: null, actions: ['book', 'book'] }), key, 'what says the same has one budget')
  t.not(keyOf({ maxAmount: 9001 }), key)
  t.not(keyOf({}, { subject: '1005' }), key)
  t.not(keyOf({}, { clientId: 'client-2' }), key)
  t.equal(keyOf({ budgetId: 'b-1' }), keyOf({ budgetId: 'b-1', maxAmount: 9001 }), 'a named budget survives a changed limit')
  t.not(keyOf({ budgetId: 'b-1' }), keyOf({ budgetId: 'b-2' }))
})

t.test('reconsider — what the transaction found is refused like any other lack', async t => {
  const details = [{ type: TYPE, actions: ['book'], maxAmount: 8000 }]
  const requirement = needing({ details: ticketReservation.requires(book) })
  const permit = permittedBy(policyWith().decide(grantWith({ authorizationDetails: details }), requirement, AT_NOW))
  const unrestricted = permittedBy(policyWith({ whenAbsent: 'allow' }).decide(grantWith(), requirement, AT_NOW))
  if (permit === undefined || unrestricted === undefined) {
    t.fail('both calls are permitted at first')
    return
  }
  const needed = { details: ticketReservation.requires({ ...book, amount: 9000 }), scopes: ['mcp:tickets:write'], member: 'maxAmount' }
  t.same(reconsider(permit, needed, context), {
    kind: 'insufficient-authorization',
    problem: 'insufficient',
    member: 'maxAmount',
    remedy: [{ type: TYPE, actions: ['book'], maxAmount: 9000, currency: 'JPY', ticketIds: [2] }],
    scopes: ['mcp:tickets:write']
  })
  t.same(reconsider(unrestricted, needed, context), { kind: 'undecidable' })
})

t.test('remediation — a challenge value and an envelope that say the same', async t => {
  covers('policy.reference-stable')
  const key = deriveReferenceKey({ secret: 'one-shared-by-all-replicas', resource: RESOURCE })
  const remedy = [ticketReservation.requires(book).smallest(context)]
  const denial = { kind: 'insufficient-authorization', problem: 'insufficient', member: 'maxAmount', remedy, scopes: [] } as const
  const { reference, challengeValue, envelope } = remediationOf(denial, key, 'context-1')

  t.match(challengeValue, /^[A-Za-z0-9_-]+$/)
  t.same(JSON.parse(Buffer.from(challengeValue, 'base64url').toString('utf8')), { authorization_details: remedy, authorization_reference: reference })
  t.same(envelope, {
    reason: 'insufficient_authorization',
    authorizationContextId: 'context-1',
    credentialDisposition: 'additional',
    remediationHints: [{ type: 'oauth_authorization_details', authorization_details: remedy }]
  })
  t.equal(remediationOf({ ...denial, problem: 'absent' }, key, 'context-2').envelope['credentialDisposition'], 'replacement')

  const reordered: JsonObject = Object.fromEntries(Object.entries(remedy[0] ?? {}).reverse())
  t.equal(authorizationReference([reordered], key), reference, 'the order of members does not matter')
  t.equal(authorizationReference(remedy, deriveReferenceKey({ secret: 'one-shared-by-all-replicas', resource: RESOURCE })), reference, 'the same in every replica')
  t.match(reference, /^[A-Za-z0-9_-]{22}$/)
  t.not(authorizationReference([ticketReservation.requires({ ...book, amount: 8001 }).smallest(context)], key), reference)
  t.not(authorizationReference(remedy, deriveReferenceKey({ secret: 'another', resource: RESOURCE })), reference)
  t.not(authorizationReference(remedy, deriveReferenceKey({ secret: 'one-shared-by-all-replicas', resource: 'https://other.example' })), reference)
})

t.test('words — the limits of an element, in two languages', async t => {
  const element = { type: TYPE, actions: ['book', 'cancel'], maxAmount: 10000, maxTotalAmount: 1234567, ticketIds: [1, 2], validUntil: '2027-01-01T00:00:00Z' }
  t.same(ticketReservation.describe(element, 'en'), [
    'Allowed actions: book, cancel',
    'Highest amount of one reservation: ¥10,000',
    'Currency: JPY',
    'Highest amount of all reservations together: ¥1,234,567',
    'Tickets: 1, 2',
    'Valid until: 2027-01-01T00:00:00Z'
  ])
  t.equal(ticketReservation.describe(element, 'ja')[1], '1回の予約の上限額:¥10,000')
  t.match(ticketReservation.describe({ ...element, currency: 'USD' }, 'en')[1], /\$100\.00$/)
  t.same(ticketReservation.describe({ type: TYPE }, 'en'), [])
  t.same(ticketReservation.memberTable('en').filter(member => member.required).map(member => member.name), ['actions', 'maxAmount'])
})

interface RefundCall { readonly action: 'refund', readonly amount: number, readonly currency: string }

const words = (title: string) => ({ title: { en: title, ja: title }, description: { en: `${title}.`, ja: `${title}。` } })

const refund = defineDetailsType<RefundCall>({
  type: 'refund',
  ...words('Refund'),
  members: {
    actions: limits.words({ of: call => call.action, values: ['refund'], ...words('Actions') }),
    limit: limits.upper({ of: call => call.amount, currencyMember: 'currency', required: true, ...words('Limit') }),
    currency: limits.currency({ of: call => call.currency, whenAbsent: 'EUR', ...words('Currency') })
  }
})

t.test('another type — a few lines declare it whole', async t => {
  covers('policy.types-metadata')
  const requirement = needing({ tool: 'refund', scopes: [], details: refund.requires({ action: 'refund', amount: 500, currency: 'EUR' }) })
  const kindOf = (element: object) => policyWith().decide(grantWith({ authorizationDetails: [element] }), requirement, AT_NOW).kind
  t.equal(kindOf({ type: 'refund', limit: 500 }), 'permit')
  t.equal(kindOf({ type: 'refund', limit: 499 }), 'denial')
  t.equal(kindOf({ type: 'refund', limit: 500, currency: 'USD' }), 'denial')
  t.equal(kindOf({ type: 'refund', limit: 500, note: 'x' }), 'denial')
  t.equal(kindOf({ type: TYPE, actions: ['book'], maxAmount: 8000 }), 'denial')
  t.same(refund.describe({ type: 'refund', limit: 500 }, 'en'), ['Limit: €5.00', 'Currency: EUR'])

  const metadata = detailsTypesMetadata([ticketReservation, refund], 'http://localhost:3443/docs/mcp')
  t.same(Object.keys(metadata), [TYPE, 'refund'])
  t.match(metadata['refund'], { description: 'Refund.', documentation_uri: 'http://localhost:3443/docs/mcp', schema: { additionalProperties: false, required: ['type', 'limit'] } })

  const broken = (members: Parameters<typeof defineDetailsType<RefundCall>>[0]['members'], examples: JsonObject[] = []) => () => {
    defineDetailsType<RefundCall>({ type: 'refund', ...words('Refund'), members, examples })
  }
  const limit = limits.upper<RefundCall>({ of: call => call.amount, ...words('Limit') })
  t.throws(broken({ type: limit }), { code: 'GW_TOOL_INVALID' })
  t.throws(broken({ limit }, [{ type: 'refund', limit: '500' }]), { code: 'GW_TOOL_INVALID' })
})

t.test('another type — a list of text identifiers allows exactly what it names', async t => {
  const transfer = defineDetailsType<{ account?: string }>({
    type: 'transfer',
    title: { en: 'Transfers' },
    description: { en: 'Lets a client transfer.' },
    members: { accounts: limits.textIdentifiers({ of: call => call.account, required: true, maxLength: 5, title: { en: 'Accounts' }, description: { en: 'From these.' } }) }
  })
  const kindFor = (account: string, accounts: unknown) => transfer.requires({ account }).judge({ type: 'transfer', accounts } as JsonObject, { now: NOW, resource: RESOURCE }).kind
  t.strictSame(['A-1', 'a-1', 'A'].map(account => kindFor(account, ['B-2', 'A-1'])), ['sufficient', 'insufficient', 'insufficient'])
  const unreadable = [[1], [''], ['123456'], ['A\n1'], [], 'A-1', [['A-1']]]
  t.strictSame(unreadable.map(accounts => kindFor('A-1', accounts)), unreadable.map(() => 'unreadable'))
  t.equal(kindFor('口座🐈🐈🐈', ['口座🐈🐈🐈']), 'sufficient', 'characters are counted, not code units')
  t.strictSame(transfer.requires({ account: 'A-1' }).smallest({ now: NOW, resource: RESOURCE }), { type: 'transfer', accounts: ['A-1'] })
  for (const account of ['', '123456', 'A\n1', undefined]) t.throws(() => transfer.requires({ ...(account === undefined ? {} : { account }) }), { code: 'GW_TOOL_INVALID' })
  const { items } = (transfer.metadata.schema as { properties: { accounts: { items: { pattern: string } } } }).properties.accounts
  t.match(items, { type: 'string', minLength: 1, maxLength: 5 })
  t.strictSame(['A-1', 'A\n1', 'A\u0085'].map(text => new RegExp(items.pattern, 'u').test(text)), [true, false, false])
  t.strictSame(transfer.describe({ type: 'transfer', accounts: ['A', 'B'] }, 'ja'), ['Accounts:A, B'], 'English takes the place of Japanese')
  t.strictSame(transfer.memberTable('ja').map(({ title, description }) => [title, description]), [['Accounts', 'From these.']])
})

// The oracle says in its own plain words what one element allows; everything it does not know is a no.
function oracleAllows (element: Record<string, unknown>, call: { ticketId: number, amount: number, currency: string }): boolean {
  const members = new Map(Object.entries(element))
  for (const common of ['locations', 'actions', 'datatypes', 'dataTypes', 'identifier', 'privileges']) {
    const value = members.get(common)
    if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) members.delete(common)
  }
  const isCount = (value: unknown): value is number => typeof value === 'number' && value % 1 === 0 && value >= 0 && value <= 9007199254740991
  const isListOf = (value: unknown, isItem: (item: unknown) => boolean) => Array.isArray(value) && value.every(isItem)
  const { actions, maxAmount, currency = 'JPY', maxTotalAmount = 0, budgetId = 'x', ticketIds = [call.ticketId], locations = [RESOURCE], validUntil } = Object.fromEntries(members)
  for (const name of members.keys()) {
    if (!['type', 'actions', 'maxAmount', 'currency', 'maxTotalAmount', 'budgetId', 'ticketIds', 'locations', 'validUntil'].includes(name)) return false
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

const mostly = (usual: fc.Arbitrary<unknown>, ...odd: unknown[]) => fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...odd) })
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
  fc.assert(fc.property(fc.array(anElement, { maxLength: 3 }), aCall, fc.constantFrom('allow' as const, 'deny' as const), (elements, call, whenAbsent) => {
    const readable = elements.every(element => typeof element['type'] === 'string')
    const expected = elements.flatMap((element, index) => readable && element['type'] === TYPE && oracleAllows(element, call) ? [index] : [])
    const requirement = needing({ details: ticketReservation.requires({ action: 'book', ...call }) })
    const details = permittedBy(policyWith({ whenAbsent }).decide(grantWith({ authorizationDetails: elements }), requirement, AT_NOW))?.details
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
    const common = { type, ...(actions === undefined ? {} : { actions }), ...(locations === undefined ? {} : { locations }), ...(privileges === undefined ? {} : { privileges }) }
    const flat = verdict({ ...common, ...own })
    return verdict({ ...common, otherFields: JSON.stringify(own) }) === flat && verdict({ ...common, otherFields: own }) === flat
  }), { numRuns: 1000 })
})

t.test('property — no JSON makes decide throw, and none that is not an element permits', async () => {
  const requirement = needing({ details: ticketReservation.requires(book) })
  const anything = fc.oneof(fc.jsonValue(), fc.array(fc.record({ type: fc.constant(TYPE), otherFields: fc.oneof(fc.jsonValue(), fc.json()), maxAmount: fc.jsonValue() }, { requiredKeys: ['type'] })), fc.anything())
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
