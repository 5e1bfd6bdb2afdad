// The reference of the commands: docs/command-line.md, from the table of commands and from what each of them prints for --help.

import { runAudit } from '../../src/cli/audit-command.ts'
import { runCheck } from '../../src/cli/check-command.ts'
import type { Terminal } from '../../src/cli/command-line.ts'
import { COMMANDS, type CommandName } from '../../src/cli/command-table.ts'
import { runCompletion } from '../../src/cli/completion-command.ts'
import { runDoctor } from '../../src/cli/doctor-command.ts'
import { runExplain } from '../../src/cli/explain-command.ts'
import { runInit } from '../../src/cli/init/init-command.ts'
import { runLedger } from '../../src/cli/ledger-command.ts'
import { explainTokenAt } from '../../src/cli/token-explainer.ts'
import { runTutorial } from '../../src/cli/tutorial-command.ts'
import { runUpstream } from '../../src/cli/upstream-command.ts'
import { GATEWAY_USAGE } from '../../src/config/arguments.ts'
import { replaceSection, table, type GeneratedFile } from './document.ts'

type Run = (args: readonly string[], terminal: Terminal) => Promise<number> | number

const RUNS: Readonly<Record<CommandName, Run>> = {
  tutorial: runTutorial,
  init: runInit,
  start: (_args, { write }) => {
    write(GATEWAY_USAGE)
    return 0
  },
  doctor: runDoctor,
  check: runCheck,
  explain: (args, terminal) => runExplain(args, terminal, explainTokenAt),
  upstream: runUpstream,
  ledger: runLedger,
  audit: runAudit,
  completion: runCompletion
}

const entries = Object.entries(RUNS) as ReadonlyArray<readonly [CommandName, Run]>

/** What each command prints for `--help`. */
export const commandHelp: ReadonlyMap<CommandName, string> = new Map(await Promise.all(entries.map(async ([name, run]) => {
  let shown = ''
  const status = await run(['--help'], { write: text => { shown += text }, writeError: () => {} })
  if (status !== 0) throw new Error(`${name} --help ended with ${status}`)
  return [name, shown] as const
})))

function commandTable (): string {
  return table(['command', ''], [...commandHelp.keys()].map(name => [`[${name}](#${name})`, COMMANDS[name].summary]))
}

function reference (): string {
  return [...commandHelp].map(([name, text]) => `### ${name}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\``).join('\n\n')
}

export const commandHelpFiles: readonly GeneratedFile[] = [{
  file: 'docs/command-line.md',
  render: current => replaceSection(replaceSection(current ?? '', 'commands', commandTable()), 'command-help', reference())
}]
