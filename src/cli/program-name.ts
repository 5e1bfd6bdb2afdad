// How a person calls this program again, for hints that can be typed. Only a program that the search path of the shell finds is called by
// its bare name; after `npx` the same way works again, and in a clone it is a file.

import { basename } from 'node:path'
import type { Environment } from '../config/environment.ts'

const NAME = 'mcp-resource-gateway'

/**
 * @param env `npm_command` is `exec` under npx and `npm exec` (https://docs.npmjs.com/cli/v11/using-npm/scripts#environment)
 * @param program the path of the running program, `process.argv[1]`
 */
export function programName (env: Environment, program: string | undefined): string {
  if (env['npm_command'] === 'exec') return `npx ${NAME}`
  if (program === undefined || basename(program) === NAME) return NAME
  return basename(program).startsWith('cli.') ? `node ${program}` : NAME
}
