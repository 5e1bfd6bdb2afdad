// When is a part ready? When its address answers 200, or when it has said so itself.

import type { Part } from './part.ts'

const POLL_MS = 100
const ANSWER_DEADLINE_MS = 2000

export interface Readiness {
  /** To be told every line of the part's output. */
  readonly seeLine: (line: string) => void
  /** Resolves with false at the deadline. */
  readonly wait: (deadlineMs: number) => Promise<boolean>
}

export function watchReadiness ({ ready }: Part): Readiness {
  let said = false
  const isReady = async () => 'line' in ready ? said : await answersOk(ready.url)
  return {
    seeLine: line => { said ||= 'line' in ready && ready.line.test(line) },
    wait: async deadlineMs => {
      const giveUpAt = performance.now() + deadlineMs
      while (!await isReady()) {
        if (performance.now() > giveUpAt) return false
        await new Promise(resolve => setTimeout(resolve, POLL_MS))
      }
      return true
    }
  }
}

async function answersOk (url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
