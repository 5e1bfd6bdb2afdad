// Waits while a person reads the page of an agreement: a client may repeat its call as soon as it has opened the page, and does not
// learn when the person is ready (https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#url-mode-flow).

import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../kernel/clock.ts'
import type { Cancellation } from '../kernel/cancellation.ts'

/** Resolves with whether to look again; never rejects. */
export type LookAgain = () => Promise<boolean>

export interface AgreementWait {
  readonly begin: (caller: Cancellation) => LookAgain
}

const PAUSE_MS = 2000
/** In one process. Further ones do not wait, since each holds a request open. */
const MAX_WAITING = 200

/** @param waitMs for one call; 0: it does not wait */
export function createAgreementWait ({ waitMs, clock }: { readonly waitMs: number, readonly clock: Clock }): AgreementWait {
  let waiting = 0
  return {
    begin (caller) {
      const until = clock.monotonicMs() + waitMs
      return async () => {
        const leftMs = until - clock.monotonicMs()
        if (leftMs <= 0 || waiting >= MAX_WAITING || caller.aborted) return false
        waiting += 1
        try {
          await delay(Math.min(PAUSE_MS, leftMs), undefined, { signal: caller.signal })
          return true
        } catch {
          return false
        } finally {
          waiting -= 1
        }
      }
    }
  }
}
