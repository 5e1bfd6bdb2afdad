// Is the arithmetic of tickets and budgets right? Pure functions; what a store makes of them is in test/contract.

import t from 'tap'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../src/kernel/json.ts'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { seedTickets } from '../../src/tickets/storage/seed-tickets.ts'
import { budgetKey } from '../../src/ledger/budget-key.ts'
import { canonicalJson } from '../../src/kernel/canonical-json.ts'
import type { SpendingLimit } from '../../src/ledger/spending-limit.ts'
import { balanceOf, chooseLimit } from '../../src/ledger/spending.ts'
import { amountOf, isSeatCount } from '../../src/tickets/domain/price.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'

const limit = (elementIndex: number, maxAmount: number, maxTotalAmount?: number, budgetKey = 'b', currency = 'JPY'): SpendingLimit =>
  ({ elementIndex, currency, maxAmount, ...maxTotalAmount === undefined ? {} : { total: { maxTotalAmount, budgetKey } } })
const nothingSpent = (_budgetKey: string): number => 0

t.test('amount — an exact integer or none', async t => {
  t.equal(amountOf(5_000, 3), 15_000)
  t.equal(amountOf(0, 3), 0)
  t.equal(amountOf(Number.MAX_SAFE_INTEGER, 1), Number.MAX_SAFE_INTEGER)
  for (const [price, seats] of [[Number.MAX_SAFE_INTEGER, 2], [2 ** 30, 2 ** 30], [0.5, 1], [-1, 1], [NaN, 1], [1, Infinity]] as const) {
    t.equal(amountOf(price, seats), undefined)
  }
  for (const seats of [0, -1, 1.5, '3', NaN, Infinity, 2 ** 53, null, true, 1n]) t.notOk(isSeatCount(seats))
  t.ok(isSeatCount(1))
})

t.test('limit — the first alternative that suffices, and never two together', async t => {
  covers('policy.details-elements-are-alternatives')
  const chosen = (amount: number, limits: readonly SpendingLimit[], spentOf = nothingSpent): unknown => {
    const result = chooseLimit(amount, 'JPY', limits, spentOf)
    return result.ok ? result.value.elementIndex : result.error
  }
  t.equal(chosen(100, [limit(7, 100), limit(8, 200)]), 7, 'inclusive')
  t.equal(chosen(101, [limit(7, 100), limit(8, 200)]), 8)
  t.strictSame(chosen(300, [limit(0, 100), limit(1, 200)]), { kind: 'amount-exceeds-limit', amount: 300, currency: 'JPY' })
  t.strictSame(chosen(1, []), { kind: 'amount-exceeds-limit', amount: 1, currency: 'JPY' })
  t.strictSame(chosen(1, [limit(0, 100, 100, 'b', 'USD'), limit(1, 100, 100, 'b', 'jpy')]),
    { kind: 'amount-exceeds-limit', amount: 1, currency: 'JPY' })
  const spentOf = (key: string): number => ({ a: 90, b: 60 })[key] ?? 0
  t.equal(chosen(10, [limit(0, 50, 100, 'a')], spentOf), 0, 'to the last')
  t.strictSame(chosen(45, [limit(0, 50, 100, 'a'), limit(1, 50, 100, 'b'), limit(2, 40)], spentOf),
    { kind: 'total-exceeded', amount: 45, currency: 'JPY', remaining: 40 }, 'the largest that is left')
  t.equal(chosen(45, [limit(0, 50, 100, 'a'), limit(1, 50)], spentOf), 1, 'one without a total')
  t.strictSame(chosen(1, [limit(0, 50, 80, 'a')], spentOf), { kind: 'total-exceeded', amount: 1, currency: 'JPY', remaining: 0 })
  t.equal(chosen(0, [limit(0, 50, 80, 'a')], spentOf), 0, 'nothing is needed of it')
})

t.test('limit — a bound that is no amount allows nothing', async t => {
  for (const bound of [NaN, Infinity, -1, 0.5, 2 ** 53, undefined as unknown as number, '100' as unknown as number,
    null as unknown as number]) {
    t.match(chooseLimit(0, 'JPY', [limit(0, bound)], nothingSpent), { ok: false, error: { kind: 'amount-exceeds-limit' } })
    t.match(chooseLimit(1, 'JPY', [{ ...limit(0, 10), total: { maxTotalAmount: bound, budgetKey: 'b' } }], nothingSpent),
      { ok: false, error: { kind: 'total-exceeded', remaining: 0 } })
    t.match(chooseLimit(0, 'JPY', [limit(0, 10, 10)], () => bound), { ok: false, error: { kind: 'total-exceeded', remaining: 0 } })
  }
  t.match(chooseLimit(undefined, 'JPY', [limit(0, Number.MAX_SAFE_INTEGER)], nothingSpent),
    { ok: false, error: { kind: 'amount-exceeds-limit' } },
    'an amount that is not exact is above every limit')
})

t.test('limit — what is chosen suffices by itself, and nothing before it did', async () => {
  covers('tickets.total-across-reservations')
  const amounts = fc.integer({ min: 0, max: 50 })
  const limits = fc.array(
    fc.record({ maxAmount: amounts, total: fc.option(amounts), key: fc.nat(2), currency: fc.constantFrom('JPY', 'USD') }), { maxLength: 5 }
  )
  fc.assert(fc.property(amounts, limits, fc.tuple(amounts, amounts, amounts), (amount, drafts, spent) => {
    const alternatives = drafts.map((draft, index) =>
      limit(index, draft.maxAmount, draft.total ?? undefined, String(draft.key), draft.currency))
    const spentOf = (key: string): number => spent[Number(key)] ?? 0
    const suffices = ({ currency, maxAmount, total }: SpendingLimit): boolean =>
      currency === 'JPY' && amount <= maxAmount &&
        (total === undefined || amount <= Math.max(0, total.maxTotalAmount - spentOf(total.budgetKey)))
    const result = chooseLimit(amount, 'JPY', alternatives, spentOf)
    const first = alternatives.find(suffices)
    if (result.ok !== (first !== undefined)) return false
    if (result.ok) return result.value === first
    return result.error.kind !== 'total-exceeded' || result.error.remaining < amount
  }))
})

