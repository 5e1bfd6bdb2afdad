// A pool of worker processes that serve at one port (node:cluster): starts them, replaces a worker that ends, forwards orders, and ends
// with the last worker. Node.js distributes the connections. The pool does not know what the workers serve.

import cluster, { type Worker } from 'node:cluster'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { closeUntakenConnections } from './untaken-connections.ts'
import type { EndSignal, Order, Report } from './worker-messages.ts'

/** A worker that ends after serving this long is replaced at once. */
const STEADY_MS = 60_000
/** The pause before the second quick replacement; doubled each time. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** After this many quick ends in a row, and with no other worker serving, the pool gives up. */
const MOST_QUICK_ENDS = 5
/** How long a worker may take beyond its own shutdown deadline. */
const GRACE_MS = 1_000

export interface PoolOptions {
  /** The program of a worker; it calls `joinPrimary`. */
  readonly program: URL
  readonly count: number
  /** Called for each worker that is started. The value must survive a structured clone. */
  readonly handover: () => unknown
  /** Read when the shutdown begins. */
  readonly shutdownDeadlineMs: () => number
  readonly observe: (event: PoolEvent) => void
  /** Takes what a worker tells without being asked. */
  readonly told?: (told: unknown) => void
  /** Receives the standard output of one worker. */
  readonly output: (stdout: Readable) => void
}

export type PoolEvent =
  | { readonly kind: 'ready', readonly worker: number, readonly pid: number | undefined }
  /** Reported once. */
  | { readonly kind: 'all-ready', readonly address: string }
  | {
    readonly kind: 'ended'
    readonly worker: number
    readonly pid: number | undefined
    readonly code: number | null
    readonly signal: string | null
    readonly why: string | undefined
    readonly replacedInMs: number
  }

interface End {
  failed: boolean
  /** The reason the pool gave up. */
  readonly why: string | undefined
}

export interface Pool {
  /** Resolves when all have ended. */
  readonly ended: Promise<Readonly<End>>
  /** Sends news to every worker; a worker that is starting receives it later. */
  readonly tell: (news: unknown) => void
  /** The same, and whether every worker that serves has taken it in time. */
  readonly tellAndWait: (news: unknown, timeoutMs: number) => Promise<boolean>
  /** The answers of the workers that serve; those that do not answer in time are left out. */
  readonly ask: (timeoutMs: number) => Promise<readonly string[]>
  /** The first call ends the workers in order, the second call at once. */
  readonly end: (signal: EndSignal) => void
}

interface Slot {
  readonly number: number
  worker: Worker | undefined
  /** Since when it serves; `undefined` while it does not. */
  servesSinceMs: number | undefined
  why: string | undefined
  quickEnds: number
  /** News since the handover that it could not receive. */
  missed: unknown[]
  pause: NodeJS.Timeout | undefined
}

