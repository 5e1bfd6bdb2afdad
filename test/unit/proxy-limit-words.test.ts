// The limits that compare nothing of a single call: ends of validity, places, labels and totals. The same three laws as for the others, in
// each moment and at each resource; and what is readable is what the published schema accepts.

import { Validator } from '@cfworker/json-schema'
import fc from 'fast-check'
import t from 'tap'
import type { MemberDeclaration } from '../../src/config/upstream/details-type-schema.ts'
import type { JsonObject, JsonValue } from '../../src/kernel/json.ts'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { covers } from '../support/covers.ts'
import { NOW } from '../support/policy.ts'
import { member, typeWith } from '../support/declared-details.ts'

const YEAR_MS = 365 * 24 * 3600 * 1000
const moment = fc.integer({ min: NOW - YEAR_MS, max: NOW + YEAR_MS })
const amount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const place = fc.constantFrom('https://a.example/mcp', 'https://b.example/mcp', 'http://localhost:3443/mcp')
const dateTime = (ms: number) => new Date(ms).toISOString()
/** The same instant with another offset: a comparison of texts would be wrong. */
const elsewhere = (ms: number) => new Date(ms + 9 * 3_600_000).toISOString().replace('Z', '+09:00')
const instant = fc.oneof(moment.map(dateTime), moment.map(elsewhere))

interface Law {
  readonly member: Partial<MemberDeclaration> & Pick<MemberDeclaration, 'limit'>
  readonly value: fc.Arbitrary<JsonValue>
  /** A value that allows at least as much, `by` more. */
  readonly wider: (value: JsonValue, by: number) => JsonValue
}

const moved = (value: JsonValue, ms: number) => elsewhere(Date.parse(value as string) + ms)

const LAWS: Readonly<Record<string, Law>> = {
  validUntil: { member: { limit: 'validUntil' }, value: instant, wider: (value, by) => moved(value, by) },
  notBefore: { member: { limit: 'notBefore' }, value: instant, wider: (value, by) => moved(value, -by) },
  locations: {
    member: { limit: 'locations' },
    value: fc.array(place, { maxLength: 3 }),
    wider: (value, by) => [`https://${by}.example/mcp`, ...value as readonly string[]]
  },
  label: { member: { limit: 'label' }, value: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), wider: (value, by) => `${value as string}-${by}` },
  total: {
    member: { limit: 'total', of: 'v' },
    value: amount,
    wider: (value, by) => Math.min(Number(value) + by, Number.MAX_SAFE_INTEGER)
  },
  'total of calls': {
    member: { limit: 'total', of: { const: 1 } },
    value: amount,
    wider: (value, by) => Math.min(Number(value) + by, Number.MAX_SAFE_INTEGER)
  }
}

for (const [title, law] of Object.entries(LAWS)) {
  const { type } = typeWith('amount', member(law.member))
  const context = fc.record({ now: moment.map(epochMilliseconds), resource: place })
  const call = amount.map(value => ({ v: [value], other: ['x'] }))
  const by = fc.integer({ min: 0, max: YEAR_MS })

  t.test(`${title} — the smallest element suffices for its call at any time and place`, async t => {
    covers('proxy.limits-closed')
    fc.assert(fc.property(call, context, law.value, (values, at, limit) => {
      const requirement = type.requires(values)
      // A remedy may know what the token has: `smallest` then says how much of a total the call needs.
      const granted = [{ type: 'thing', other: ['x'], limit }]
      return [requirement.smallest(at), requirement.smallest(at, granted)].every(smallest =>
        requirement.judge(smallest, at).kind === 'sufficient' && type.read(smallest) !== undefined)
    }))
    t.pass()
  })

  t.test(`${title} — what an element allows, neither a wider one nor one without the limit refuses`, async t => {
    covers('proxy.limits-monotone')
    fc.assert(fc.property(call, context, law.value, by, (values, at, limit, more) => {
      const { judge } = type.requires(values)
      const element = { type: 'thing', other: ['x'] }
      const verdict = judge({ ...element, limit }, at).kind
      if (verdict === 'unreadable' || judge(element, at).kind !== 'sufficient') return false
      return verdict === 'insufficient' || judge({ ...element, limit: law.wider(limit, more) }, at).kind === 'sufficient'
    }))
    t.pass()
  })

  t.test(`${title} — any JSON is judged, never throws, and is readable only where the published schema accepts it`, async t => {
    covers('proxy.limits-total')
    // `format` is an annotation: https://json-schema.org/draft/2020-12/json-schema-validation#section-7.2.1
    const asserted = JSON.stringify(type.metadata.schema, (name, value: unknown) => name === 'format' ? undefined : value)
    const published = new Validator(JSON.parse(asserted) as object, '2020-12')
    fc.assert(fc.property(call, context, fc.oneof(fc.jsonValue(), law.value), (values, at, limit) => {
      const element = { type: 'thing', other: ['x'], limit } as JsonObject
      type.describe(element, 'ja')
      type.canonical(element)
      const { kind } = type.requires(values).judge(element, at)
      return kind === 'unreadable' || (['sufficient', 'insufficient'].includes(kind) && published.validate(element).valid)
    }))
    t.pass()
  })
}

t.test('ends of validity — the instant itself belongs to what follows it', async t => {
  covers('proxy.limits-total')
  const kindAt = (limit: 'validUntil' | 'notBefore', value: string) => {
    const { type } = typeWith('amount', member({ limit }))
    return type.requires({ v: [], other: ['x'] }).judge({ type: 'thing', other: ['x'], limit: value }, { now: NOW, resource: 'x' }).kind
  }
  t.strictSame([kindAt('validUntil', dateTime(NOW)), kindAt('validUntil', elsewhere(NOW + 1))], ['insufficient', 'sufficient'])
  t.strictSame([kindAt('notBefore', elsewhere(NOW)), kindAt('notBefore', dateTime(NOW + 1))], ['sufficient', 'insufficient'])
  t.strictSame(['2026-02-30T00:00:00Z', '2026-11-21', '2026-11-21T12:00:60Z'].map(value => kindAt('validUntil', value)),
    ['unreadable', 'unreadable', 'unreadable'])
})
