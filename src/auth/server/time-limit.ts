// Limits how long a caller waits for work that it shares with others, such as a fetch of the published keys. The work goes on for the
// others and has its own deadline.

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'

/** @throws AuthorizationServerUnavailable `timeout` (as a rejected promise) when `work` takes longer */
export function withinTime<T> (work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new AuthorizationServerUnavailable('timeout', 'no whole answer in time')) }, timeoutMs).unref()
    work.finally(() => { clearTimeout(timer) }).then(resolve, reject)
  })
}
