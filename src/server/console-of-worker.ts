// What a worker tells the console of the first process, and the news from there. The channel is never waited for: while too many batches
// are in flight, what would follow is counted and not sent.

import type { Batch } from '../console/recorder.ts'
import type { ConsoleReader } from '../operations/console-observer.ts'

/** A batch has 250 requests at most. */
const MOST_IN_FLIGHT = 8

export interface WorkerChannel {
  readonly worker: number
  readonly watched: boolean
  /** @param sent called when the channel has taken it */
  readonly tell: (told: Batch, sent: () => void) => void
}

/** @returns what a worker is given, and what is called with news about viewers */
export function consoleOfWorker (
  { worker, watched, tell }: WorkerChannel
): { readonly reader: ConsoleReader, readonly setWatched: (watched: boolean) => void } {
  let setWatched: (watched: boolean) => void = () => {}
  let inFlight = 0
  let dropped = 0
  return {
    reader: {
      worker,
      watched,
      onWatched: set => { setWatched = set },
      deliver (batch) {
        if (inFlight >= MOST_IN_FLIGHT) {
          dropped += batch.dropped + batch.records.length
          return
        }
        inFlight += 1
        tell({ ...batch, dropped: batch.dropped + dropped }, () => { inFlight -= 1 })
        dropped = 0
      }
    },
    setWatched: watched => { setWatched(watched) }
  }
}
