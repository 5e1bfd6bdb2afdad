// Reads the command line of every command. --help prints the usage and ends with status 0; an unknown option prints one line on
// standard error and ends with 2. Messages do not repeat values of arguments, because a value may be a secret.

import { parseArgs } from 'node:util'
import { nearestName } from '../config/nearest-name.ts'
import type { Options } from './command-options.ts'

/** Where a command writes: the real process, or collectors in tests. */
export interface Terminal {
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  /** For what is shown while a person waits, and then taken away; absent where standard error is no terminal. */
  readonly writeProgress?: (text: string) => void
}

/** Exit statuses of every command. */
export const EXIT = { good: 0, bad: 1, usage: 2 } as const

export interface CommandLine<Given extends Options> {
  readonly values: ReturnType<typeof parseArgs<{ options: Given, strict: true }>>['values']
  readonly operands: readonly string[]
}

/** @returns an exit status when the command is done: after --help, or for a wrong command line */
export function readCommandLine<const Given extends Options> (
  args: readonly string[], usage: string, options: Given, terminal: Terminal
): CommandLine<Given> | number {
  if (args.includes('--help') || args.includes('-h')) {
    terminal.write(usage)
    return EXIT.good
  }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
    return { values, operands: positionals }
  } catch (error) {
    return complain(terminal, messageOf(error, Object.keys(options)))
  }
}

/** @param help what `--help` does here */
export function complain (terminal: Terminal, what: string, help = 'lists the options'): number {
  terminal.writeError(what.endsWith('?') ? `${what} --help ${help}\n` : `${what}; --help ${help}\n`)
  return EXIT.usage
}

/** The message of parseArgs quotes arguments; only the name of an option is taken from it. */
function messageOf (error: unknown, options: readonly string[]): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const name = error instanceof Error ? /'(?:-\w, )?(--[a-z-]+)/.exec(error.message)?.[1] : undefined
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION': {
      const nearest = name === undefined ? undefined : nearestName(name, [...options, 'help'].map(option => `--${option}`))
      return `unknown option ${name ?? ''}`.trimEnd() + (nearest === undefined ? '' : `; did you mean ${nearest}?`)
    }
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE': {
      const takesNone = error instanceof Error && error.message.includes('does not take')
      return `${name ?? 'an option'}: expected ${takesNone ? 'no value' : 'a value'}`
    }
    default: return 'the command line cannot be read'
  }
}

/** @returns the whole number in `text`; `undefined` when it is no whole number or out of bounds */
export function wholeNumber (text: string, from: number, to: number): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1
  return value >= from && value <= to ? value : undefined
}
