// Questions to a person at a terminal, one line each. The lines that were typed ahead are kept for the next questions, and the end of
// input (Ctrl-D, Ctrl-C) ends the command without a file.

import { createInterface } from 'node:readline'

export interface Dialogue {
  /** @returns the line without blanks around it; `undefined` when the person has ended the input */
  readonly ask: (question: string) => Promise<string | undefined>
  readonly close: () => void
}

/** `undefined` where standard input is no terminal: then there is no person to ask. */
export function dialogueOnTerminal (): Dialogue | undefined {
  if (!process.stdin.isTTY) return undefined
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  const typed: string[] = []
  let waiting: ((line: string | undefined) => void) | undefined
  let ended = false
  const deliver = (line: string | undefined): void => {
    const take = waiting
    waiting = undefined
    if (take !== undefined) take(line)
    else if (line !== undefined) typed.push(line)
  }
  lines.on('line', line => { deliver(line.trim()) })
  lines.on('close', () => {
    ended = true
    deliver(undefined)
  })
  return {
    ask (question) {
      const known = typed.shift()
      if (known !== undefined || ended) return Promise.resolve(known)
      lines.setPrompt(question)
      lines.prompt()
      return new Promise(resolve => { waiting = resolve })
    },
    close: () => { lines.close() }
  }
}
