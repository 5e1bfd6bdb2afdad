// Limits that are numbers: the highest amount of one call, and the highest sum of many calls.
// Amounts are integers in the minor units of their currency (ISO 4217): 1000 is ¥1,000, and $10.00.

import type { JsonValue } from '../../kernel/json.ts'
import type { Member, MemberWords } from './member.ts'
import { amountText, numberText } from './wording.ts'

interface AmountWords extends MemberWords {
  /** The member that names the currency of the amount, for texts; absent: the number is shown as it is. */
  readonly currencyMember?: string
}

export interface UpperLimit<Call> extends AmountWords {
  /** The amount of the call: an integer from 0 to 2^53-1. `undefined`: this call has no amount, and the limit does not matter. */
  readonly of: (call: Call) => number | undefined
  /** `true`: an element without the member allows nothing. Default `false`: an element without it has no such limit. */
  readonly required?: boolean
}

/**
 * An integer that the call's amount may not exceed.
 * @example
 * maxAmount: limits.upper({
 *   of: ({ amount }) => amount, required: true, title: { en: 'Highest amount' }, description: { en: 'In cents.' }
 * })
 */
export function upper<Call> ({ of, required = false, currencyMember, ...words }: UpperLimit<Call>): Member<Call> {
  return {
    ...integerMember(currencyMember),
    ...words,
    required,
    suffices: (limit, call) => {
      const value = of(call)
      return value === undefined || limit === undefined || Number(limit) >= value
    },
    // a call without an amount fits below any limit
    smallest: call => of(call) ?? (required ? 0 : undefined),
    problemOf: call => {
      const value = of(call)
      return value === undefined || isWholeNumber(value) ? undefined : 'must be an integer from 0 to 2^53-1'
    }
  }
}

interface TotalLimit<Call> extends AmountWords {
  /** The amount of the call, which a remedy allows once. Absent: a remedy leaves the total out, and is unbounded. */
  readonly of?: (call: Call) => number | undefined
}

/**
 * An integer that the amounts of many calls together may not exceed. The gateway reads it and does not enforce it: the tool does,
 * in the transaction that spends.
 * @example
 * maxTotal: limits.total({
 *   of: ({ amount }) => amount, currencyMember: 'currency', title: { en: 'In total' }, description: { en: 'All payments together.' }
 * })
 */
export function total<Call> ({ of, currencyMember, ...words }: TotalLimit<Call>): Member<Call> {
  return {
    ...integerMember(currencyMember),
    ...words,
    required: false,
    suffices: () => true,
    smallest: () => undefined,
    ...(of === undefined ? {} : { smallestTotal: of }),
    problemOf: () => undefined
  }
}

export function isWholeNumber (value: JsonValue): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function integerMember (currencyMember: string | undefined): Pick<Member<unknown>, 'schema' | 'isWellFormed' | 'text'> {
  return {
    schema: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    isWellFormed: isWholeNumber,
    text: (value, element, language) => {
      const code = currencyMember === undefined ? undefined : element[currencyMember]
      return typeof code === 'string' ? amountText(Number(value), code, language) : numberText(Number(value), language)
    }
  }
}
