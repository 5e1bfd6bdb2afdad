// The destination of log lines: a file descriptor whose disk may be full, or whose reader may stand still. Nothing waits for it: lines
// are kept up to a bound, then dropped and counted. Not SonicBoom, whose flushSync repeats without end: docs/operations.md#the-log

import { write, writeSync } from 'node:fs'

/** More than this is dropped. */
const MOST_WAITING_BYTES = 8_388_608
/** A source that can wait is asked to from here on. */
const BEHIND_BYTES = 65_536
/** Until the next try. A reader may go on soon; a disk stays full for longer. */
const PAUSE_MS = { EAGAIN: 20, other: 1_000 } as const
/** When the process ends: for a slow reader, in all. */
const LAST_TRIES_MS = 500
const LAST_PAUSE_MS = 10
/** A write that has not returned for this long is held by the kernel. */
const STUCK_MS = 2_000
const NEW_LINE = 0x0a

export interface LogOutput {
  /** Takes whole lines. False: it is behind, until `drain`. */
  readonly write: (lines: Buffer | string) => boolean
  readonly on: (event: 'drain', listener: () => void) => void
  /** Lines dropped since the process started. */
  readonly lostLines: () => number
  /** Resolves when nothing waits, or when the time is up. */
  readonly settled: (timeoutMs: number) => Promise<void>
  /** For the event `exit` of the process: writes what waits, and these lines after it, for a bounded time. */
  readonly endNow: (lines?: Buffer) => void
}

export interface LogOutputOptions {
  readonly fd: number
  /** Called when lines are written again after an error of the file system, or after some were dropped. May write a line. */
  readonly resumed: (outage: { readonly lost: number, readonly code: string | undefined }) => void
}

export function createLogOutput ({ fd, resumed }: LogOutputOptions): LogOutput {
  const queue: Buffer[] = []
  const drainListeners: Array<() => void> = []
  let waitingBytes = 0
  let writingSinceMs: number | undefined
  let pause: NodeJS.Timeout | undefined
  let isBehind = false
  let lost = 0
  /** Since lines were last written: how many were dropped, and the error other than a reader that stands still. */
  const outage: { lost: number, code: string | undefined } = { lost: 0, code: undefined }

  function writeFirst (): void {
    const [first] = queue
    if (first === undefined || writingSinceMs !== undefined || pause !== undefined) return
    writingSinceMs = performance.now()
    write(fd, first, 0, first.length, null, (error, count) => {
      writingSinceMs = undefined
      if (error === null) written(count)
      else waitAfter(error.code ?? 'unknown')
    })
  }

  function waitAfter (code: string): void {
    if (code !== 'EAGAIN') outage.code = code
    pause = setTimeout(() => {
      pause = undefined
      writeFirst()
    }, code === 'EAGAIN' ? PAUSE_MS.EAGAIN : PAUSE_MS.other)
    // The process may end while no lines are read; `endNow` tries once more.
    pause.unref()
  }

  function written (count: number): void {
    forget(count)
    if (waitingBytes === 0) tellResumed()
    if (isBehind && waitingBytes < BEHIND_BYTES) {
      isBehind = false
      for (const listener of drainListeners) listener()
    }
    writeFirst()
  }

  function forget (count: number): void {
    const [first] = queue
    if (first === undefined) return
    waitingBytes -= count
    if (count < first.length) queue[0] = first.subarray(count)
    else queue.shift()
  }

  function tellResumed (): void {
    const { lost, code } = outage
    if (lost === 0 && code === undefined) return
    Object.assign(outage, { lost: 0, code: undefined })
    resumed({ lost, code })
  }

  return {
    write (lines) {
      const bytes = typeof lines === 'string' ? Buffer.from(lines) : lines
      if (waitingBytes + bytes.length > MOST_WAITING_BYTES) {
        const count = linesIn(bytes)
        lost += count
        outage.lost += count
      } else {
        queue.push(bytes)
        waitingBytes += bytes.length
        writeFirst()
      }
      isBehind ||= waitingBytes >= BEHIND_BYTES
      return !isBehind
    },
    on: (_event, listener) => { drainListeners.push(listener) },
    lostLines: () => lost,
    settled: timeoutMs => new Promise(resolve => {
      const endsAtMs = performance.now() + timeoutMs
      const look = () => {
        if (waitingBytes === 0 || performance.now() >= endsAtMs) resolve()
        else setTimeout(look, PAUSE_MS.EAGAIN)
      }
      look()
    }),
    endNow (lines) {
      const sinceMs = writingSinceMs
      const isStuck = sinceMs !== undefined && performance.now() - sinceMs >= STUCK_MS
      // Another thread is writing the first.
      if (sinceMs !== undefined) queue.shift()
      // Not by `write`: another thread would write it, and the process would end before that.
      writeNow(fd, lines === undefined ? queue : [...queue, lines])
      // Node.js would wait for that thread before it ends, and a blocking descriptor without a reader never lets the thread go.
      if (isStuck) process.kill(process.pid, 'SIGKILL')
    }
  }
}

function linesIn (bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(NEW_LINE); at !== -1; at = bytes.indexOf(NEW_LINE, at + 1)) count += 1
  return count
}

/** Tries again while the pipe is full. */
function writeNow (fd: number, queue: readonly Buffer[]): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  const endsAtMs = performance.now() + LAST_TRIES_MS
  for (const bytes of queue) {
    for (let written = 0; written < bytes.length;) {
      try {
        written += writeSync(fd, bytes, written)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() >= endsAtMs) return
        Atomics.wait(sleeper, 0, 0, LAST_PAUSE_MS)
      }
    }
  }
}
