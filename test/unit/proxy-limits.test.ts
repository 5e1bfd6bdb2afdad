// The limits that upstream files declare: three laws that each word obeys, and what each compares.

import fc from 'fast-check'
import t from 'tap'
import type { MemberDeclaration, ValueKind } from '../../src/config/upstream/details-type-schema.ts'
import type { JsonObject, JsonValue } from '../../src/kernel/json.ts'
import type { CallValues, Scalar } from '../../src/proxy/limits/call-values.ts'
import { hostOfUrl } from '../../src/proxy/limits/url-host.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { NOW, RESOURCE } from '../support/policy.ts'
import { declare, member, typeWith } from '../support/declared-details.ts'

const context = { now: NOW, resource: RESOURCE }
const number = fc.integer({ min: 0, max: 1000 })
const word = fc.constantFrom('read', 'write', 'merge')
const name = fc.stringMatching(/^[a-z]{1,3}$/)
const path = fc.array(name, { maxLength: 4 }).map(parts => `/${parts.join('/')}`)
const url = fc.tuple(fc.constantFrom('a.example', 'b.a.example', 'c.example', '[::1]', '10.0.0.1'), name)
  .map(([host, rest]) => `https://${host}/${rest}`)
const folderOf = (text: string) => text.slice(0, text.lastIndexOf('/')) || '/'

interface Law {
  readonly kind: ValueKind
  readonly member: Partial<MemberDeclaration> & Pick<MemberDeclaration, 'limit'>
  readonly items: fc.Arbitrary<readonly Scalar[]>
  /** A value that allows at least as much. */
  readonly wider: (value: JsonValue) => JsonValue
}

const list = (value: JsonValue) => value as readonly string[]
const alone = (items: fc.Arbitrary<Scalar>) => items.map(item => [item])
const some = (items: fc.Arbitrary<Scalar>) => fc.array(items, { minLength: 1, maxLength: 5 })

const LAWS: Readonly<Record<string, Law>> = {
  max: { kind: 'amount', member: { limit: 'max', of: 'v' }, items: alone(number), wider: value => Number(value) + 1 },
  'max of each': { kind: 'amounts', member: { limit: 'max', of: 'v' }, items: some(number), wider: value => Number(value) + 1 },
  'max of a count': { kind: 'paths', member: { limit: 'max', of: { count: 'v' } }, items: some(path), wider: value => Number(value) + 1 },
  'max of a sum': { kind: 'amounts', member: { limit: 'max', of: { sum: 'v' } }, items: some(number), wider: value => Number(value) + 1 },
  'max of a length': { kind: 'text', member: { limit: 'max', of: { length: 'v' } }, items: alone(name), wider: value => Number(value) + 1 },
  min: {
    kind: 'integers',
    member: { limit: 'min', of: 'v' },
    items: some(fc.integer({ min: -9, max: 9 })),
    wider: value => Number(value) - 1
  },
  'oneOf words': {
    kind: 'word',
    member: { limit: 'oneOf', of: 'v', words: ['read', 'write', 'merge'] },
    items: alone(word),
    wider: () => ['merge', 'read', 'write']
  },
  'oneOf texts': { kind: 'texts', member: { limit: 'oneOf', of: 'v' }, items: some(name), wider: value => [...list(value), 'zz'] },
  'oneOf numbers': { kind: 'integers', member: { limit: 'oneOf', of: 'v' }, items: some(number), wider: value => [...list(value), 1] },
  equals: { kind: 'flag', member: { limit: 'equals', of: 'v' }, items: alone(fc.boolean()), wider: value => value },
  currency: {
    kind: 'currency',
    member: {
      limit: 'currency',
      of: 'v',
      whenAbsent: 'JPY'
    },
    items: alone(fc.constantFrom('JPY', 'EUR')),
    wider: value => value
  },
  prefix: { kind: 'paths', member: { limit: 'prefix', of: 'v' }, items: some(path), wider: value => list(value).map(folderOf) },
  host: { kind: 'urls', member: { limit: 'host', of: 'v' }, items: some(url), wider: value => [...list(value), '.example'] },
  locations: { kind: 'word', member: { limit: 'locations' }, items: alone(word), wider: value => value }
}

for (const [title, law] of Object.entries(LAWS)) {
  const { type } = typeWith(law.kind, member(law.member))
  const judged = (element: JsonObject, call: CallValues) => type.requires(call).judge(element, context).kind

  t.test(`${title} — the smallest element suffices for its call, and a wider one too`, async t => {
    covers('proxy.limits-closed', 'proxy.limits-monotone')
    fc.assert(fc.property(law.items, items => {
      const call = { v: items, other: ['x'] }
      const smallest = type.requires(call).smallest(context)
      if (judged(smallest, call) !== 'sufficient') return false
      const limit = smallest['limit']
      return limit === undefined || judged({ ...smallest, limit: law.wider(limit) }, call) === 'sufficient'
    }))
    t.pass()
  })

  t.test(`${title} — what a narrow element allows, no wider one refuses`, async t => {
    covers('proxy.limits-monotone')
    fc.assert(fc.property(law.items, law.items, (narrow, items) => {
      const element = type.requires({ v: narrow, other: ['x'] }).smallest(context)
      const call = { v: items, other: ['x'] }
      const limit = element['limit']
      if (limit === undefined || judged(element, call) !== 'sufficient') return true
      return judged({ ...element, limit: law.wider(limit) }, call) === 'sufficient'
    }))
    t.pass()
  })

  t.test(`${title} — any JSON is judged, and never throws`, async t => {
    covers('proxy.limits-total')
    fc.assert(fc.property(law.items, fc.jsonValue(), (items, limit) => {
      const element = { type: 'thing', other: ['x'], limit } as JsonObject
      type.describe(element, 'ja')
      type.canonical(element)
      return ['sufficient', 'insufficient', 'unreadable'].includes(judged(element, { v: items, other: ['x'] }))
    }))
    t.pass()
  })
}

