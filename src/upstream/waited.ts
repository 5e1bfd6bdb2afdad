// Waits for a promise that others wait for too, but no longer than one caller can: its deadline, or its disconnect, ends its own wait.

import type { CancellationNotice } from '../kernel/cancellation.ts'

export type Waited<T> = { readonly kind: 'done', readonly value: T } | { readonly kind: 'timeout' | 'cancelled' }

export function waitFor<T> (promise: Promise<T>, ms: number, signal: CancellationNotice | undefined): Promise<Waited<T>> {
  if (signal?.aborted === true) return Promise.resolve({ kind: 'cancelled' })
  return new Promise((resolve, reject) => {
    const onAbort = (): void => { end({ kind: 'cancelled' }) }
    const timer = setTimeout(() => { end({ kind: 'timeout' }) }, Math.max(ms, 0))
    const end = (waited: Waited<T>): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      resolve(waited)
    }
    signal?.addEventListener('abort', onAbort)
    promise.then(value => { end({ kind: 'done', value }) }, reject)
  })
}
