// Puts constants and the identity of the caller into arguments, after the decision. An identity comes from the token alone: a model
// cannot choose for whom a call is made.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import type { Permit } from '../../policy/permit.ts'
import type { PointerParts } from './json-pointer.ts'

export interface SetArgument {
  readonly parts: PointerParts
  /** `undefined`: the token does not say; the call is then refused. */
  readonly valueFor: (permit: Permit) => JsonValue | undefined
}

/** A copy with the arguments set; `undefined` when the token lacks one of them. */
export function withSetArguments (args: JsonObject, set: readonly SetArgument[], permit: Permit): JsonObject | undefined {
  let filled = args
  for (const { parts, valueFor } of set) {
    const value = valueFor(permit)
    if (value === undefined) return undefined
    filled = withMember(filled, parts, value)
  }
  return filled
}

function withMember (object: JsonObject, [name = '', ...rest]: PointerParts, value: JsonValue): JsonObject {
  if (rest.length === 0) return { ...object, [name]: value }
  const inner = Object.hasOwn(object, name) ? object[name] : undefined
  return { ...object, [name]: withMember(isJsonObject(inner) ? inner : {}, rest, value) }
}
