// The words `max` and `min`: the highest and the lowest number of a call. The number is a value, or how many values there are, their
// sum, or the length of a text in characters.

import type { JsonValue } from '../../kernel/json.ts'
import type { Member, MemberWords } from '../../policy/authorization-details/member.ts'
import { amountText, numberText } from '../../policy/authorization-details/wording.ts'
import type { CallValues } from './call-values.ts'

export interface NumberLimit extends MemberWords {
  /** The numbers of a call; none: the limit does not matter. */
  readonly of: (call: CallValues) => readonly number[]
  readonly required: boolean
  /** `false`: a remedy leaves the limit out. */
  readonly remedy: boolean
  /** The member that names the currency, for texts. */
  readonly currencyMember?: string
}

/** No number of the call may be above it. */
export function max ({ of, ...limit }: NumberLimit): Member<CallValues> {
  return {
    ...numberMember(of, limit),
    suffices: (value, call) => typeof value !== 'number' || of(call).every(number => number <= value),
    smallest: call => limit.remedy ? of(call).reduce<number | undefined>(higher, undefined) ?? whenNone(limit) : undefined
  }
}

/** No number of the call may be below it. */
export function min ({ of, ...limit }: NumberLimit): Member<CallValues> {
  return {
    ...numberMember(of, limit),
    suffices: (value, call) => typeof value !== 'number' || of(call).every(number => number >= value),
    smallest: call => limit.remedy ? of(call).reduce<number | undefined>(lower, undefined) ?? whenNone(limit) : undefined
  }
}

function higher (one: number | undefined, other: number): number {
  return one === undefined || other > one ? other : one
}

function lower (one: number | undefined, other: number): number {
  return one === undefined || other < one ? other : one
}

/** A call without a number fits any limit. */
function whenNone ({ required }: { readonly required: boolean }): number | undefined {
  return required ? 0 : undefined
}

function numberMember (
  of: NumberLimit['of'], { required, currencyMember, title, description }: Omit<NumberLimit, 'of'>
): Omit<Member<CallValues>, 'suffices' | 'smallest'> {
  return {
    title,
    description,
    required,
    schema: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
    isWellFormed: value => Number.isSafeInteger(value),
    problemOf: call => of(call).every(number => Number.isSafeInteger(number)) ? undefined : 'must be an integer up to 2^53-1',
    text: (value: JsonValue, element, language) => {
      const code = currencyMember === undefined ? undefined : element[currencyMember]
      return typeof code === 'string' ? amountText(Number(value), code, language) : numberText(Number(value), language)
    }
  }
}
