// Runs a stack for a person at a terminal: Ctrl-C ends it in good order, and a second one at once.

import { processEnvironment } from '../config/environment.ts'
import { wantsColor } from '../kernel/readable-line.ts'
import type { Part } from './part.ts'
import { runStack } from './stack.ts'

export interface TerminalStack {
  readonly parts: readonly Part[]
  /** Sees each line; `false`: it is not printed. Absent: all are. */
  readonly onLine?: (line: string) => boolean
  /** What is printed once every part is ready. */
  readonly whenReady: () => string
}

/** @returns whether a signal ended it; otherwise a part failed */
export function runAtTerminal ({ parts, onLine, whenReady }: TerminalStack): Promise<boolean> {
  const stop = new AbortController()
  const hurry = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) hurry.abort()
      stop.abort()
    })
  }
  process.stdout.on('error', () => { stop.abort() })
  return runStack({
    parts,
    color: wantsColor(processEnvironment(), process.stdout.isTTY),
    write: line => {
      if (onLine?.(line) !== false) process.stdout.write(`${line}\n`)
    },
    onReady: () => { process.stdout.write(whenReady()) },
    stop: stop.signal,
    hurry: hurry.signal
  })
}
