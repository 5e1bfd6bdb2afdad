// How does a test sit at a terminal? `script` of util-linux gives the program a pseudo-terminal, so that it asks as it asks a person.

import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface TerminalSession {
  /** Waits until this was printed, then types the line. */
  readonly answer: (question: RegExp, line: string) => Promise<void>
  /** Presses Ctrl-D when this was printed. */
  readonly endAt: (question: RegExp) => Promise<void>
  /** The exit status, and everything that was shown. */
  readonly ended: Promise<{ readonly status: number, readonly shown: string }>
}

const DEADLINE_MS = 60_000
const CTRL_D = '\u0004'

/** @param command for a shell */
export function startAtTerminal (command: string, cwd: string): TerminalSession {
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { cwd, stdio: ['pipe', 'pipe', 'inherit'] })
  let shown = ''
  let seenTo = 0
  let watch: () => void = () => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    watch()
  })
  const seen = (pattern: RegExp) => new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error(`the time was up before ${String(pattern)}: ${shown}`)) }, DEADLINE_MS)
    watch = () => {
      const found = pattern.exec(shown.slice(seenTo))
      if (found === null) return
      seenTo += found.index + found[0].length
      clearTimeout(timer)
      watch = () => {}
      resolve()
    }
    watch()
  })
  return {
    async answer (question, line) {
      await seen(question)
      child.stdin.write(`${line}\r`)
    },
    async endAt (question) {
      await seen(question)
      child.stdin.write(CTRL_D)
    },
    ended: once(child, 'close').then(([status]) => ({ status: status as number, shown }))
  }
}
