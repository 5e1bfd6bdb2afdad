// One member of a declared details type: from its words in JSON to the limit that the policy compares. Each limit takes some members of
// the declaration and refuses the others, because a member that is read nowhere would be a limit that an operator relies on.

import type { Finding } from '../../config/finding.ts'
import { nearestName } from '../../config/nearest-name.ts'
import type { LimitWord, MemberDeclaration, ValueKind } from '../../config/upstream/details-type-schema.ts'
import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Member } from '../../policy/authorization-details/member.ts'
import { notBefore } from '../../policy/authorization-details/text-limits.ts'
import { limits } from '../../policy/authorization-details/vocabulary.ts'
import { isText, KINDS, type CallValues, type Scalar } from './call-values.ts'
import { host, oneOf, prefix } from './list-words.ts'
import { max, min } from './number-words.ts'
import { equals } from './single-words.ts'

type Kinds = Readonly<Record<string, ValueKind>>
type Optional = 'of' | 'words' | 'currency' | 'required' | 'remedy' | 'whenAbsent' | 'budget' | 'per'

const NUMBERS: readonly ValueKind[] = ['amount', 'amounts', 'integer', 'integers']
const TEXTS: readonly ValueKind[] = ['word', 'text', 'texts', 'currency', 'path', 'paths', 'url', 'urls']
const SINGLE = (Object.keys(KINDS) as ValueKind[]).filter(kind => !KINDS[kind].many)

/** What each limit takes beside title and description, and the kinds of values that it limits. */
const TAKES: Readonly<Record<LimitWord, { readonly members: readonly Optional[], readonly kinds: readonly ValueKind[] }>> = {
  max: { members: ['of', 'currency', 'required', 'remedy'], kinds: NUMBERS },
  min: { members: ['of', 'currency', 'required', 'remedy'], kinds: NUMBERS },
  oneOf: { members: ['of', 'words', 'required', 'remedy'], kinds: [...NUMBERS, ...TEXTS] },
  equals: { members: ['of', 'required', 'remedy'], kinds: SINGLE },
  currency: { members: ['of', 'whenAbsent'], kinds: ['currency'] },
  prefix: { members: ['of', 'required', 'remedy'], kinds: ['path', 'paths'] },
  host: { members: ['of', 'required', 'remedy'], kinds: ['url', 'urls'] },
  total: { members: ['of', 'currency', 'budget', 'per'], kinds: ['amount', 'amounts'] },
  validUntil: { members: [], kinds: [] },
  notBefore: { members: [], kinds: [] },
  locations: { members: [], kinds: [] },
  label: { members: [], kinds: [] }
}

/** @param declared all members of the type, for those that name another one */
export function declaredMember (
  member: MemberDeclaration, kinds: Kinds, declared: Readonly<Record<string, MemberDeclaration>>
): Result<Member<CallValues>, readonly Finding[]> {
  const findings = [...needless(member), ...wrongValue(member, kinds), ...wrongReferences(member, declared)]
  return findings.length > 0 ? err(findings) : ok(limitOf(member, kinds))
}

function needless (member: MemberDeclaration): Finding[] {
  const { members } = TAKES[member.limit]
  const given: readonly Optional[] = [
    ...(['of', 'words', 'currency', 'whenAbsent', 'budget', 'per'] as const).filter(name => member[name] !== undefined),
    ...(member.required ? ['required' as const] : []),
    ...(member.remedy ? [] : ['remedy' as const])
  ]
  const findings = given.filter(name => !members.includes(name))
    .map(path => ({ path, message: `expected nothing: the limit ${member.limit} does not take it` }))
  if (member.required && !member.remedy) findings.push({ path: 'remedy', message: 'expected true: a remedy must have what is required' })
  return findings
}

function wrongValue ({ limit, of, words, whenAbsent }: MemberDeclaration, kinds: Kinds): Finding[] {
  const takes = TAKES[limit]
  if (!takes.members.includes('of')) return []
  if (of === undefined) return [{ path: 'of', message: 'missing; expected the name of a value' }]
  if (limit === 'currency' && whenAbsent === undefined) return [{ path: 'whenAbsent', message: 'missing; expected an ISO 4217 code' }]
  const { value, how } = readOf(of)
  if (how === 'const') return limit === 'total' ? [] : [{ path: 'of', message: 'expected the name of a value; only total counts calls' }]
  if (how !== 'itself' && !takes.kinds.includes('amount')) return [{ path: 'of', message: 'expected the name of a value' }]
  const kind = Object.hasOwn(kinds, value) ? kinds[value] : undefined
  if (kind === undefined) return [{ path: 'of', message: withNearest('no such value', value, Object.keys(kinds)) }]
  const accepted = how === 'count' ? SINGLE.concat(Object.keys(KINDS) as ValueKind[]) : how === 'length' ? TEXTS : takes.kinds
  if (!accepted.includes(kind)) {
    return [{ path: 'of', message: `expected a value of the kind ${[...new Set(accepted)].join(', ')}; ${value} is of the kind ${kind}` }]
  }
  return words !== undefined && limit === 'oneOf' && KINDS[kind].type !== 'string'
    ? [{ path: 'words', message: 'expected nothing: the value is no text' }]
    : []
}

