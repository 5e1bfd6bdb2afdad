// The word `equals`: one value that the call must have.

import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import type { Member, MemberWords } from '../../policy/authorization-details/member.ts'
import { plainText } from '../../policy/authorization-details/text-limits.ts'
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
    text: plainText
  }
}
