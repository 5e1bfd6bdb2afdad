#!/usr/bin/env node
// The commands of the program. Only the called one is loaded, so that a check does not load a database.

import { EXIT, type Terminal } from './command-line.ts'

const USAGE = `Usage: mcp-resource-gateway [COMMAND] [options]

  serve      runs the gateway (the default)
  check URL  checks how any MCP server behaves as a resource server
  explain    says what an access token allows here, and why
  doctor     checks a configuration against its authorization server and this machine
  audit      verifies the chain of the audit log: audit verify FILE…, audit head FILE…
  init       asks for an authorization server and another MCP server, and writes the first files
  ledger     shows calls that count against totals, and resolves those of unknown outcome
  upstream   adds another MCP server, and reviews its tools

Each command answers --help.
`

const terminal: Terminal = {
  write: text => { process.stdout.write(text) },
  writeError: text => { process.stderr.write(text) }
}

async function run (command: string | undefined, args: readonly string[]): Promise<number | undefined> {
  switch (command) {
    case 'audit': return (await import('./audit-command.ts')).runAudit(args, terminal)
    case 'check': return (await import('./check-command.ts')).runCheck(args, terminal)
    case 'doctor': return (await import('./doctor-command.ts')).runDoctor(args, terminal)
    case 'explain': {
      const [{ runExplain }, { explainTokenAt }] = await Promise.all([import('./explain-command.ts'), import('./token-explainer.ts')])
      return runExplain(args, terminal, explainTokenAt)
    }
    case 'init': return (await import('./init/init-command.ts')).runInit(args, terminal)
    case 'ledger': return (await import('./ledger-command.ts')).runLedger(args, terminal)
    case 'upstream': return (await import('./upstream-command.ts')).runUpstream(args, terminal)
    case 'help': case '--help': case '-h':
      terminal.write(USAGE)
      return EXIT.good
    case 'serve':
      // the server reads the rest of the command line, and ends on signals
      process.argv.splice(2, 1)
      return serve()
    case undefined: return serve()
    default:
      if (command.startsWith('--allow-')) return serve()
      terminal.writeError('unknown command; --help lists them\n')
      return EXIT.usage
  }
}

async function serve (): Promise<undefined> {
  // The signal means "reload", and must not end the process while it loads.
  process.on('SIGHUP', () => {})
  await import('../server/main.ts')
}

const [command, ...args] = process.argv.slice(2)
run(command, args).then(status => { if (status !== undefined) process.exitCode = status }, (error: unknown) => {
  process.stderr.write(`unexpected error: ${error instanceof Error ? error.name : 'unknown'}\n`)
  process.exitCode = EXIT.bad
})
