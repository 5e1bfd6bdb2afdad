// The words `equals` and `notBefore`: one value that the call must have, and the time from which on an element allows anything.

import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import { parseDateTime } from '../../policy/authorization-details/date-time.ts'
import type { Member, MemberWords } from '../../policy/authorization-details/member.ts'
import type { CallValues, Scalar } from './call-values.ts'

export interface EqualsLimit extends MemberWords {
  readonly of: (call: CallValues) => Scalar | undefined
  readonly required: boolean
  readonly remedy: boolean
  readonly schema: JsonObject
  readonly isWellFormed: (value: JsonValue) => boolean
}

/** Equal to the value of the call. */
export function equals ({ of, remedy, ...member }: EqualsLimit): Member<CallValues> {
  return {
    ...member,
    suffices: (value, call) => {
      const needed = of(call)
      return needed === undefined || value === undefined || value === needed
    },
    smallest: call => remedy ? of(call) : undefined,
    problemOf: call => member.required && of(call) === undefined ? 'must be given' : undefined,
    text: plain
  }
}

/** An RFC 3339 date-time before which the element allows nothing. */
export function notBefore (words: MemberWords): Member<CallValues> {
  const instant = (value: JsonValue) => typeof value === 'string' ? parseDateTime(value) : undefined
  return {
    ...words,
    required: false,
    schema: { type: 'string', format: 'date-time' },
    isWellFormed: value => instant(value) !== undefined,
    suffices: (value, _call, { now }) => value === undefined || now >= (instant(value) ?? Infinity),
    smallest: () => undefined,
    problemOf: () => undefined,
    text: plain
  }
}

function plain (value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
