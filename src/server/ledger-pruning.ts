// Deletes old calls from the ledger beside the requests: a few in each transaction, and pauses in between that are longer than the
// transactions. A backlog of years takes its time, and no request waits for it.

import type { EpochMilliseconds } from '../kernel/units.ts'
import type { HoldLedger } from '../ledger/hold-ledger.ts'

/** In one transaction: about a millisecond of SQLite, which stands still meanwhile. */
const BATCH = 100
/** For each millisecond that a transaction took. */
const PAUSE_SHARE = 4
const LEAST_PAUSE_MS = 20

export interface PruningOptions {
  readonly ledger: Pick<HoldLedger, 'prune'>
  /** Calls whose outcome became known before. */
  readonly before: EpochMilliseconds
  readonly monotonicMs: () => number
  /** Rejects when the process ends: nothing more is deleted then. */
  readonly pause: (ms: number) => Promise<void>
}

/**
 * Until none is left, or another gateway on the same database deletes.
 * @returns how many were deleted
 * @throws StorageUnavailable, or what `pause` rejects with (as a rejected promise)
 */
export async function pruneInBatches ({ ledger, before, monotonicMs, pause }: PruningOptions): Promise<number> {
  for (let deleted = 0; ;) {
    const begunMs = monotonicMs()
    const count = await ledger.prune(before, BATCH)
    deleted += count
    if (count < BATCH) return deleted
    await pause(Math.max(LEAST_PAUSE_MS, PAUSE_SHARE * (monotonicMs() - begunMs)))
  }
}
