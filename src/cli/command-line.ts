// How do the commands read their command line? All alike: --help prints the usage and ends with 0, anything unknown is
// one line on standard error and ends with 2. No value of an argument is repeated: it may have been a secret.

import { parseArgs, type ParseArgsConfig } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>

/** Where a command writes, and what it reads; the process in earnest, collectors in tests. */
export interface Terminal {
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

/** Exit statuses of every command. */
export const EXIT = { good: 0, bad: 1, usage: 2 } as const

export interface CommandLine<Given extends Options> {
  readonly values: ReturnType<typeof parseArgs<{ options: Given, strict: true }>>['values']
  readonly operands: readonly string[]
}

/** @returns an exit status when there is nothing more to do */
export function readCommandLine<const Given extends Options> (args: readonly string[], usage: string, options: Given, terminal: Terminal): CommandLine<Given> | number {
  if (args.includes('--help') || args.includes('-h')) {
    terminal.write(usage)
    return EXIT.good
  }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
    return { values, operands: positionals }
  } catch (error) {
    return complain(terminal, explain(error))
  }
}

export function complain (terminal: Terminal, what: string): number {
  terminal.writeError(`${what}; --help lists the options\n`)
  return EXIT.usage
}

/** parseArgs quotes what it did not understand; only what looks like the name of an option is passed on. */
function explain (error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const name = error instanceof Error ? /'(?:-\w, )?(--[a-z-]+)/.exec(error.message)?.[1] : undefined
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION': return `unknown option ${name ?? ''}`.trimEnd()
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE': return `${name ?? 'an option'}: expected ${error instanceof Error && error.message.includes('does not take') ? 'no value' : 'a value'}`
    default: return 'the command line cannot be read'
  }
}

/** A whole number of an option within bounds; `undefined` when it is something else. */
export function wholeNumber (text: string, from: number, to: number): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1
  return value >= from && value <= to ? value : undefined
}
