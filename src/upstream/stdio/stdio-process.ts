// A running upstream process: its lines out and in, and its end. It reads messages and says when the process is gone; which message
// answers what is not known here (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio).

import { BoundedLines } from '../bounded-lines.ts'
import { parseIncoming, type IncomingMessage } from '../rpc-message.ts'
import { Outbox } from './outbox.ts'
import { endGroup, startProcess, type ProcessStart, type UpstreamChild } from './process-group.ts'

const KEPT_STDERR_BYTES = 4096
/** Of a longer line the first kilobyte is passed on. */
const MAX_ERROR_LINE_BYTES = 4096
/** So many lines in a row that are no message end the process. */
const MAX_NOISE = 100

export interface ProcessObserver {
  readonly onMessage: (message: IncomingMessage, bytes: number) => void
  readonly onLongLine: (head: string, tail: string) => void
  /** A line that is no message. */
  readonly onNoMessage: (isFirst: boolean) => void
  /** Each line of its standard error; absent: only the last 4 KiB are kept. */
  readonly onErrorLine?: ((line: string) => void) | undefined
  /** Once. Nothing comes afterwards. `noisy`: too many lines that are no message. */
  readonly onGone: (why: 'crashed' | 'noisy') => void
}

export class StdioProcess {
  readonly #child: UpstreamChild
  readonly #observer: ProcessObserver
  readonly outbox: Outbox
  /** Resolves when the program runs, with `false` when it could not be started. */
  readonly started: Promise<boolean>
  #stderr = Buffer.alloc(0)
  #noise = 0
  #hasBeenNoisy = false
  #gone = false
  #ending: Promise<void> | undefined

  constructor (start: ProcessStart, maxLineBytes: number, observer: ProcessObserver) {
    this.#observer = observer
    const child = this.#child = startProcess(start)
    this.outbox = new Outbox(child.stdin)
    this.started = new Promise(resolve => {
      child.once('spawn', () => { resolve(true) })
      child.once('error', () => { resolve(false) })
    })
    const lines = new BoundedLines(maxLineBytes, 'LF', {
      onLine: line => { this.#onLine(line) },
      onLongLine: observer.onLongLine
    })
    child.stdout.on('data', (chunk: Buffer) => { if (!this.#gone) lines.push(chunk) })
    const { onErrorLine } = observer
    const errors = onErrorLine && new BoundedLines(MAX_ERROR_LINE_BYTES, 'LF', { onLine: onErrorLine, onLongLine: onErrorLine })
    child.stderr.on('data', (chunk: Buffer) => {
      errors?.push(chunk)
      this.#keepStderr(chunk)
    })
    child.stdout.on('error', () => {})
    child.stderr.on('error', () => {})
    child.on('error', () => { this.#leave('crashed') })
    // What a process wrote before its end is read first.
    child.on('close', () => { this.#leave('crashed') })
    child.on('exit', () => { this.#endSoon() })
    child.stdout.on('end', () => { this.#leave('crashed') })
  }

  get isGone (): boolean {
    return this.#gone
  }

  get standardError (): string {
    return this.#stderr.toString()
  }

  #onLine (line: string): void {
    if (this.#gone || line === '' || line === '\r') return
    const messages = parseIncoming(line)
    if (messages === undefined) {
      this.#observer.onNoMessage(!this.#hasBeenNoisy)
      this.#hasBeenNoisy = true
      this.#noise += 1
      if (this.#noise >= MAX_NOISE) this.#leave('noisy')
      return
    }
    this.#noise = 0
    const bytes = Buffer.byteLength(line)
    for (const message of messages) this.#observer.onMessage(message, bytes)
  }

  #keepStderr (chunk: Buffer): void {
    this.#stderr = Buffer.concat([this.#stderr, chunk.subarray(-KEPT_STDERR_BYTES)]).subarray(-KEPT_STDERR_BYTES)
  }

  #leave (why: 'crashed' | 'noisy'): void {
    if (this.#gone) return
    this.#gone = true
    this.#endSoon()
    this.#observer.onGone(why)
  }

  #endSoon (): void {
    this.end().catch(() => {})
  }

  /** Ends the group. Messages are read until the process is gone. */
  end (): Promise<void> {
    this.#ending ??= endGroup(this.#child)
    return this.#ending
  }
}
