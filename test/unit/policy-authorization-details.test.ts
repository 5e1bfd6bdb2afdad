// Authorization details of the type ticket-reservation: how an element is read, and what each member limits.

import t from 'tap'
import { parseDateTime } from '../../src/policy/authorization-details/date-time.ts'
import { flattenElement } from '../../src/policy/authorization-details/element.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { book, context, TYPE, verdict } from '../support/details-verdict.ts'
import { NOW, RESOURCE } from '../support/policy.ts'

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
  t.equal(verdict(received('"maxAmount":0,"ticketIds":[9],"currency":"USD"'), { action: 'cancel' }), 'permit',
    'a cancellation has no amount')
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
    '2026-00-01T00:00:00Z', '2026-04-31T00:00:00Z', '2026-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2026-11-21T25:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T12:60:00Z',
    '2026-11-21T12:00:60Z', '2026-11-21T12:00:00+0900', '2026-11-21T12:00:00+24:00', ' 2026-11-21T12:00:00Z', '2026-11-21T12:00:00Z\n',
    '+002026-11-21T12:00:00Z']
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
  t.same(ticketReservation.requires(book).smallest(context),
    { type: TYPE, actions: ['book'], maxAmount: 8000, currency: 'JPY', ticketIds: [2] })
  t.same(ticketReservation.requires({ action: 'cancel' }).smallest(context), { type: TYPE, actions: ['cancel'], maxAmount: 0 })
})
