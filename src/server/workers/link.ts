// A worker's side of the channel to the primary. Signals that reach the worker directly are ignored: a terminal or a supervisor sends them
// to all processes of a group, and the primary forwards them, so each would count twice.

import { EventEmitter } from 'node:events'
import type { EndSignal, Order, Report } from './worker-messages.ts'

export interface Link {
  /** From 1; a worker that replaces another has the number of that one. */
  readonly number: number
  readonly handover: unknown
  /** Emits `SIGTERM` and `SIGINT` as `process` does. */
  readonly signals: EventEmitter<Record<EndSignal, [EndSignal]>>
  /** After this the process exits when it has nothing left to do. News, orders and questions arrive only afterwards. */
  readonly ready: (address: string) => void
  readonly onNews: (take: (news: unknown) => void) => void
  readonly onQuestion: (answer: () => Promise<string>) => void
  /** @param sent called when the channel has taken it, or never will */
  readonly tell: (told: unknown, sent: () => void) => void
}

/** For a process that `startWorkers` has started; resolves with the handover of the primary. */
export function joinPrimary (): Promise<Link> {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
  const signals: Link['signals'] = new EventEmitter()
  let takeNews: (news: unknown) => void = () => {}
  let answer: (() => Promise<string>) | undefined

  return new Promise(resolve => {
    process.on('message', (order: Order) => {
      switch (order.kind) {
        case 'begin':
          resolve({
            number: order.number,
            handover: order.handover,
            signals,
            ready (address) {
              report({ kind: 'ready', address })
              process.channel?.unref()
            },
            onNews: take => { takeNews = take },
            onQuestion: _answer => { answer = _answer },
            tell: (told, sent) => { report({ kind: 'told', told }, sent) }
          })
          break
        case 'news':
          takeNews(order.news)
          if (order.id !== undefined) report({ kind: 'answer', id: order.id, text: '' })
          break
        case 'end':
          signals.emit(order.signal, order.signal)
          break
        case 'question':
          // On failure the primary leaves out this worker's answer after its time-out.
          answer?.().then(text => { report({ kind: 'answer', id: order.id, text }) }, () => {})
      }
    })
    report({ kind: 'listens' })
  })
}

/** Reports why this worker cannot start, and exits. */
export function failToJoin (why: string): void {
  const end = () => process.exit(1)
  if (process.send === undefined) end()
  else process.send({ kind: 'failed', why } satisfies Report, undefined, undefined, end)
}

function report (report: Report, sent: () => void = () => {}): void {
  // Without a primary this process is about to end.
  if (process.connected) process.send?.(report, undefined, undefined, () => { sent() })
}
