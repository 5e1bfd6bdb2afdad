// How do the scripts read their command line? All alike: --help prints the usage and ends with 0, anything unknown is
// one line on standard error and ends with 2.

import { parseArgs, type ParseArgsConfig } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>

const WITH_HELP = { help: { type: 'boolean', short: 'h' } } as const satisfies Options

/** The options given. Does not return when there is nothing more to do. */
export function readCommandLine<const Given extends Options> (usage: string, options: Given) {
  try {
    const { values } = parseArgs({ args: process.argv.slice(2), options: { ...WITH_HELP, ...options }, strict: true })
    if (!('help' in values)) return values
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : 'unreadable command line').split(/\. |\n/, 1)
    process.stderr.write(`${line ?? ''}; --help lists the options\n`)
    process.exit(2)
  }
  process.stdout.write(usage)
  process.exit(0)
}