function wrongReferences (
  { currency, budget }: MemberDeclaration, declared: Readonly<Record<string, MemberDeclaration>>
): Finding[] {
  const wrong = (path: string, name: string | undefined, limit: LimitWord): Finding[] => {
    if (name === undefined || (Object.hasOwn(declared, name) && declared[name]?.limit === limit)) return []
    const known = Object.entries(declared).filter(([, other]) => other.limit === limit).map(([other]) => other)
    return [{ path, message: withNearest(`no member with the limit ${limit}`, name, known) }]
  }
  return [...wrong('currency', currency, 'currency'), ...wrong('budget', budget, 'label')]
}

function withNearest (message: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  return nearest === undefined ? message : `${message}; did you mean ${nearest}?`
}

function limitOf (member: MemberDeclaration, kinds: Kinds): Member<CallValues> {
  const { limit, of = '', words, currency, required, remedy, whenAbsent = '', title, description } = member
  const { value } = readOf(of)
  const texts = { title: worded(title), description: worded(description) }
  const items = (call: CallValues): readonly Scalar[] => call[value] ?? []
  const numbers = { ...texts, of: numbersOf(of), required, remedy, ...(currency === undefined ? {} : { currencyMember: currency }) }
  const list = { ...texts, of: items, required, remedy }
  switch (limit) {
    case 'max': return max(numbers)
    case 'min': return min(numbers)
    case 'oneOf': return oneOf({ ...list, ...itemsOf(kinds[value] ?? 'text', words) })
    case 'prefix': return prefix(list)
    case 'host': return host(list)
    case 'equals': {
      const { items: schema, isItem } = itemsOf(kinds[value] ?? 'text', undefined)
      return equals({ ...texts, of: call => items(call)[0], required, remedy, schema, isWellFormed: isItem })
    }
    case 'currency': return limits.currency({ ...texts, of: call => textOrNothing(items(call)[0]), whenAbsent })
    case 'total': return limits.total({ ...texts, of: totalOf(of), ...(currency === undefined ? {} : { currencyMember: currency }) })
    case 'validUntil': return limits.notAfter(texts)
    case 'notBefore': return notBefore(texts)
    case 'locations': return limits.locations(texts)
    case 'label': return limits.label(texts)
  }
}

function worded ({ en, ja }: MemberDeclaration['title']): { readonly en: string, readonly ja?: string } {
  return ja === undefined ? { en } : { en, ja }
}

function textOrNothing (item: Scalar | undefined): string | undefined {
  return typeof item === 'string' ? item : undefined
}

/** The JSON Schema of one item, and its check. */
function itemsOf (kind: ValueKind, words: readonly string[] | undefined): {
  readonly items: JsonObject, readonly isItem: (item: JsonValue) => boolean
} {
  if (words !== undefined) return { items: { enum: words }, isItem: item => typeof item === 'string' && words.includes(item) }
  const { type, accepts } = KINDS[kind]
  switch (type) {
    case 'string': return { items: { type, minLength: 1, maxLength: 1024 }, isItem: item => isText(item) && accepts(item) }
    case 'integer': {
      const items = { type, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }
      return { items, isItem: item => typeof item === 'number' && accepts(item) }
    }
    case 'boolean': return { items: { type }, isItem: item => typeof item === 'boolean' }
  }
}

export function readOf (of: NonNullable<MemberDeclaration['of']>): {
  readonly value: string, readonly how: 'itself' | 'count' | 'sum' | 'length' | 'const'
} {
  if (typeof of === 'string') return { value: of, how: 'itself' }
  if ('count' in of) return { value: of.count, how: 'count' }
  if ('sum' in of) return { value: of.sum, how: 'sum' }
  if ('length' in of) return { value: of.length, how: 'length' }
  return { value: '', how: 'const' }
}

/** What one call adds to a total. */
export function totalOf (of: NonNullable<MemberDeclaration['of']>): (call: CallValues) => number {
  const numbers = numbersOf(of)
  return call => numbers(call).reduce((sum, number) => sum + number, 0)
}

function numbersOf (of: NonNullable<MemberDeclaration['of']>): (call: CallValues) => readonly number[] {
  const { value, how } = readOf(of)
  const items = (call: CallValues): readonly Scalar[] => call[value] ?? []
  switch (how) {
    case 'itself': return call => items(call).map(Number)
    case 'count': return call => [items(call).length]
    case 'sum': return call => items(call).length === 0 ? [] : [items(call).map(Number).reduce((sum, number) => sum + number)]
    case 'length': return call => items(call).map(item => [...String(item)].length)
    case 'const': return () => [1]
  }
}