t.test('prefix — folders are compared by whole segments', async t => {
  covers('proxy.paths-compared-by-segments')
  const { type } = typeWith('paths', member({ limit: 'prefix', of: 'v' }))
  const allows = (folder: string, called: string) =>
    type.requires({ v: [called], other: ['x'] }).judge({ type: 'thing', other: ['x'], limit: [folder] }, context).kind
  const each = collected(t)
  each.equal(allows('/srv/projects/ap', '/srv/projects/apollo'), 'insufficient', '24')
  each.equal(allows('/srv/projects/apollo', '/srv/projects/apollo'), 'sufficient')
  each.equal(allows('/srv/projects/apollo', '/srv/projects/apollo/a'), 'sufficient')
  each.equal(allows('/', '/srv'), 'sufficient')
  each.equal(allows('/srv/projects/', '/srv/projects/a'), 'unreadable')
  each.equal(allows('/srv/../etc', '/srv'), 'unreadable')
  each.end()
})

t.test('host — a URL has the host that a URL parser writes, and an unusual one has none', async t => {
  covers('proxy.hosts-of-plain-urls')
  const each = collected(t)
  each.equal(hostOfUrl('https://GOOD.example./a'), 'good.example')
  each.equal(hostOfUrl('http://[::1]:8080/'), '[::1]')
  each.equal(hostOfUrl('https://bücher.example/'), 'xn--bcher-kva.example')
  each.equal(hostOfUrl('http://2130706433/'), '127.0.0.1')
  for (const refused of [
    'https://good.example@evil.example', 'https://good.example\\@evil.example', 'https://a%2eexample/', 'ftp://a.example/', 'https:///a',
    ' https://a.example', 'https://a.example/\n', 'a.example', 'https://a..example/', 'file:///etc/passwd', 'https://a.example:99999/', ''
  ]) each.equal(hostOfUrl(refused), undefined, refused)
  each.end()
})

t.test('a declared type — is published, described and remedied in the words of its file', async t => {
  covers('proxy.declared-type-published')
  const { type } = typeWith('amount', member({ limit: 'max', of: 'v', required: true, title: { en: 'Highest', ja: '上限' } }))
  const properties = type.metadata.schema['properties'] as JsonObject
  t.match(properties['limit'], { title: 'Highest', type: 'integer' })
  t.strictSame(type.metadata.schema['required'], ['type', 'other', 'limit'])
  t.strictSame(type.describe({ type: 'thing', other: ['x'], limit: 9000 }, 'ja'), ['Other:x', '上限:9,000'])
  t.strictSame(type.requires({ v: [16000], other: ['x'] }).smallest(context), { type: 'thing', other: ['x'], limit: 16000 })
})

t.test('a declared type — an element with a member that it does not declare allows nothing (case 33)', async t => {
  covers('proxy.undeclared-members-allow-nothing')
  const { type } = typeWith('amount', member({ limit: 'max', of: 'v', required: true }))
  const judged = (more: JsonObject) =>
    type.requires({ v: [5], other: ['x'] }).judge({ type: 'thing', other: ['x'], limit: 10, ...more }, context).kind
  const each = collected(t)
  each.equal(judged({}), 'sufficient')
  for (const more of [{ maxAmuont: 1 }, { Limit: 1 }, { limit2: null }, { onlyOnSundays: true }]) {
    each.equal(judged(more), 'unreadable', JSON.stringify(more))
  }
  each.end()
})

t.test('a declared type — each mistake is one line with its path and the nearest name', async t => {
  covers('proxy.declared-type-mistakes')
  const lines = (values: Readonly<Record<string, ValueKind>>, members: Readonly<Record<string, MemberDeclaration>>) => {
    const made = declare({ values, members })
    return made.ok ? [] : made.error.map(({ path, message }) => `${path}: ${message}`)
  }
  const each = collected(t)
  const amount = { amount: 'amount' } as const
  each.strictSame(lines(amount, { max: member({ limit: 'max', of: 'amuont' }), top: member({ limit: 'max', of: 'amount' }) }),
    ['members.max.of: no such value; did you mean amount?'])
  each.strictSame(lines({ ...amount, to: 'text' }, { max: member({ limit: 'max', of: 'amount' }) }),
    ['values.to: no member limits it; expected a limit of it, or nothing'])
  each.strictSame(lines(amount, { max: member({ limit: 'max', of: 'amount', words: ['a'] }) }),
    ['members.max.words: expected nothing: the limit max does not take it'])
  each.strictSame(lines(amount, { all: member({ limit: 'total', of: 'amount', budget: 'budgt' }), budget: member({ limit: 'label' }) }),
    ['members.all.budget: no member with the limit label; did you mean budget?'])
  each.strictSame(lines(amount, { max: member({ limit: 'prefix', of: 'amount' }) }),
    ['members.max.of: expected a value of the kind path, paths; amount is of the kind amount'])
  each.strictSame(lines(amount, { max: member({ limit: 'max', of: 'amount', required: true, remedy: false }) }),
    ['members.max.remedy: expected true: a remedy must have what is required'])
  each.strictSame(lines(amount, { max: member({ limit: 'max', of: 'amount', currency: 'curency' }) }),
    ['members.max.currency: no member with the limit currency'])
  each.end()
})