export function startWorkers ({ program, count, handover, shutdownDeadlineMs, observe, told = () => {}, output }: PoolOptions): Pool {
  cluster.setupPrimary({ exec: fileURLToPath(program), args: [], serialization: 'advanced', stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const slots = Array.from({ length: count }, (_, index) => emptySlot(index + 1))
  const outputs = new Set<Promise<unknown>>()
  const questions = new Map<string, (text: string | undefined) => void>()
  let tellEnded: (result: End) => void = () => {}
  const ended = new Promise<End>(resolve => { tellEnded = resolve })
  let allServed = false
  let ending: End | undefined
  let lastQuestion = 0

  function start (slot: Slot): void {
    const worker = cluster.fork()
    closeUntakenConnections(worker.process)
    Object.assign(slot, { worker, servesSinceMs: undefined, why: undefined, missed: [], pause: undefined } satisfies Partial<Slot>)
    if (worker.process.stdout !== null) {
      const { stdout } = worker.process
      const closed = new Promise(resolve => stdout.once('close', resolve)).finally(() => outputs.delete(closed))
      outputs.add(closed)
      output(stdout)
    }
    worker.on('message', (report: Report) => { hear(slot, worker, report) })
    worker.process.once('exit', (code, signal) => {
      // Its last message may still arrive.
      if (worker.isConnected()) worker.once('disconnect', () => { gone(slot, worker, code, signal) })
      else gone(slot, worker, code, signal)
    })
    worker.on('error', () => { if (worker.process.pid === undefined) gone(slot, worker, null, null) })
  }

  function order ({ worker }: Slot, order: Order): void {
    if (worker?.isConnected() === true) worker.send(order, undefined, () => {})
  }

  function hear (slot: Slot, worker: Worker, report: Report): void {
    switch (report.kind) {
      case 'listens':
        slot.missed = []
        order(slot, { kind: 'begin', number: slot.number, handover: handover() })
        break
      case 'ready':
        slot.servesSinceMs = performance.now()
        slot.why = undefined
        observe({ kind: 'ready', worker: slot.number, pid: worker.process.pid })
        for (const news of slot.missed.splice(0)) order(slot, { kind: 'news', news })
        if (!allServed && slots.every(serves)) {
          allServed = true
          observe({ kind: 'all-ready', address: report.address })
        }
        break
      case 'failed':
        slot.why = report.why
        break
      case 'answer':
        questions.get(`${report.id} ${slot.number}`)?.(report.text)
        break
      case 'told':
        told(report.told)
    }
  }

  function gone (slot: Slot, worker: Worker, code: number | null, signal: string | null): void {
    if (slot.worker !== worker) return
    const { servesSinceMs, why } = slot
    slot.worker = slot.servesSinceMs = undefined
    for (const [key, answer] of questions) if (key.endsWith(` ${slot.number}`)) answer(undefined)
    if (ending !== undefined) {
      // A worker that did not serve yet was killed by `begin`.
      if (code !== 0 && servesSinceMs !== undefined) ending.failed = true
      return finishAfterLast()
    }
    const steady = servesSinceMs !== undefined && performance.now() - servesSinceMs >= STEADY_MS
    slot.quickEnds = steady ? 1 : slot.quickEnds + 1
    const hopeless = !allServed && why !== undefined
    if (hopeless || (slot.quickEnds >= MOST_QUICK_ENDS && !slots.some(serves))) {
      const how = signal === null ? `with status ${code}` : `by ${signal}`
      return begin('SIGINT', { failed: true, why: why ?? `the workers end as soon as they have started, the last of them ${how}` })
    }
    const replacedInMs = slot.quickEnds === 1 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (slot.quickEnds - 2), LONGEST_PAUSE_MS)
    observe({ kind: 'ended', worker: slot.number, pid: worker.process.pid, code, signal, why, replacedInMs })
    slot.pause = setTimeout(start, replacedInMs, slot)
  }

  function begin (signal: EndSignal, result: End): void {
    ending = result
    for (const slot of slots) {
      clearTimeout(slot.pause)
      if (serves(slot)) order(slot, { kind: 'end', signal })
      else slot.worker?.process.kill('SIGKILL')
    }
    endLateOnes(shutdownDeadlineMs() + GRACE_MS)
    finishAfterLast()
  }

  function endLateOnes (afterMs: number): void {
    setTimeout(() => {
      for (const { worker } of slots) worker?.process.kill('SIGKILL')
    }, afterMs).unref()
  }

  function finishAfterLast (): void {
    if (ending === undefined || slots.some(({ worker }) => worker !== undefined)) return
    // The reader of the log lines may have stopped reading.
    const result = ending
    const finish = () => { tellEnded(result) }
    Promise.race([Promise.all(outputs), delay(GRACE_MS)]).then(finish, finish)
  }

  /** `undefined` for a worker that does not answer in time. */
  function answersTo (ordered: (id: number) => Order, timeoutMs: number): Promise<ReadonlyArray<string | undefined>> {
    const id = ++lastQuestion
    return Promise.all(slots.filter(serves).map(slot => new Promise<string | undefined>(resolve => {
      const key = `${id} ${slot.number}`
      const settle = (text: string | undefined) => {
        clearTimeout(timer)
        questions.delete(key)
        resolve(text)
      }
      const timer = setTimeout(settle, timeoutMs, undefined)
      questions.set(key, settle)
      order(slot, ordered(id))
    })))
  }

  for (const slot of slots) start(slot)
  return {
    ended,
    tell (news) {
      for (const slot of slots) {
        if (serves(slot)) order(slot, { kind: 'news', news })
        else slot.missed.push(news)
      }
    },
    async tellAndWait (news, timeoutMs) {
      for (const slot of slots) if (!serves(slot)) slot.missed.push(news)
      const answers = await answersTo(id => ({ kind: 'news', news, id }), timeoutMs)
      return !answers.includes(undefined)
    },
    async ask (timeoutMs) {
      const answers = await answersTo(id => ({ kind: 'question', id }), timeoutMs)
      return answers.filter(text => text !== undefined)
    },
    end (signal) {
      if (ending === undefined) return begin(signal, { failed: false, why: undefined })
      ending.failed = true
      for (const slot of slots) order(slot, { kind: 'end', signal })
      endLateOnes(GRACE_MS)
    }
  }
}

function emptySlot (number: number): Slot {
  return { number, worker: undefined, servesSinceMs: undefined, why: undefined, quickEnds: 0, missed: [], pause: undefined }
}

function serves ({ servesSinceMs }: Slot): boolean {
  return servesSinceMs !== undefined
}
