// The words `oneOf`, `prefix` and `host`: lists, each of which must cover every value of the call. A list is a set; an empty one
// allows nothing, and an absent one everything.

import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import type { Member, MemberWords } from '../../policy/authorization-details/member.ts'
import { listText } from '../../policy/authorization-details/wording.ts'
import { isAbsolutePath, isWithin } from './absolute-path.ts'
import type { CallValues, Scalar } from './call-values.ts'
import { hostOfUrl, isHostPattern, isHostWithin } from './url-host.ts'

export interface ValueListLimit extends MemberWords {
  readonly of: (call: CallValues) => readonly Scalar[]
  /** `true`: each call must have a value, and an element without the list cannot be read. */
  readonly required: boolean
  /** `false`: a remedy leaves the list out. */
  readonly remedy: boolean
}

interface ListOfItems {
  readonly items: JsonObject
  readonly isItem: (item: JsonValue) => boolean
  /** The item that covers exactly this value of a call. */
  readonly itemFor: (value: Scalar) => Scalar
  readonly covers: (item: Scalar, value: Scalar) => boolean
}

export interface OneOfLimit extends ValueListLimit {
  readonly items: JsonObject
  readonly isItem: (item: JsonValue) => boolean
}

/** Equal to one of the list, character by character. */
export function oneOf ({ items, isItem, ...limit }: OneOfLimit): Member<CallValues> {
  return listLimit(limit, { items, isItem, itemFor: value => value, covers: (item, value) => item === value })
}

/** A path that is in the list, or lies below one of it. */
export function prefix (limit: ValueListLimit): Member<CallValues> {
  return listLimit(limit, {
    items: { type: 'string', pattern: '^/', maxLength: 1024 },
    isItem: item => typeof item === 'string' && isAbsolutePath(item),
    itemFor: path => path,
    covers: (folder, path) => isWithin(String(path), String(folder))
  })
}

/** A URL whose host is in the list, or lies below one that begins with a dot. */
export function host (limit: ValueListLimit): Member<CallValues> {
  const hostOf = (url: Scalar) => hostOfUrl(String(url)) ?? ''
  return listLimit(limit, {
    items: { type: 'string', minLength: 1, maxLength: 254 },
    isItem: item => typeof item === 'string' && isHostPattern(item),
    itemFor: hostOf,
    covers: (pattern, url) => isHostWithin(hostOf(url), String(pattern))
  })
}

function listLimit (
  { of, required, remedy, title, description }: ValueListLimit, { items, isItem, itemFor, covers }: ListOfItems
): Member<CallValues> {
  return {
    title,
    description,
    required,
    schema: { type: 'array', items, ...(required ? { minItems: 1 } : {}) },
    isWellFormed: value => Array.isArray(value) && itemsOf(value).every(isItem) && !(required && value.length === 0),
    suffices: (value, call) => {
      if (!Array.isArray(value)) return true
      const list = itemsOf(value) as readonly Scalar[]
      return of(call).every(needed => list.some(item => covers(item, needed)))
    },
    smallest: call => {
      const needed = of(call)
      return needed.length === 0 || !remedy ? undefined : sorted(needed.map(itemFor))
    },
    problemOf: call => {
      const needed = of(call)
      if (needed.length === 0) return required ? 'must be given' : undefined
      return needed.every(value => isItem(itemFor(value))) ? undefined : 'cannot stand in the list'
    },
    canonical: value => sorted(itemsOf(value)),
    text: value => listText(itemsOf(value).map(item => typeof item === 'string' ? item : JSON.stringify(item)))
  }
}

/** Each item once, in one order. */
function sorted<Item extends JsonValue> (items: readonly Item[]): readonly Item[] {
  const texts = new Map(items.map(item => [JSON.stringify(item), item]))
  return [...texts].sort(([a], [b]) => a < b ? -1 : 1).map(([, item]) => item)
}

function itemsOf (value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value as readonly JsonValue[] : []
}
