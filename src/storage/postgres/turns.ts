// Turns of the transactions of this process at one row. A transaction that waits for a locked row keeps its connection, so that without
// turns a single row takes all connections: docs/reliability.md#postgresql

import { StorageUnavailable } from '../../kernel/fault.ts'

/** What a transaction will lock, and how many transactions of this process may run at a time that lock it. */
interface Turn {
  readonly key: string
  readonly most: number
}

export interface Turns {
  /**
   * Runs `work` when it is its turn at each key. Callers that use the same keys give them in the same order.
   * @throws StorageUnavailable when one does not come in time (as a rejected promise)
   */
  readonly inTurn: <T>(doing: string, turns: readonly Turn[], work: () => Promise<T>) => Promise<T>
  readonly waiting: () => number
}

interface Row {
  running: number
  /** First come, first served. */
  readonly waiting: Array<() => void>
}

/** @param timeoutMs how long a caller waits for one key */
export function createTurns (timeoutMs: number): Turns {
  const rows = new Map<string, Row>()
  let waitingCount = 0

  function enter (doing: string, { key, most }: Turn): Promise<void> | undefined {
    let row = rows.get(key)
    if (row === undefined) {
      row = { running: 0, waiting: [] }
      rows.set(key, row)
    }
    if (row.running < most) {
      row.running += 1
      return undefined
    }
    return wait(doing, row)
  }

  function wait (doing: string, { waiting }: Row): Promise<void> {
    waitingCount += 1
    return new Promise<void>((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(begin), 1)
        reject(new StorageUnavailable(`${doing}: too many requests wait for the same ticket, person or budget; a row may be locked`))
      }, timeoutMs)
      waiting.push(begin)
    }).finally(() => { waitingCount -= 1 })
  }

  function leave (key: string): void {
    const row = rows.get(key)
    if (row === undefined) return
    const next = row.waiting.shift()
    // The turn is handed on.
    if (next !== undefined) return next()
    row.running -= 1
    if (row.running === 0) rows.delete(key)
  }

  async function inTurn<T> (doing: string, [first, ...others]: readonly Turn[], work: () => Promise<T>): Promise<T> {
    if (first === undefined) return work()
    await enter(doing, first)
    try {
      return await inTurn(doing, others, work)
    } finally {
      leave(first.key)
    }
  }

  return { inTurn, waiting: () => waitingCount }
}
