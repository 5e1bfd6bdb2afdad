// Do the parts of the practice server that need no network keep their promises? The store that forgets, the choice of
// language, limits in words, and the escaping of values.

import t from 'tap'
import { createMemoryAdapter } from '../../src/practice-as/memory-adapter.ts'
import { html } from '../../src/kernel/markup.ts'
import { chooseLanguage } from '../../src/kernel/page-language.ts'
import { quoted, visibleName } from '../../src/kernel/foreign-text.ts'
import { limitInWords } from '../../src/practice-as/pages/limit-in-words.ts'

t.test('store — forgets an entry at the end of its life, and never before', async t => {
  let now = 1_000_000
  const tokens = createMemoryAdapter(() => now)('AccessToken')
  await tokens.upsert('a', { accountId: '1004' }, 60)
  await tokens.upsert('b', { accountId: '1005' })
  now += 59_999
  t.strictSame(await tokens.find('a'), { accountId: '1004' })
  now += 1
  t.equal(await tokens.find('a'), undefined)
  now += 1e12
  t.strictSame(await tokens.find('b'), { accountId: '1005' }, 'what has no expiry stays')
})

t.test('store — a flood of one kind evicts its own least recently used entry and nothing of another kind', async t => {
  const adapter = createMemoryAdapter(() => 0, 100)
  await adapter('AccessToken').upsert('token', { accountId: '1004' }, 60)
  await adapter('Client').upsert('live', { client_id: 'live' })
  await adapter('Client').upsert('idle', { client_id: 'idle' })
  let lost = 0
  for (let index = 0; index < 1000; index += 1) {
    await adapter('Client').upsert(`flood-${index}`, { client_id: `flood-${index}` })
    if (await adapter('Client').find('live') === undefined) lost += 1
  }
  t.equal(lost, 0, 'a client in use stays')
  t.equal(await adapter('Client').find('idle'), undefined)
  t.ok(await adapter('AccessToken').find('token'))
})

t.test('store — makes room with what has expired before it forgets what is alive', async t => {
  let now = 0
  const tokens = createMemoryAdapter(() => now, 2)('AccessToken')
  await tokens.upsert('long', { accountId: '1' }, 60)
  await tokens.upsert('short', { accountId: '2' }, 1)
  now = 2000
  await tokens.upsert('new', { accountId: '3' }, 60)
  t.ok(await tokens.find('long'))
  t.equal(await tokens.find('short'), undefined)
})

t.test('store — revoking a grant takes all its entries, consuming marks one, sessions are never kept', async t => {
  const adapter = createMemoryAdapter(() => 5000)
  const tokens = adapter('AccessToken')
  await tokens.upsert('a', { grantId: 'g' }, 60)
  await tokens.upsert('b', { grantId: 'g' }, 60)
  await tokens.upsert('c', { grantId: 'h' }, 60)
  await tokens.destroy('b')
  await tokens.revokeByGrantId('g')
  t.equal(await tokens.find('a'), undefined)
  t.ok(await tokens.find('c'))
  await tokens.consume('c')
  t.strictSame(await tokens.find('c'), { grantId: 'h', consumed: 5 })
  await tokens.consume('no such entry')
  t.equal(await tokens.find('no such entry'), undefined)
  await adapter('Session').upsert('s', { accountId: '1004' }, 60)
  t.equal(await adapter('Session').find('s'), undefined)
})

t.test('language — the click, then ui_locales, then the browser by quality, then English', t => {
  t.equal(chooseLanguage({ clicked: 'ja', uiLocales: 'en', acceptLanguage: 'en' }), 'ja')
  t.equal(chooseLanguage({ clicked: 'xx', uiLocales: 'fr ja-JP en', acceptLanguage: 'en' }), 'ja')
  t.equal(chooseLanguage({ uiLocales: undefined, acceptLanguage: 'en;q=0.5, ja-JP;q=0.9' }), 'ja')
  t.equal(chooseLanguage({ acceptLanguage: 'ja;q=0, en;q=0.1' }), 'en')
  t.equal(chooseLanguage({ acceptLanguage: 'de, JA' }), 'ja')
  t.equal(chooseLanguage({ acceptLanguage: '*' }), 'en')
  t.equal(chooseLanguage({}), 'en')
  t.end()
})

t.test('limit in words — amounts in the units of their currency, and none where only cancelling is allowed', t => {
  const book = { type: 'ticket-reservation', actions: ['book', 'cancel'] } satisfies {
    type: 'ticket-reservation'
    actions: ('book' | 'cancel')[]
  }
  t.equal(limitInWords({ ...book, maxAmount: 10_000 }, 'en'), 'book and cancel, up to ¥10,000 per reservation')
  t.equal(limitInWords({ ...book, maxAmount: 10_000 }, 'ja'), '予約と取り消し、1 回の予約につき ¥10,000 まで')
  t.equal(limitInWords({ ...book, maxAmount: 1999, currency: 'USD' }, 'en'), 'book and cancel, up to $19.99 per reservation')
  t.equal(limitInWords({ ...book, maxAmount: 1, validUntil: '2099-01-01T00:00:00Z', locations: ['https://a.example'] }, 'en'),
    'book and cancel, up to ¥1 per reservation, only at "https://a.example", until 2099-01-01T00:00:00Z')
  t.equal(limitInWords({ ...book, actions: ['cancel'], maxAmount: 0, maxTotalAmount: 5 }, 'en'), 'cancel')
  t.end()
})

t.test('consent page — text of a client is short, visible, and cannot end its quotation', async t => {
  t.strictSame([
    visibleName('  Ticket\u202e\u200b  Agent\n'), visibleName('\u2066\u200b'), visibleName('予約'.repeat(100)).length,
    quoted('this app", up to ¥100 per reservation, only at "x'), quoted(`${'a'.repeat(200)}`).length
  ], ['Ticket Agent', '', 61, '"this app\', up to ¥100 per reservation, only at \'x"', 103])
  t.equal(limitInWords({ type: 'ticket-reservation', actions: ['book'], maxAmount: 1, budgetId: 'b-1"' }, 'en'),
    'book, up to ¥1 per reservation, from the budget "b-1\'"')
})

t.test('page template — escapes every value and leaves its own markup alone', t => {
  const evil = '<b a="1" b=\'2\'>&'
  t.equal(html`<p title="${evil}">${evil}</p>`.text, '<p title="&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;">&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;</p>')
  t.equal(html`${[html`<i>${1}</i>`, evil[0] ?? '']}${false}${undefined}`.text, '<i>1</i>&lt;')
  t.end()
})
