// Limits the introspections that run at a time. Tokens that were never active get a share of the connections, so that invented tokens
// cannot keep the others waiting; the share shrinks while the server is too slow, as the window of TCP does (RFC 5681 §3.1).

import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import { CONNECTIONS_FOR_TOKENS } from '../server/exchange.ts'

const LARGEST_SHARE_OF_UNKNOWN = 48

export interface QuestionLanes {
  /**
   * @param known the token was active when it was last introspected
   * @returns `undefined` when the request may be sent now; otherwise a promise that resolves when it may
   * @throws AuthorizationServerUnavailable `overloaded`, also as a rejected promise
   */
  readonly enter: (known: boolean) => Promise<void> | undefined
  /** Call it once after each `enter` that succeeded. */
  readonly leave: (known: boolean, outcome: 'answered' | 'timeout' | 'failed') => void
}

export interface QuestionLanesSettings {
  /** Running and waiting together, for unknown tokens; known tokens have as much room again. */
  readonly maxInFlight: number
  /** The longest wait. The rest of a deadline is for the request itself. */
  readonly maxWaitMs: number
}

type Grant = () => void

export function createQuestionLanes ({ maxInFlight, maxWaitMs }: QuestionLanesSettings): QuestionLanes {
  const running = { known: 0, unknown: 0 }
  const waiting: Readonly<Record<'known' | 'unknown', Grant[]>> = { known: [], unknown: [] }
  let shareOfUnknown = LARGEST_SHARE_OF_UNKNOWN

  function hasRoom (lane: 'known' | 'unknown'): boolean {
    if (running.known + running.unknown >= CONNECTIONS_FOR_TOKENS) return false
    return lane === 'known' || running.unknown < Math.floor(shareOfUnknown)
  }

  function overloaded (detail: string): AuthorizationServerUnavailable {
    return new AuthorizationServerUnavailable('overloaded', detail, 1)
  }

  function wait (lane: 'known' | 'unknown'): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting[lane].splice(waiting[lane].indexOf(grant), 1)
        reject(overloaded('no connection became free in time'))
      }, maxWaitMs).unref()
      const grant = (): void => {
        clearTimeout(timer)
        resolve()
      }
      waiting[lane].push(grant)
    })
  }

  function grantNext (lane: 'known' | 'unknown'): void {
    while (hasRoom(lane)) {
      const grant = waiting[lane].shift()
      if (grant === undefined) return
      running[lane] += 1
      grant()
    }
  }

  return {
    enter (known) {
      const lane = known ? 'known' : 'unknown'
      const inFlight = running[lane] + waiting[lane].length
      if (inFlight >= maxInFlight) throw overloaded(`${inFlight} requests are in flight`)
      if (waiting[lane].length > 0 || !hasRoom(lane)) return wait(lane)
      running[lane] += 1
      return undefined
    },
    leave (known, outcome) {
      running[known ? 'known' : 'unknown'] -= 1
      if (outcome === 'timeout') shareOfUnknown = Math.max(1, shareOfUnknown / 2)
      else if (outcome === 'answered') shareOfUnknown = Math.min(LARGEST_SHARE_OF_UNKNOWN, shareOfUnknown + 1 / shareOfUnknown)
      grantNext('known')
      grantNext('unknown')
    }
  }
}
