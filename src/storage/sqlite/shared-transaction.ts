// One transaction for all changes that come within one turn of the event loop. A commit costs ten times as much as the statements of a
// change: docs/performance.md#shared-transactions

/** Runs `work` in one transaction; `work` is run again where that is possible. */
type Transact = <T>(work: () => T) => Promise<T>

interface Change {
  readonly run: () => void
  readonly succeed: () => void
  readonly fail: (reason: unknown) => void
}

/**
 * @returns a function that resolves with what `work` returned, when the transaction is committed. Where one change of several throws, all
 *   are rolled back and each one gets a transaction for itself, so that it fails alone. `work` is synchronous and may run more than once.
 */
export function createSharedTransaction (transact: Transact): <T>(work: () => T) => Promise<T> {
  let waiting: Change[] = []

  function commitAll (): void {
    const changes = waiting
    waiting = []
    transact(() => { for (const { run } of changes) run() }).then(
      () => { for (const { succeed } of changes) succeed() },
      (failure: unknown) => {
        const [only, second] = changes
        if (only !== undefined && second === undefined) only.fail(failure)
        else for (const change of changes) transact(change.run).then(change.succeed, change.fail)
      })
  }

  return <T>(work: () => T) => new Promise<T>((resolve, reject) => {
    let made: { readonly result: T } | undefined
    waiting.push({
      run: () => { made = { result: work() } },
      succeed: () => { if (made !== undefined) resolve(made.result) },
      fail: reject
    })
    if (waiting.length === 1) setImmediate(commitAll)
  })
}
