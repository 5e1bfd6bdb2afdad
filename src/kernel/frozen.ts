// Deeply frozen values, which may be shared. `readonly` protects them from code that the compiler sees; this protects them from the rest.

import type { JsonValue } from './json.ts'

/** Freezes the value and everything in it. A part that is frozen already is assumed to be frozen throughout. */
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

/** A set whose `add`, `delete` and `clear` throw. */
export function frozenSet<Value> (values: Iterable<Value>): ReadonlySet<Value> {
  const set = new Set(values)
  for (const name of CHANGES) Object.defineProperty(set, name, { value: refuseChange })
  return Object.freeze(set)
}

function refuseChange (): never {
  throw new TypeError('this set is shared and cannot be changed')
}
