// A value or an expected refusal. Faults are thrown instead (see fault.ts): docs/decisions/0004-result-against-throw.md

export interface Ok<T> { readonly ok: true, readonly value: T }
export interface Err<E> { readonly ok: false, readonly error: E }
export type Result<T, E> = Ok<T> | Err<E>

export function ok<T> (value: T): Ok<T> {
  return { ok: true, value }
}

export function err<E> (error: E): Err<E> {
  return { ok: false, error }
}
