// Which scenarios or checks are expected not to succeed, and why? The suite reads the same files; the reason is the
// comment at the end of each line, and an entry without one is an error.

import { readFileSync } from 'node:fs'

export interface Expectation {
  readonly scenario: string
  /** The whole scenario when absent. */
  readonly check: string | undefined
  readonly reason: string
}

const ENTRY = /^ {2}- (?<scenario>[a-z0-9-]+)(?::(?<check>[a-z0-9-]+))? # (?<reason>\S.*)$/

export function expectationsFor (file: string): readonly Expectation[] {
  const [head, ...lines] = readFileSync(file, 'utf8').split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'))
  if (head !== 'server:') throw new Error(`${file}: expected one list named "server"`)
  return lines.map(line => {
    const { scenario = '', check, reason = '' } = ENTRY.exec(line)?.groups ?? {}
    if (scenario === '') throw new Error(`${file}: expected "  - scenario # reason", not ${line}`)
    return { scenario, check, reason }
  })
}
