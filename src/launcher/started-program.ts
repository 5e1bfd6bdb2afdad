// Starts a program in a separate process group, and signals the group as a whole: what the program has started ends with it.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Part } from './part.ts'

const POLL_MS = 50

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ProcessGroup {
  readonly part: Part
  /** Resolves when the program that was started has ended; what it started may still run. */
  readonly ended: Promise<Ended>
  /** Ends the whole group in good order, or by force after the deadline or in a hurry. Resolves when nothing is left. */
  readonly end: (deadlineMs: number, hurry: AbortSignal) => Promise<void>
}

/** @param onLine every line of output and of errors */
export function startGroup (part: Part, onLine: (line: string) => void): ProcessGroup {
  const child = spawn(process.execPath, part.args, { env: part.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine)
  const ended = new Promise<Ended>(resolve => {
    child.once('error', error => { onLine(error.message); resolve({ code: null, signal: null }) })
    child.once('exit', (code, signal) => { resolve({ code, signal }) })
  })
  const signalGroup = (signal: NodeJS.Signals | 0): boolean => {
    if (child.pid === undefined) return false
    try {
      return process.kill(-child.pid, signal)
    } catch {
      return false
    }
  }
  return {
    part,
    ended,
    end: async (deadlineMs, hurry) => {
      signalGroup(part.endSignal)
      const giveUpAt = performance.now() + deadlineMs
      while (signalGroup(0)) {
        if (hurry.aborted || performance.now() > giveUpAt) signalGroup('SIGKILL')
        await new Promise(resolve => setTimeout(resolve, POLL_MS))
      }
    }
  }
}
