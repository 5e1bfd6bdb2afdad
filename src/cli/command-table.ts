// Every command of the program: what it does, its words and its options. Help, the nearest name of a mistyped command and shell completion
// come from this table; a test compares it with what each command takes.

import { GATEWAY_OPTIONS } from '../config/arguments.ts'
import {
  AUDIT_OPTIONS, CHECK_OPTIONS, COMPLETION_OPTIONS, DOCTOR_OPTIONS, EXPLAIN_OPTIONS, INIT_OPTIONS, LEDGER_OPTIONS,
  TUTORIAL_OPTIONS, UPSTREAM_OPTIONS, type Options
} from './command-options.ts'
import { nearestName } from '../config/nearest-name.ts'

export type CommandName = keyof typeof COMMANDS

interface Command {
  readonly summary: string
  readonly options: Options
  /** Words that may follow the name, such as `verify`. */
  readonly actions?: readonly string[]
  /** Its operands are files. */
  readonly takesFiles?: true
}

export const COMMANDS = {
  tutorial: { summary: 'starts what the tutorial needs: everything on this machine, for practice only', options: TUTORIAL_OPTIONS },
  init: { summary: 'asks for an authorization server and another MCP server, and writes the first files', options: INIT_OPTIONS },
  start: { summary: 'runs the gateway', options: GATEWAY_OPTIONS },
  doctor: { summary: 'checks a configuration against its authorization server and this machine', options: DOCTOR_OPTIONS },
  check: { summary: 'checks how any MCP server behaves as a resource server', options: CHECK_OPTIONS },
  explain: { summary: 'says what an access token allows here, and why', options: EXPLAIN_OPTIONS },
  upstream: {
    summary: 'adds another MCP server, and reviews its tools', options: UPSTREAM_OPTIONS, actions: ['add', 'review'], takesFiles: true
  },
  ledger: {
    summary: 'shows calls that count against totals, and resolves those of unknown outcome',
    options: LEDGER_OPTIONS,
    actions: ['list', 'release', 'settle']
  },
  audit: { summary: 'verifies the chain of the audit log', options: AUDIT_OPTIONS, actions: ['verify', 'head'], takesFiles: true },
  completion: {
    summary: 'prints the completion of commands and options for a shell', options: COMPLETION_OPTIONS, actions: ['bash', 'zsh', 'fish']
  }
} as const satisfies Readonly<Record<string, Command>>

/** What `--help` prints, and the program without any argument. */
export function helpText (version: string): string {
  return `mcp-resource-gateway ${version}: an OAuth 2.1 resource server for MCP tools

Usage: mcp-resource-gateway COMMAND [options]

${commandEntries().map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`).join('\n')}

Each command answers --help; --version prints the version.
Exit status of every command: 0 when it went well, 1 when not, 2 for a wrong command line.
`
}

export function commandEntries (): ReadonlyArray<readonly [name: string, command: Command]> {
  return Object.entries(COMMANDS)
}

/** @returns the complaint about a command that does not exist, without the word itself, which may be a secret */
export function unknownCommand (name: string): string {
  const nearest = nearestName(name, Object.keys(COMMANDS))
  return nearest === undefined ? 'unknown command' : `unknown command; did you mean ${nearest}?`
}
