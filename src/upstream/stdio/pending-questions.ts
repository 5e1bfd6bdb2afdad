// The questions that a process has not answered yet, by id. Progress is passed on in the order of arrival, before the answer that comes
// after it in the same chunk; the client of the SDK loses it there.

import type { Clock } from '../../kernel/clock.ts'
import type { Answer, Question } from '../question.ts'

interface Pending {
  readonly question: Question
  readonly settle: (answer: Answer) => void
  written: boolean
}

export class PendingQuestions {
  readonly #byId = new Map<number, Pending>()
  readonly #clock: Clock

  constructor (clock: Clock) {
    this.#clock = clock
  }

  /** @param onGivenUp called when the time is over or the caller is gone, and the line was written */
  add (id: number, question: Question, onGivenUp: () => void): Promise<Answer> {
    const { signal, endsAtMs } = question
    return new Promise(resolve => {
      const giveUp = (reason: 'timeout' | 'cancelled'): void => {
        const { written } = pending
        pending.settle({ kind: written ? 'unknown' : 'not-executed', reason })
        if (written) onGivenUp()
      }
      const onAbort = (): void => { giveUp('cancelled') }
      const timer = setTimeout(() => { giveUp('timeout') }, Math.max(endsAtMs - this.#clock.monotonicMs(), 0)).unref()
      signal?.addEventListener('abort', onAbort)
      const pending: Pending = {
        question,
        written: false,
        settle: answer => {
          this.#byId.delete(id)
          clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
          resolve(answer)
        }
      }
      this.#byId.set(id, pending)
    })
  }

  find (id: unknown): Pending | undefined {
    return typeof id === 'number' ? this.#byId.get(id) : undefined
  }

  /** The only one, where there is just one. */
  get only (): Pending | undefined {
    const [first, second] = this.#byId.values()
    return second === undefined ? first : undefined
  }

  /** The process is gone. What was not written may be asked again. */
  endAll (): void {
    for (const { written, settle } of this.#byId.values()) settle(written ? { kind: 'unknown', reason: 'crashed' } : { kind: 'lost' })
  }
}
