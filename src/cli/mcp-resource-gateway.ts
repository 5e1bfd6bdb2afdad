#!/usr/bin/env node
// Which command was called? Each is loaded when it is, so that a check does not open a database.

import { EXIT, type Terminal } from './command-line.ts'

const USAGE = `Usage: mcp-resource-gateway [COMMAND] [options]

  serve      runs the gateway (the default)
  check URL  checks how any MCP server behaves as a resource server
  explain    says what an access token allows here, and why
  doctor     checks a configuration against its authorization server and this machine

Each command answers --help.
`

const terminal: Terminal = {
  write: text => { process.stdout.write(text) },
  writeError: text => { process.stderr.write(text) }
}

async function run (command: string | undefined, args: readonly string[]): Promise<number | undefined> {
  switch (command) {
    case 'check': return (await import('./check-command.ts')).runCheck(args, terminal)
    case 'doctor': return (await import('./doctor-command.ts')).runDoctor(args, terminal)
    case 'explain': return (await import('./explain-command.ts')).runExplain(args, terminal, (await import('./token-explainer.ts')).explainTokenAt)
    case 'help': case '--help': case '-h':
      terminal.write(USAGE)
      return EXIT.good
    case 'serve':
      // The server is a process of its own kind: it reads the command line that is left, and ends on signals.
      process.argv.splice(2, 1)
      await import('../server/main.ts')
      return undefined
    case undefined:
      await import('../server/main.ts')
      return undefined
    default:
      if (command.startsWith('--allow-')) {
        await import('../server/main.ts')
        return undefined
      }
      terminal.writeError('unknown command; --help lists them\n')
      return EXIT.usage
  }
}

const [command, ...args] = process.argv.slice(2)
run(command, args).then(status => { if (status !== undefined) process.exitCode = status }, (error: unknown) => {
  process.stderr.write(`this should not have happened: ${error instanceof Error ? error.name : 'unknown'}\n`)
  process.exitCode = EXIT.bad
})
