// Runs several programs together: started in order, shown under their labels, and all ended as soon as one ends or the
// person at the terminal asks for it.

import { changedMembers } from '../config/changed-members.ts'
import { readableLine, type LineStyle } from '../kernel/readable-line.ts'
import type { Part } from './part.ts'
import { startGroup, type Ended, type ProcessGroup } from './started-program.ts'
import { watchReadiness } from './readiness.ts'

const READY_DEADLINE_MS = 60_000
const END_DEADLINE_MS = 15_000

export interface StackOptions {
  readonly parts: readonly Part[]
  readonly write: (line: string) => void
  /** For log lines that are put into words. */
  readonly color: boolean
  /** Called once, when every part is ready. */
  readonly onReady: () => void
  /** Aborted when all of it has to end. */
  readonly stop: AbortSignal
  /** Aborted when it has to end at once, not in good order. */
  readonly hurry: AbortSignal
}

/** Runs until all is over, and then nothing of it is left. True when the end was asked for, false when a part failed. */
export async function runStack ({ parts, write, color, onReady, stop, hurry }: StackOptions): Promise<boolean> {
  const style: LineStyle = { color, shownConfiguration: changedMembers }
  const groups: ProcessGroup[] = []
  const asked = new Promise<'asked'>(resolve => {
    if (stop.aborted) resolve('asked')
    else stop.addEventListener('abort', () => { resolve('asked') }, { once: true })
  })
  const failures: Promise<string>[] = []
  let outcome: string | undefined

  for (const part of parts) {
    const readiness = watchReadiness(part)
    const group = startGroup(part, line => {
      readiness.seeLine(line)
      if (line.trim() !== '') write(`[${part.label}] ${readableLine(line, style)}`)
    })
    groups.push(group)
    failures.push(group.ended.then(ended => `[${part.label}] ${part.name} ended ${describeEnd(ended)}`))
    const ready = readiness
      .wait(READY_DEADLINE_MS)
      .then(isReady => isReady ? 'ready' : `[${part.label}] ${part.name} is not ready after ${READY_DEADLINE_MS / 1000} seconds`)
    outcome = await Promise.race([asked, ...failures, ready])
    if (outcome !== 'ready') break
  }

  if (outcome === 'ready') {
    onReady()
    outcome = await Promise.race([asked, ...failures])
  }
  if (outcome !== 'asked') write(`${outcome ?? ''}; ending the others`)
  await Promise.all(groups.map(group => group.end(END_DEADLINE_MS, hurry)))
  return outcome === 'asked'
}

function describeEnd ({ code, signal }: Ended): string {
  if (signal !== null) return `on ${signal}`
  return code === null ? 'before it began' : `with status ${code}`
}
