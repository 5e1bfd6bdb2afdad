// How the page of the console writes a total: before and after, which one, and that it is only held.

import t from 'tap'
import type { ShownRequest } from '../../src/console/shown-request.ts'
import { readSession } from '../../src/console/view/saved-session.ts'
import { totalTexts } from '../../src/console/view/total-texts.ts'
import { english } from '../../src/console/view/words-en.ts'
import { japanese } from '../../src/console/view/words-ja.ts'
import { covers } from '../support/covers.ts'

type Total = NonNullable<ShownRequest['used']>

t.test('a total — is named, with what was left before and after, in both languages', async t => {
  covers('console.totals')
  const used: Total = { currency: 'JPY', total: 30_000, before: 20_000, after: 17_000, member: 'maxTotalAmount' }
  t.strictSame(totalTexts(used, english, 'en'), {
    heading: 'Left of the total (¥30,000)', member: 'maxTotalAmount', rows: [['before the call', '¥20,000'], ['after the call', '¥17,000']]
  })
  t.strictSame(totalTexts(used, japanese, 'ja'), {
    heading: '総額の残り (¥30,000)', member: 'maxTotalAmount', rows: [['呼び出しの前', '¥20,000'], ['呼び出しの後', '¥17,000']]
  })
})

t.test('a total that is only held — says so, and numbers that are no money have no currency', async t => {
  covers('console.totals')
  const used: Total = { currency: '', total: 5, before: 4, after: 3, member: 'maxCalls', held: true }
  t.strictSame(totalTexts(used, english, 'en'), {
    heading: 'Left of the total (5)', member: 'maxCalls', rows: [['before the call', '4'], ['with the call held', '3']]
  })
  t.strictSame(totalTexts(used, japanese, 'ja').rows, [['呼び出しの前', '4'], ['呼び出しの分を確保した後', '3']])
  t.equal(totalTexts({ currency: '', before: 0, after: 0 }, english, 'en').heading, 'Left of the total')
})

t.test('a saved session — keeps it, and a member that is no text is refused', async t => {
  covers('console.totals')
  const head = JSON.stringify({ format: 'mcp-gateway-session/1', at: '2026-11-28T10:00:00.000Z' })
  const read = (member: unknown) => {
    const used = { currency: 'JPY', before: 2, after: 1, member }
    const request = { id: '0-1', rev: 1, at: '2026-11-28T10:00:00.000Z', state: 'ended', steps: [], checks: [], used }
    return readSession([head, JSON.stringify({ number: 1, request })].join('\n'))
  }
  t.match(read('maxTotalAmount'), { ok: true, requests: [{ request: { used: { member: 'maxTotalAmount' } } }] })
  t.strictSame(read({ type: 'script' }), { ok: false, line: 2 })
})
