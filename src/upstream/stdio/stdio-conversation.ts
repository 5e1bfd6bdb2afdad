// Questions and answers with one process. Ids are ours and count up; a response that answers no open question is dropped and counted.

import type { Clock } from '../../kernel/clock.ts'
import { progressOf } from '../progress.ts'
import type { Answer, Question } from '../question.ts'
import { cancelledText, requestText } from '../request-text.ts'
import { answerTo, type IncomingMessage } from '../rpc-message.ts'
import { idOfLongLine } from './long-line-id.ts'
import { PendingQuestions } from './pending-questions.ts'
import type { ProcessStart } from './process-group.ts'
import { StdioProcess } from './stdio-process.ts'

interface ConversationOptions {
  readonly maxLineBytes: number
  readonly clock: Clock
  readonly onStray: () => void
  readonly onToolsChanged: () => void
  readonly onNoMessage: () => void
  readonly onErrorLine: ((line: string) => void) | undefined
  /** Once, when the process is gone without having been ended. */
  readonly onGone: (why: 'crashed' | 'noisy') => void
}

export class StdioConversation {
  readonly #options: ConversationOptions
  readonly #process: StdioProcess
  readonly #pending: PendingQuestions
  #lastId = 0
  #ending = false

  constructor (start: ProcessStart, options: ConversationOptions) {
    this.#options = options
    this.#pending = new PendingQuestions(options.clock)
    this.#process = new StdioProcess(start, options.maxLineBytes, {
      onMessage: (message, bytes) => { this.#onMessage(message, bytes) },
      onLongLine: (head, tail) => { this.#onLongLine(head, tail) },
      onNoMessage: isFirst => {
        options.onStray()
        if (isFirst) options.onNoMessage()
      },
      onErrorLine: options.onErrorLine,
      onGone: why => {
        this.#pending.endAll()
        if (!this.#ending) options.onGone(why)
      }
    })
  }

  get started (): Promise<boolean> {
    return this.#process.started
  }

  get standardError (): string {
    return this.#process.standardError
  }

  ask (question: Question, revision: string): Promise<Answer> {
    if (this.#process.isGone || this.#ending) return Promise.resolve({ kind: 'lost' })
    if (question.signal?.aborted === true) return Promise.resolve({ kind: 'not-executed', reason: 'cancelled' })
    this.#lastId += 1
    const id = this.#lastId
    const answer = this.#pending.add(id, question, () => { if (question.cancellable) this.tell(cancelledText(id)) })
    this.#process.outbox.send(requestText(id, question, revision), () => {
      const pending = this.#pending.find(id)
      if (pending === undefined) return false
      pending.written = true
      return true
    })
    return answer
  }

  /** A notification. */
  tell (text: string): void {
    this.#process.outbox.sendAside(text)
  }

  #onMessage (message: IncomingMessage, bytes: number): void {
    const { onStray, onToolsChanged } = this.#options
    switch (message.kind) {
      case 'response': {
        const pending = this.#pending.find(message.id)
        if (pending === undefined) return onStray()
        return pending.settle(bytes > pending.question.maxBytes ? { kind: 'too-large' } : { kind: 'response', body: message.body, bytes })
      }
      case 'request': return this.tell(answerTo(message.id, message.method))
      case 'notification': {
        if (message.method === 'notifications/tools/list_changed') return onToolsChanged()
        if (message.method !== 'notifications/progress') return
        const progress = progressOf(message.params)
        const pending = this.#pending.find(message.params['progressToken'])
        if (progress === undefined || pending === undefined) return onStray()
        pending.question.onProgress?.(progress)
      }
    }
  }

  #onLongLine (head: string, tail: string): void {
    const id = idOfLongLine(head, tail)
    const pending = id === undefined ? this.#pending.only : this.#pending.find(id)
    if (pending === undefined) this.#options.onStray()
    else pending.settle({ kind: 'too-large' })
  }

  /** Resolves when the process is gone. */
  get ended (): Promise<void> {
    return this.end()
  }

  end (): Promise<void> {
    this.#ending = true
    return this.#process.end()
  }
}
