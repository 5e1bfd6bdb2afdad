#!/usr/bin/env node
// The commands of the program. Only the called one is loaded, so that a check does not load a database.

import { readFileSync } from 'node:fs'
import { parseArguments } from '../config/arguments.ts'
import { complain, EXIT, type Terminal } from './command-line.ts'
import { missingPackageText } from '../kernel/optional-package.ts'
import { helpText, unknownCommand } from './command-table.ts'

const terminal: Terminal = {
  write: text => { process.stdout.write(text) },
  writeError: text => { process.stderr.write(text) },
  ...(process.stderr.isTTY && { writeProgress: (text: string) => { process.stderr.write(text) } })
}

function version (): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version
}

async function run (command: string | undefined, args: readonly string[]): Promise<number | undefined> {
  switch (command) {
    case 'audit': return (await import('./audit-command.ts')).runAudit(args, terminal)
    case 'check': return (await import('./check-command.ts')).runCheck(args, terminal)
    case 'completion': return (await import('./completion-command.ts')).runCompletion(args, terminal)
    case 'doctor': return (await import('./doctor-command.ts')).runDoctor(args, terminal)
    case 'explain': {
      const [{ runExplain }, { explainTokenAt }] = await Promise.all([import('./explain-command.ts'), import('./token-explainer.ts')])
      return runExplain(args, terminal, explainTokenAt)
    }
    case 'init': return (await import('./init/init-command.ts')).runInit(args, terminal)
    case 'ledger': return (await import('./ledger-command.ts')).runLedger(args, terminal)
    case 'tutorial': return (await import('./tutorial-command.ts')).runTutorial(args, terminal)
    case 'upstream': return (await import('./upstream-command.ts')).runUpstream(args, terminal)
    case 'help': {
      const [about] = args
      if (about === undefined || about.startsWith('-') || about === 'help') return run(undefined, [])
      // The server that `start` loads reads the command line of the process.
      process.argv.splice(2, Infinity, about, '--help')
      return run(about, ['--help'])
    }
    case undefined: case '--help': case '-h':
      terminal.write(helpText(version()))
      return EXIT.good
    case 'version': case '--version': case '-v':
      terminal.write(`${version()}\n`)
      return EXIT.good
    // `serve` was its name before 0.1.0.
    case 'start': case 'serve': return start(args)
    default: return complain(terminal, unknownCommand(command), 'lists the commands')
  }
}

async function start (args: readonly string[]): Promise<number | undefined> {
  const [unknown] = parseArguments(args).unknown
  if (unknown !== undefined) {
    return complain(terminal, unknown.nearest === undefined ? 'unknown option' : `unknown option; did you mean ${unknown.nearest}?`)
  }
  // The server reads the rest of the command line, and ends on signals.
  process.argv.splice(2, 1)
  // The signal means "reload", and must not end the process while it loads.
  process.on('SIGHUP', () => {})
  await import('../server/main.ts')
  return undefined
}

const [command, ...args] = process.argv.slice(2)
run(command, args).then(status => { if (status !== undefined) process.exitCode = status }, (error: unknown) => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''
  const unexpected = `unexpected error: ${error instanceof Error ? error.name : 'unknown'}${code}`
  process.stderr.write(`${missingPackageText(error) ?? unexpected}\n`)
  process.exitCode = EXIT.bad
})
