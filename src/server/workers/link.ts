// How does a worker hear what it should do? From the first process alone. Signals that reach it directly, as a terminal or a
// supervisor sends them to all processes of a group, are not listened to: each would count twice. Knows nothing of what is served.

import { EventEmitter } from 'node:events'
import type { EndSignal, Order, Report } from './worker-messages.ts'

export interface Link {
  /** From 1; a worker that replaces another has the number of that one. */
  readonly number: number
  readonly handover: unknown
  /** Tells `SIGTERM` and `SIGINT`, as `process` would. */
  readonly signals: EventEmitter<Record<EndSignal, [EndSignal]>>
  /** From now on this process ends when nothing is left to do. News, orders and questions come afterwards only. */
  readonly ready: (address: string) => void
  readonly onNews: (take: (news: unknown) => void) => void
  readonly onQuestion: (answer: () => Promise<string>) => void
}

/** For a process that `startWorkers` has started; resolves when the first process has said what is to be done. */
export function joinFirstProcess (): Promise<Link> {
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
            onQuestion: _answer => { answer = _answer }
          })
          break
        case 'news':
          takeNews(order.news)
          break
        case 'end':
          signals.emit(order.signal, order.signal)
          break
        case 'question':
          // what cannot be told is left out there when the time is up
          answer?.().then(text => { report({ kind: 'answer', id: order.id, text }) }, () => {})
      }
    })
    report({ kind: 'listens' })
  })
}

/** Says why this worker cannot begin, and ends it. */
export function failToJoin (why: string): void {
  const end = () => process.exit(1)
  if (process.send === undefined) end()
  else process.send({ kind: 'failed', why } satisfies Report, undefined, undefined, end)
}

function report (report: Report): void {
  // the first process may be gone; then this one is about to be
  if (process.connected) process.send?.(report, undefined, undefined, () => {})
}
