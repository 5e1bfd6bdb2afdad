// Which calls of one generation of upstreams are running? From the permit to the outcome: a call that waits for the comparison with the
// lock or for the start of a process runs as well, although the upstream was asked nothing for it yet.

import { setTimeout as delay } from 'node:timers/promises'

export interface RunningCalls {
  readonly during: <Outcome>(call: () => Promise<Outcome>) => Promise<Outcome>
  /**
   * Resolves when nothing runs and nothing more is to come, or the time is up.
   * @param hurry ends the wait
   */
  readonly ended: (deadlineMs: number, hurry: AbortSignal) => Promise<void>
}

/** A request that chose its tool just before the generation changed still waits for the decision about its token: for so long at most. */
const DECISION_MS = 5000

export function createRunningCalls (): RunningCalls {
  let running = 0
  let whenNone: (() => void) | undefined

  return {
    async during (call) {
      running += 1
      try {
        return await call()
      } finally {
        running -= 1
        if (running === 0) whenNone?.()
      }
    },
    async ended (deadlineMs, hurry) {
      const wait = (ms: number) => delay(ms, undefined, { signal: hurry, ref: false }).catch(() => {})
      const timeIsUp = wait(deadlineMs)
      await Promise.race([wait(DECISION_MS), timeIsUp])
      if (running === 0) return
      await Promise.race([new Promise<void>(resolve => { whenNone = resolve }), timeIsUp])
    }
  }
}
