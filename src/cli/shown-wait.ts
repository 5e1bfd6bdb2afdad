// What a command waits for, on a terminal and after two seconds only: one line on standard error, which is taken away at the end.

import type { Terminal } from './command-line.ts'

const PAUSES = { afterMs: 2_000, everyMs: 1_000 } as const
/** To the first column, and what stands there is erased. ECMA-48. */
const ERASE = '\r\u001b[K'

/**
 * @param what a phrase without text of others: `checking`, `asking the server for its tools`
 * @returns what `work` comes to
 */
export async function withProgress<T> (
  { writeProgress }: Pick<Terminal, 'writeProgress'>, what: string, work: Promise<T>, { afterMs, everyMs }: Pauses = PAUSES
): Promise<T> {
  if (writeProgress === undefined) return work
  const begunAt = performance.now()
  let shown = false
  const show = () => {
    shown = true
    writeProgress(`${ERASE}${what} … ${Math.round((performance.now() - begunAt) / 1_000)} s`)
    timer = setTimeout(show, everyMs)
  }
  let timer = setTimeout(show, afterMs)
  try {
    return await work
  } finally {
    clearTimeout(timer)
    if (shown) writeProgress(ERASE)
  }
}

interface Pauses {
  readonly afterMs: number
  readonly everyMs: number
}
