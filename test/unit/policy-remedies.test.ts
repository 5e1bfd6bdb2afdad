// What follows from authorization details: the permit, the remedy of a refusal, the texts; and other types than ticket-reservation.

import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { defineDetailsType } from '../../src/policy/authorization-details/details-type.ts'
import { detailsTypesMetadata } from '../../src/policy/authorization-details/types-metadata.ts'
import { limits } from '../../src/policy/authorization-details/vocabulary.ts'
import { reconsider } from '../../src/policy/reconsider.ts'
import { authorizationReference, deriveReferenceKey, remediationOf } from '../../src/policy/remediation.ts'
import { spendingLimits, ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { covers } from '../support/covers.ts'
import { book, context, TYPE } from '../support/details-verdict.ts'
import { AT_NOW, deniedBy, grantWith, needing, NOW, permittedBy, policyWith, RESOURCE } from '../support/policy.ts'

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
  const two = limitsOf([{ type: TYPE, actions: ['book'], maxAmount: 1 }, {
    type: TYPE,
    actions: ['book'],
    otherFields: '{"maxAmount":9000,"maxTotalAmount":20000}'
  }, { type: TYPE, actions: ['book'], maxAmount: 8000 }])
  t.match(two, [{ elementIndex: 1, currency: 'JPY', maxAmount: 9000, total: { maxTotalAmount: 20000, budgetKey: String } },
    { elementIndex: 2, currency: 'JPY', maxAmount: 8000 }])
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

t.test('remedy — where the token has a total, the remedy has one too, for this call alone', async t => {
  covers('policy.remedy-is-bounded')
  const total = { type: TYPE, actions: ['book'], maxAmount: 8000, maxTotalAmount: 8000, budgetId: 'b-1' }
  const requirement = needing({ details: ticketReservation.requires({ ...book, amount: 9000 }) })
  const remedyOf = (...elements: JsonObject[]) => {
    const denial = deniedBy(policyWith().decide(grantWith({ authorizationDetails: elements }), requirement, AT_NOW))
    return denial?.kind === 'insufficient-authorization' ? denial.remedy : undefined
  }
  const bounded = [{ type: TYPE, actions: ['book'], maxAmount: 9000, currency: 'JPY', maxTotalAmount: 9000, ticketIds: [2] }]
  t.strictSame(remedyOf(total), bounded)
  t.strictSame(remedyOf({ type: TYPE, actions: ['cancel'], maxAmount: 0 }, total), bounded, 'whichever element has it')
  t.strictSame(remedyOf({ ...total, type: 'another-type' }), bounded.map(({ maxTotalAmount: _, ...others }) => others))

  const atFirst = needing({ details: ticketReservation.requires(book) })
  const permit = permittedBy(policyWith().decide(grantWith({ authorizationDetails: [total] }), atFirst, AT_NOW))
  t.ok(permit)
  if (permit === undefined) return
  const usedUp = { details: ticketReservation.requires({ ...book, amount: 9000 }), scopes: [], member: 'maxTotalAmount' }
  t.match(reconsider(permit, usedUp, context), { member: 'maxTotalAmount', remedy: bounded })
})

t.test('remediation — the details and their reference, as a challenge and as a hint carry them', async t => {
  covers('policy.reference-stable')
  const key = deriveReferenceKey({ secret: 'one-shared-by-all-replicas', resource: RESOURCE })
  const remedy = [ticketReservation.requires(book).smallest(context)]
  const denial = { kind: 'insufficient-authorization', problem: 'insufficient', member: 'maxAmount', remedy, scopes: [] } as const
  const { reference, challengeValue = '', members } = remediationOf(denial, key)

  t.match(challengeValue, /^[A-Za-z0-9_-]+$/)
  t.same(JSON.parse(Buffer.from(challengeValue, 'base64url').toString('utf8')),
    { authorization_details: remedy, authorization_reference: reference })
  t.same(members, { authorization_details: remedy, authorization_reference: reference })
  const long = Array.from({ length: 100 }, () => remedy).flat()
  t.equal(remediationOf({ ...denial, remedy: long }, key).challengeValue, undefined, 'too long for a header')

  const reordered: JsonObject = Object.fromEntries(Object.entries(remedy[0] ?? {}).reverse())
  t.equal(authorizationReference([reordered], key), reference, 'the order of members does not matter')
  t.equal(authorizationReference(remedy, deriveReferenceKey({ secret: 'one-shared-by-all-replicas', resource: RESOURCE })), reference,
    'the same in every replica')
  t.match(reference, /^[A-Za-z0-9_-]{22}$/)
  t.not(authorizationReference([ticketReservation.requires({ ...book, amount: 8001 }).smallest(context)], key), reference)
  t.not(authorizationReference(remedy, deriveReferenceKey({ secret: 'another', resource: RESOURCE })), reference)
  t.not(authorizationReference(remedy, deriveReferenceKey({ secret: 'one-shared-by-all-replicas', resource: 'https://other.example' })), reference)
})

t.test('words — the limits of an element, in two languages', async t => {
  const element = {
    type: TYPE,
    actions: ['book', 'cancel'],
    maxAmount: 10000,
    maxTotalAmount: 1234567,
    ticketIds: [1, 2],
    validUntil: '2027-01-01T00:00:00Z'
  }
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
  const members = ['version', 'description', 'documentation_uri', 'schema', 'examples']
  for (const [type, entry] of Object.entries(metadata)) {
    t.strictSame(Object.keys(entry).filter(name => !members.includes(name.replace(/#ja$/, ''))), [], 'members of the draft, and Japanese')
    t.strictSame([entry.schema['type'], (entry.schema['properties'] as JsonObject)['type']], ['object', { const: type }])
    t.ok((entry.schema['required'] as string[]).includes('type'), 'each schema is for one object of its type')
  }
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
    members: {
      accounts: limits.textIdentifiers(
        { of: call => call.account, required: true, maxLength: 5, title: { en: 'Accounts' }, description: { en: 'From these.' } }
      )
    }
  })
  const kindFor = (account: string, accounts: unknown) =>
    transfer.requires({ account }).judge({ type: 'transfer', accounts } as JsonObject, { now: NOW, resource: RESOURCE }).kind
  t.strictSame(['A-1', 'a-1', 'A'].map(account => kindFor(account, ['B-2', 'A-1'])), ['sufficient', 'insufficient', 'insufficient'])
  const unreadable = [[1], [''], ['123456'], ['A\n1'], [], 'A-1', [['A-1']]]
  t.strictSame(unreadable.map(accounts => kindFor('A-1', accounts)), unreadable.map(() => 'unreadable'))
  t.equal(kindFor('口座🐈🐈🐈', ['口座🐈🐈🐈']), 'sufficient', 'characters are counted, not code units')
  t.strictSame(transfer.requires({ account: 'A-1' }).smallest({ now: NOW, resource: RESOURCE }), { type: 'transfer', accounts: ['A-1'] })
  for (const account of ['', '123456', 'A\n1', undefined]) {
    t.throws(() => transfer.requires({ ...(account === undefined ? {} : { account }) }), { code: 'GW_TOOL_INVALID' })
  }
  const { items } = (transfer.metadata.schema as { properties: { accounts: { items: { pattern: string } } } }).properties.accounts
  t.match(items, { type: 'string', minLength: 1, maxLength: 5 })
  t.strictSame(['A-1', 'A\n1', 'A\u0085'].map(text => new RegExp(items.pattern, 'u').test(text)), [true, false, false])
  t.strictSame(transfer.describe({ type: 'transfer', accounts: ['A', 'B'] }, 'ja'), ['Accounts:A, B'],
    'English takes the place of Japanese')
  t.strictSame(transfer.memberTable('ja').map(({ title, description }) => [title, description]), [['Accounts', 'From these.']])
})
