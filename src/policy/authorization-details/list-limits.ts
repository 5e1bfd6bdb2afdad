// Limits that are lists: the call's value must be in the list. A list is a set: its order and repetitions mean nothing.
// A member that is absent allows any value, a list that is empty allows none.

import type { JsonValue } from '../../kernel/json.ts'
import { isWholeNumber } from './amount-limits.ts'
import type { Member, MemberWords } from './member.ts'
import { listText } from './wording.ts'

export interface ListLimit<Call, Item> extends MemberWords {
  /** The value of the call. `undefined`: this call has none, and the list does not matter. */
  readonly of: (call: Call) => Item | undefined
  /** `true`: an element without the member, or with an empty list, allows nothing, and each call must have a value. Default `false`. */
  readonly required?: boolean
}

export interface WordsLimit<Call> extends ListLimit<Call, string> {
  /** All words there are; an element with another one cannot be read and allows nothing. */
  readonly values: readonly string[]
}

export interface TextIdentifiersLimit<Call> extends ListLimit<Call, string> {
  /** The longest identifier, in characters (Unicode code points). Default 256. */
  readonly maxLength?: number
}

/**
 * A list of words from a fixed set, such as RFC 9396 `actions`.
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2.2
 * @example
 * actions: limits.words({
 *   of: () => 'pay', values: ['pay', 'refund'], required: true, title: { en: 'Actions' }, description: { en: 'What may be done.' }
 * })
 */
export function words<Call> ({ of, values, required = false, ...texts }: WordsLimit<Call>): Member<Call> {
  return {
    ...listMember(of, required, value => typeof value === 'string' && values.includes(value), `must be one of ${values.join(', ')}`),
    ...texts,
    schema: { type: 'array', items: { enum: values }, ...(required ? { minItems: 1 } : {}) }
  }
}

/**
 * A list of identifiers that are text: accounts, repositories, suppliers. Compared character by character, upper and lower case
 * differ. Control characters are refused.
 * @example
 * accounts: limits.textIdentifiers({
 *   of: ({ account }) => account, title: { en: 'Accounts' }, description: { en: 'IBANs; any when absent.' }
 * })
 */
export function textIdentifiers<Call> ({ of, required = false, maxLength = 256, ...texts }: TextIdentifiersLimit<Call>): Member<Call> {
  const isIdentifier = (value: JsonValue) =>
    typeof value === 'string' && value !== '' && [...value].length <= maxLength && !/\p{Cc}/u.test(value)
  return {
    ...listMember(of, required, isIdentifier, `must be a text of 1 to ${maxLength} characters without control characters`),
    ...texts,
    schema: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' },
      ...(required ? { minItems: 1 } : {})
    }
  }
}

/**
 * A list of identifiers that are integers from 0 to 2^53-1.
 * @example
 * orders: limits.integerIdentifiers({ of: ({ orderId }) => orderId, title: { en: 'Orders' }, description: { en: 'Any when absent.' } })
 */
export function integerIdentifiers<Call> ({ of, required = false, ...texts }: ListLimit<Call, number>): Member<Call> {
  return {
    ...listMember(of, required, isWholeNumber, 'must be an integer from 0 to 2^53-1'),
    ...texts,
    schema: {
      type: 'array',
      items: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
      ...(required ? { minItems: 1 } : {})
    }
  }
}

/**
 * RFC 9396 `locations`: resource identifiers, one of which must be the configured one, byte for byte. Absent: anywhere.
 * Not part of a remedy: the client names the resource in its request (RFC 8707).
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2.2
 * @example
 * locations: limits.locations({ title: { en: 'Where' }, description: { en: 'Servers at which this holds.' } })
 */
export function locations<Call> (texts: MemberWords): Member<Call> {
  return {
    ...texts,
    required: false,
    schema: { type: 'array', items: { type: 'string', format: 'uri' } },
    isWellFormed: value => isListOf(value, item => typeof item === 'string'),
    suffices: (value, _call, { resource }) => !Array.isArray(value) || value.includes(resource),
    smallest: () => undefined,
    problemOf: () => undefined,
    canonical: canonicalList,
    text: itemsText
  }
}

function listMember<Call, Item extends string | number> (
  of: (call: Call) => Item | undefined, required: boolean, isItem: (value: JsonValue) => boolean, expected: string
): Omit<Member<Call>, keyof MemberWords | 'schema'> {
  return {
    required,
    isWellFormed: value => isListOf(value, isItem) && !(required && itemsOf(value).length === 0),
    suffices: (value, call) => {
      const needed = of(call)
      return needed === undefined || !Array.isArray(value) || value.includes(needed)
    },
    smallest: call => {
      const needed = of(call)
      return needed === undefined ? undefined : [needed]
    },
    problemOf: call => {
      const needed = of(call)
      if (needed === undefined) return required ? 'must be given' : undefined
      return isItem(needed) ? undefined : expected
    },
    canonical: canonicalList,
    text: itemsText
  }
}

function isListOf (value: JsonValue, isItem: (item: JsonValue) => boolean): boolean {
  return Array.isArray(value) && itemsOf(value).every(isItem)
}

function canonicalList (value: JsonValue): JsonValue {
  const texts = new Map(itemsOf(value).map(item => [JSON.stringify(item), item]))
  return [...texts].sort(([a], [b]) => a < b ? -1 : 1).map(([, item]) => item)
}

function itemsText (value: JsonValue): string {
  return listText(itemsOf(value).map(item => typeof item === 'string' ? item : JSON.stringify(item)))
}

function itemsOf (value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value as readonly JsonValue[] : []
}