t.test('balance — never less than nothing remains', async t => {
  t.strictSame(balanceOf('JPY', 100, 40), { currency: 'JPY', maxTotalAmount: 100, spent: 40, remaining: 60 })
  t.strictSame(balanceOf('JPY', 30, 40), { currency: 'JPY', maxTotalAmount: 30, spent: 40, remaining: 0 })
})

t.test('canonical JSON — equal values have equal texts, different ones do not', async t => {
  t.equal(canonicalJson({ b: [3, { z: null, a: 1e21 }], a: 'é"\n', '': true, '\u{1f600}': 0, '\uffff': -0 }),
    '{"":true,"a":"é\\"\\n","b":[3,{"a":1e+21,"z":null}],"\u{1f600}":0,"\uffff":0}', 'members sorted by UTF-16 code units')
  t.equal(canonicalJson(JSON.parse('{"__proto__":{"b":1,"a":2},"10":1,"9":2}') as JsonObject), '{"10":1,"9":2,"__proto__":{"a":2,"b":1}}')
  const json = fc.jsonValue() as fc.Arbitrary<JsonValue>
  const shuffled = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return (value as JsonValue[]).map(shuffled)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).reverse().map(([name, member]) => [name, shuffled(member)]))
  }
  fc.assert(fc.property(json, value => canonicalJson(shuffled(value)) === canonicalJson(value)))
  fc.assert(fc.property(json, value => canonicalJson(JSON.parse(canonicalJson(value)) as JsonValue) === canonicalJson(value)))
})

t.test('budget key — survives a refresh, tells nothing, and is never shared', async t => {
  covers('tickets.budget-of-one-person')
  const person = { issuer: 'https://as.example', subject: '1004' }
  const key = budgetKey({ person, clientId: 'c', budgetId: 'b' })
  t.match(key, /^[A-Za-z0-9_-]{43}$/)
  t.equal(budgetKey({ budgetId: 'b', clientId: 'c', person: { ...person } }), key)
  t.equal(budgetKey({ person, clientId: 'c', canonicalDetails: { type: 't', maxTotalAmount: 1 } }),
    budgetKey({ person, clientId: 'c', canonicalDetails: { maxTotalAmount: 1, type: 't' } }),
    'equal elements, whatever the order of members')

  // each differs from all others; the last ones would meet in a text that was only joined
  const keys = [
    key,
    budgetKey({ person: { ...person, issuer: 'https://other.example' }, clientId: 'c', budgetId: 'b' }),
    budgetKey({ person: { ...person, subject: '1005' }, clientId: 'c', budgetId: 'b' }),
    budgetKey({ person, clientId: 'd', budgetId: 'b' }),
    budgetKey({ person, clientId: undefined, budgetId: 'b' }),
    budgetKey({ person, clientId: '', budgetId: 'b' }),
    budgetKey({ person, clientId: 'null', budgetId: 'b' }),
    budgetKey({ person, clientId: 'c', budgetId: '{}' }),
    budgetKey({ person, clientId: 'c', canonicalDetails: {} }),
    budgetKey({ person, clientId: 'c', canonicalDetails: { a: 1 } }),
    budgetKey({ person, clientId: 'c', canonicalDetails: { a: '1' } }),
    budgetKey({ person, clientId: 'c","budget-id","b', budgetId: 'b' }),
    budgetKey({ person: { issuer: 'https://as.example1', subject: '004' }, clientId: 'c', budgetId: 'b' }),
    budgetKey({ person: { issuer: 'https://as.example","1004', subject: '' }, clientId: 'c', budgetId: 'b' })
  ]
  t.equal(new Set(keys).size, keys.length)
  const owner = fc.record({
    person: fc.record({ issuer: fc.string(), subject: fc.string() }),
    clientId: fc.option(fc.string(), { nil: undefined }),
    budgetId: fc.string()
  })
  fc.assert(fc.property(owner, owner, (left, right) =>
    (budgetKey(left) === budgetKey(right)) === (JSON.stringify(Object.entries(left)) === JSON.stringify(Object.entries(right)))))
})

t.test('seed tickets — lie ahead on whichever day they are created, in both languages', async t => {
  const each = collected(t)
  for (const createdAt of ['2026-11-21T00:00:00.000Z', '2026-12-31T23:59:59.999Z', '2028-02-28T12:00:00.000Z']) {
    for (const locale of ['ja', 'en'] as const) {
      const tickets = seedTickets(epochMilliseconds(Date.parse(createdAt)), locale)
      each.strictSame(tickets.map(({ price, totalSeats }) => [price, totalSeats]), [[5_000, 50], [8_000, 30], [3_000, 100]])
      for (const ticket of tickets) {
        const daysAhead = (Date.parse(ticket.eventDate) - Date.parse(createdAt)) / 86_400_000
        each.ok(daysAhead > 7 && daysAhead < 60, ticket.title)
        each.equal(ticket.createdAt, createdAt)
      }
    }
  }
  each.end()
})
