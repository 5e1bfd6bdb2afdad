// What may be shared because nobody can change it? The compiler holds our own code off; this holds off the rest.

import type { JsonValue } from './json.ts'

/** Frozen with everything in it, however deep. What is frozen already is taken to be frozen throughout. */
export function frozenJson<Value extends JsonValue> (value: Value): Value {
  const pending: JsonValue[] = [value]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null || Object.isFrozen(next)) continue
    Object.freeze(next)
    for (const member of Object.values<JsonValue>(next)) pending.push(member)
  }
  return value
}

const CHANGES = ['add', 'delete', 'clear'] as const

/** A set whose own methods refuse to change it. */
export function frozenSet<Value> (values: Iterable<Value>): ReadonlySet<Value> {
  const set = new Set(values)
  for (const name of CHANGES) Object.defineProperty(set, name, { value: refuseChange })
  return Object.freeze(set)
}

function refuseChange (): never {
  throw new TypeError('this set is shared and cannot be changed')
}
