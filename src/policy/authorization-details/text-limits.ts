// Limits and facts that are one text: the currency of amounts, the beginning and the end of validity, a name.
// A name limits nothing: the tool uses it, for example to find the budget of a total.

import type { JsonValue } from '../../kernel/json.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import { parseDateTime } from './date-time.ts'
import type { Member, MemberWords } from './member.ts'

const ISO_4217 = '^[A-Z]{3}$'
const LABEL = '^[\\x21-\\x7e]{1,128}$'

export interface CurrencyLimit<Call> extends MemberWords {
  /** The ISO 4217 code of the call's amount. `undefined`: this call has no amount, and the currency does not matter. */
  readonly of: (call: Call) => string | undefined
  /** The ISO 4217 code that an element without the member means. */
  readonly whenAbsent: string
}

/**
 * An ISO 4217 code that must be the call's.
 * @example
 * currency: limits.currency({ of: () => 'EUR', whenAbsent: 'EUR', title: { en: 'Currency' }, description: { en: 'EUR when absent.' } })
 */
export function currency<Call> ({ of, whenAbsent, ...words }: CurrencyLimit<Call>): Member<Call> {
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

/**
 * An RFC 3339 date-time from which on the element allows nothing. Absent: the element is valid as long as the token.
 * @example
 * validUntil: limits.notAfter({ title: { en: 'Valid until' }, description: { en: 'RFC 3339 date-time.' } })
 */
export function notAfter<Call> (words: MemberWords): Member<Call> {
  return instantMember(words, (now, instant) => now < instant)
}

/** An RFC 3339 date-time before which the element allows nothing. Absent: the element is valid from now on. */
export function notBefore<Call> (words: MemberWords): Member<Call> {
  return instantMember(words, (now, instant) => now >= instant)
}

function instantMember<Call> (
  words: MemberWords, allows: (now: EpochMilliseconds, instant: EpochMilliseconds) => boolean
): Member<Call> {
  const instantOf = (value: JsonValue) => typeof value === 'string' ? parseDateTime(value) : undefined
  return {
    ...words,
    required: false,
    schema: { type: 'string', format: 'date-time' },
    isWellFormed: value => instantOf(value) !== undefined,
    suffices: (value, _call, { now }) => {
      if (value === undefined) return true
      const instant = instantOf(value)
      return instant !== undefined && allows(now, instant)
    },
    smallest: () => undefined,
    problemOf: () => undefined,
    // One moment has many spellings, and is one budget.
    canonical: value => {
      const instant = instantOf(value)
      return instant === undefined ? value : new Date(instant).toISOString()
    },
    text: plainText
  }
}

/**
 * A name of 1 to 128 visible ASCII characters. The gateway compares it with nothing.
 * @example
 * budgetId: limits.label({ title: { en: 'Budget' }, description: { en: 'The budget that maxTotal limits.' } })
 */
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

function matcher (pattern: string): (value: JsonValue) => boolean {
  const expression = new RegExp(pattern)
  return value => typeof value === 'string' && expression.test(value)
}

export function plainText (value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
