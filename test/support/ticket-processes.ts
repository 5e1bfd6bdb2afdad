// Starts ticket-process.ts and listens to it; a test that ends takes its processes with it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { programArguments } from './program.ts'

const PROGRAM = programArguments('test/support/ticket-process')

export interface TicketProcess {
  /** Resolves when it has printed this line. */
  readonly line: (text: string) => Promise<void>
  /** Resolves when it has printed so many lines. */
  readonly lineCount: (count: number) => Promise<void>
  /** Lets it go on. */
  readonly go: () => void
  /** Kills it, without a word, when it has printed so many lines. */
  readonly killAfter: (lines: number) => void
  /** Every line it printed, when it is gone. */
  readonly lines: () => Promise<readonly string[]>
  /** Its last line as JSON, when it has ended well. */
  readonly result: () => Promise<Record<string, unknown>>
}

export function startTicketProcess (t: Test, mode: string, path: string, ...values: readonly string[]): TicketProcess {
  const child = spawn(process.execPath, [...PROGRAM, mode, path, ...values], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines: string[] = []
  let killAt = Infinity
  const output = createInterface(child.stdout)
  output.on('line', text => {
    lines.push(text)
    if (lines.length === killAt) child.kill('SIGKILL')
  })
  // after exit the last lines may still be on their way
  const closed = Promise.all([once(child, 'close'), once(output, 'close')])
  t.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await closed
  })

  return {
    line: async text => {
      while (!lines.includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended without saying ${text}`)
        await Promise.race([once(output, 'line'), closed])
      }
    },
    lineCount: async count => {
      while (lines.length < count) {
        if (child.exitCode !== null) throw new Error(`ended after ${lines.length} lines`)
        await Promise.race([once(output, 'line'), closed])
      }
    },
    go: () => { child.stdin.write('go\n') },
    killAfter: count => { killAt = count },
    lines: async () => { await closed; return lines },
    result: async () => {
      await closed
      if (child.exitCode !== 0) throw new Error(`ended with ${child.exitCode ?? child.signalCode}`)
      return JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>
    }
  }
}
