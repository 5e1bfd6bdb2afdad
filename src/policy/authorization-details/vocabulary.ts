// In which words is a details type declared? A handful of kinds of member; each binds a value of the call to a limit.
// `of` names the call's value. None of them looks at another member, at storage or at the token.

import type { JsonValue } from '../../kernel/json.ts'
import { parseDateTime } from './date-time.ts'
import type { Member, MemberWords } from './member.ts'
import { amountText, numberText } from './wording.ts'

const ISO_4217 = '^[A-Z]{3}$'
const LABEL = '^[\\x21-\\x7e]{1,128}$'

interface OptionalMember extends MemberWords {
  readonly required?: boolean
}

interface AmountMember extends OptionalMember {
  /** The member that names the currency whose minor units these are; without it the number is said as it is. */
  readonly currencyMember?: string
}

/** An integer that the call's value may not exceed. */
export function upperLimit<Call> ({ of, required = false, currencyMember, ...words }: AmountMember & { readonly of: (call: Call) => number | undefined }): Member<Call> {
  return {
    ...integerMember(currencyMember),
    ...words,
    required,
    suffices: (limit, call) => {
      const value = of(call)
      return value === undefined || limit === undefined || Number(limit) >= value
    },
    // a call without an amount needs no room at all
    smallest: call => of(call) ?? (required ? 0 : undefined),
    problemOf: call => {
      const value = of(call)
      return value === undefined || isAmount(value) ? undefined : 'must be an integer from 0 to 2^53-1'
    }
  }
}

/** An integer limit across many calls. Only read here: whoever keeps the ledger enforces it, in its transaction. */
export function total<Call> ({ currencyMember, ...words }: MemberWords & { readonly currencyMember?: string }): Member<Call> {
  return {
    ...integerMember(currencyMember),
    ...words,
    required: false,
    suffices: () => true,
    smallest: () => undefined,
    problemOf: () => undefined
  }
}

interface ListMember<Call, Item> extends OptionalMember {
  readonly of: (call: Call) => Item | undefined
}

/** A list of words, one of which must be the call's. Required: the call must have one, the list too. Absent: any. Empty: none. */
export function coversWord<Call> ({ of, values, required = false, ...words }: ListMember<Call, string> & { readonly values: readonly string[] }): Member<Call> {
  return {
    ...listMember(of, required, value => typeof value === 'string' && values.includes(value), `must be one of ${values.join(', ')}`),
    ...words,
    schema: { type: 'array', items: { enum: values }, ...(required ? { minItems: 1 } : {}) }
  }
}

/** A list of identifiers (integers), one of which must be the call's. Absent: any. Empty: none. */
export function coversIdentifier<Call> ({ of, required = false, ...words }: ListMember<Call, number>): Member<Call> {
  return {
    ...listMember(of, required, isAmount, 'must be an integer from 0 to 2^53-1'),
    ...words,
    schema: { type: 'array', items: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, ...(required ? { minItems: 1 } : {}) }
  }
}

/**
 * RFC 9396 `locations`: resource identifiers, one of which must be the configured one, byte for byte. Absent: anywhere.
 * Not part of a remedy: the client names the resource in its request already (RFC 8707).
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2.2
 */
export function locations<Call> (words: MemberWords): Member<Call> {
  return {
    ...words,
    required: false,
    schema: { type: 'array', items: { type: 'string', format: 'uri' } },
    isWellFormed: value => listOf(value, item => typeof item === 'string'),
    suffices: (value, _call, { resource }) => !Array.isArray(value) || value.includes(resource),
    smallest: () => undefined,
    problemOf: () => undefined,
    canonical: canonicalList,
    text: listText
  }
}

/** An ISO 4217 code that must be the call's. `whenAbsent` is what an element without it means. */
export function currency<Call> ({ of, whenAbsent, ...words }: MemberWords & { readonly of: (call: Call) => string | undefined, readonly whenAbsent: string }): Member<Call> {
  const isCode = matcher(ISO_4217)
  return {
    ...words,
    required: false,
    whenAbsent,
    schema: { type: 'string', pattern: ISO_4217, default: whenAbsent },
    isWellFormed: isCode,
    suffices: (value = whenAbsent, call) => {
      const needed = of(call)
      return needed === undefined || value === needed
    },
    smallest: of,
    problemOf: call => {
      const needed = of(call)
      return needed === undefined || isCode(needed) ? undefined : 'must be an ISO 4217 code'
    },
    text: plainText
  }
}

/** An RFC 3339 date-time from which on the element allows nothing. Absent: as long as the token lives. */
export function notAfter<Call> (words: MemberWords): Member<Call> {
  const instant = (value: JsonValue) => typeof value === 'string' ? parseDateTime(value) : undefined
  return {
    ...words,
    required: false,
    schema: { type: 'string', format: 'date-time' },
    isWellFormed: value => instant(value) !== undefined,
    suffices: (value, _call, { now }) => value === undefined || now < (instant(value) ?? -Infinity),
    smallest: () => undefined,
    problemOf: () => undefined,
    text: plainText
  }
}

/** An opaque name of 1 to 128 visible ASCII characters, compared with nothing here. */
export function label<Call> (words: MemberWords): Member<Call> {
  return {
    ...words,
    required: false,
    schema: { type: 'string', pattern: LABEL },
    isWellFormed: matcher(LABEL),
    suffices: () => true,
    smallest: () => undefined,
    problemOf: () => undefined,
    text: plainText
  }
}

function integerMember (currencyMember: string | undefined): Pick<Member<unknown>, 'schema' | 'isWellFormed' | 'text'> {
  return {
    schema: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    isWellFormed: isAmount,
    text: (value, element, language) => {
      const code = currencyMember === undefined ? undefined : element[currencyMember]
      return typeof code === 'string' ? amountText(Number(value), code, language) : numberText(Number(value), language)
    }
  }
}

function listMember<Call, Item extends string | number> (of: (call: Call) => Item | undefined, required: boolean, isItem: (value: JsonValue) => boolean, expected: string): Omit<Member<Call>, keyof MemberWords | 'schema'> {
  return {
    required,
    isWellFormed: value => listOf(value, isItem) && !(required && itemsOf(value).length === 0),
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
    text: listText
  }
}

function isAmount (value: JsonValue): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function listOf (value: JsonValue, isItem: (item: JsonValue) => boolean): boolean {
  return Array.isArray(value) && itemsOf(value).every(isItem)
}

function canonicalList (value: JsonValue): JsonValue {
  const texts = new Map(itemsOf(value).map(item => [JSON.stringify(item), item]))
  return [...texts].sort(([a], [b]) => a < b ? -1 : 1).map(([, item]) => item)
}

function matcher (pattern: string): (value: JsonValue) => boolean {
  const expression = new RegExp(pattern)
  return value => typeof value === 'string' && expression.test(value)
}

function plainText (value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function listText (value: JsonValue): string {
  return itemsOf(value).map(plainText).join(', ')
}

function itemsOf (value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value as readonly JsonValue[] : []
}
