// Marks that say: what was asked about this person before now no longer counts. An authorization server that has withdrawn a grant sets
// one, and the next request asks again. A mark decides nothing: the worst that a false one does is a question.

import type { TokenClaims } from '../token-claims.ts'
import type { Answer } from './grant-cache.ts'

/** As the authorization server names them: `sub` and `client_id`. */
export interface RecheckedPerson {
  readonly subject: string
  /** Absent: whatever client acts for the person. */
  readonly clientId?: string | undefined
}

export interface RecheckMarks {
  readonly mark: (who: RecheckedPerson) => void
  /** Whether there is a mark at all; without one nothing else is looked at. */
  readonly isEmpty: () => boolean
  /** Whether the question of this answer was sent before a mark of its person. */
  readonly doubts: (answer: Answer) => boolean
}

/** No answer is cached for longer (cache.ttlSeconds). */
const LONGEST_MS = 300_000
const MOST_MARKS = 10_000

/** @param monotonicMs the clock of `Answer.askedAtMonotonicMs` */
export function createRecheckMarks (monotonicMs: () => number): RecheckMarks {
  const setAt = new Map<string, number>()
  /** With too many marks: one for everybody. */
  let everybodyAt = -1
  let newest = -1

  function isEmpty (): boolean {
    if (newest < 0) return true
    if (monotonicMs() - newest <= LONGEST_MS) return false
    setAt.clear()
    everybodyAt = newest = -1
    return true
  }

  return {
    isEmpty,
    mark ({ subject, clientId }) {
      const now = monotonicMs()
      if (setAt.size >= MOST_MARKS) {
        setAt.clear()
        everybodyAt = now
      } else setAt.set(keyOf(subject, clientId), now)
      newest = now
    },
    doubts ({ status, askedAtMonotonicMs }) {
      if (status.kind !== 'active' || isEmpty()) return false
      return askedAtMonotonicMs <= Math.max(everybodyAt, ...keysOf(status.claims).map(key => setAt.get(key) ?? -1))
    }
  }
}

/** A token that names no client may be of any. */
function keysOf ({ subject = '', clientId }: TokenClaims): readonly string[] {
  return [keyOf(subject, undefined), keyOf(subject, clientId)]
}

function keyOf (subject: string, clientId: string | undefined): string {
  return JSON.stringify(clientId === undefined ? [subject] : [subject, clientId])
}
