// Checks every value before it is bound to a statement. Without the check the SQLite driver ends the process on a boolean,
// stores NaN as NULL, replaces lone surrogates and cuts text at NUL.

import { GatewayError } from '../kernel/fault.ts'

export type SqlValue = string | number | null

const NUL_OR_LONE_SURROGATE = /\0|\p{Surrogate}/u

/** @throws GatewayError GW_STORAGE_BIND_INVALID; the detail names the kind of the value, never the value */
export function checkBindable (values: readonly unknown[]): asserts values is readonly SqlValue[] {
  for (const value of values) {
    const problem = problemOf(value)
    if (problem !== undefined) throw new GatewayError('GW_STORAGE_BIND_INVALID', `refused to bind ${problem}`)
  }
}

/** Whether both databases store this text exactly. */
export function isBindableText (text: string): boolean {
  return !NUL_OR_LONE_SURROGATE.test(text)
}

function problemOf (value: unknown): string | undefined {
  if (value === null) return undefined
  if (typeof value === 'string') return isBindableText(value) ? undefined : 'text with NUL or a lone surrogate'
  if (typeof value === 'number') return Number.isSafeInteger(value) ? undefined : 'a number that is not a safe integer'
  return `a value of type ${typeof value}`
}
