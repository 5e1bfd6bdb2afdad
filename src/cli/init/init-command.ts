// `init`: the first files of a gateway, from flags or from the answers of a person. It asks the authorization server for its metadata and
// the other server for its tools; one that is down is said to be, and the files are written all the same.

import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { processEnvironment } from '../../config/environment.ts'
import { formatMistake } from '../../config/mistake.ts'
import { complain, EXIT, readCommandLine, type Terminal } from '../command-line.ts'
import { INIT_OPTIONS } from '../command-options.ts'
import { makeDirectory } from '../make-directory.ts'
import { programName } from '../program-name.ts'
import { terminalLine } from '../../kernel/terminal-text.ts'
import { writeWhole } from '../upstream-review.ts'
import { missingOptions, type InitRequest, type NoAnswer } from './answers-needed.ts'
import { choose, type Chosen } from './choices.ts'
import { dialogueOnTerminal } from './dialogue.ts'
import { CONFIGURATION_FILE, firstFiles, mistakesIn, pathIn, VARIABLES_FILE, type Files } from './first-files.ts'
import type { InitSources } from './init-sources.ts'
import { nextSteps } from './next-steps.ts'

const USAGE = `Usage: mcp-resource-gateway init [options]
       mcp-resource-gateway init [options] --upstream -- COMMAND [ARGUMENTS]

Writes the first files of a gateway in front of another MCP server: gateway.json, an upstream
file in which every tool is hidden, and .env.example with the names of the variables that hold
secrets. Asks at a terminal for what no option says. No secret is asked for or written.

  --authorization-server URL   the issuer of the authorization server
  --upstream URL               the MCP server to stand in front of, or -- and a command
  --name NAME                  the name of that server here; default: from address or command
  --resource IDENTIFIER        the address for clients; default http://localhost:3443/mcp
  --client-id ID               the client id of this gateway at the authorization server;
                               default mcp-gateway
  --client-secret-file FILE    the file that will hold its secret; default: a variable does
  --secret-env VARIABLE        the other server wants a bearer token, which this variable holds
  --directory DIRECTORY        where the files are written; default: here
  --force                      writes files again that exist
  --yes                        asks nothing: defaults, and without --upstream no server yet
  --help                       prints this

Exit status: 0 when the files were written, 1 when not, 2 for a wrong command line.
`

export async function runInit (
  args: readonly string[], terminal: Terminal,
  sources: InitSources = { env: processEnvironment(), cwd: process.cwd(), dialogue: dialogueOnTerminal, program: process.argv[1] }
): Promise<number> {
  const request = readRequest(args, terminal)
  if (typeof request === 'number') return request
  const existing = existingFile(request, sources, [CONFIGURATION_FILE, VARIABLES_FILE])
  if (existing !== undefined) return complain(terminal, existing)
  const dialogue = request.yes ? undefined : sources.dialogue?.()
  const missing = dialogue === undefined ? missingOptions(request) : []
  if (missing.length > 0) {
    const without = request.yes
      ? 'with --yes nothing is asked'
      : 'there is no terminal to ask at; --yes takes defaults where there are some'
    return complain(terminal, `missing: ${missing.join(', ')} (${without})`)
  }
  try {
    const chosen = await choose(request, dialogue, sources, line => { terminal.write(`${terminalLine(line)}\n`) })
    if (chosen.ok) return write(request, chosen.value, terminal, sources)
    return refused(chosen.error, terminal)
  } finally {
    dialogue?.close()
  }
}

function readRequest (args: readonly string[], terminal: Terminal): InitRequest | number {
  const end = args.indexOf('--')
  const [own, command] = end === -1 ? [args, []] : [args.slice(0, end), args.slice(end + 1)]
  if (end !== -1 && command.length === 0) return complain(terminal, '--: expected a command')
  // `--upstream -- COMMAND`: the option has its value behind the two hyphens.
  const options = command.length > 0 && own.at(-1) === '--upstream' ? own.slice(0, -1) : own
  const read = readCommandLine(options, USAGE, INIT_OPTIONS, terminal)
  if (typeof read === 'number') return read
  const { values, operands } = read
  if (operands.length > 0) return complain(terminal, 'expected options only')
  if (values.upstream !== undefined && command.length > 0) return complain(terminal, 'expected --upstream URL, or -- and a command')
  return {
    authorizationServer: values['authorization-server'],
    upstreamUrl: values.upstream,
    upstreamCommand: command,
    name: values.name,
    resource: values.resource,
    clientId: values['client-id'],
    clientSecretFile: values['client-secret-file'],
    secretEnv: values['secret-env'],
    directory: values.directory ?? '.',
    force: values.force ?? false,
    yes: values.yes ?? false
  }
}

/** @returns a complaint about the first file that is there and may not be written again */
function existingFile ({ directory, force }: InitRequest, { cwd }: InitSources, files: readonly string[]): string | undefined {
  const found = force ? undefined : files.find(file => existsSync(pathIn(directory, file, cwd)))
  return found === undefined ? undefined : `${found} exists already; --force writes it again, --directory names another place`
}

function refused ({ kind, message }: NoAnswer, terminal: Terminal): number {
  if (kind === 'usage') return complain(terminal, message)
  terminal.writeError(`${message}\n`)
  return EXIT.bad
}

function write (request: InitRequest, { choices, toolLines, toolCount }: Chosen, terminal: Terminal, sources: InitSources): number {
  const { directory } = request
  const files = firstFiles(choices)
  const existing = existingFile(request, sources, Object.keys(files))
  if (existing !== undefined) return complain(terminal, existing)
  const mistakes = mistakesIn(files, resolve(sources.cwd, directory), choices)
  for (const mistake of mistakes) terminal.writeError(`${terminalLine(formatMistake(mistake))}\n`)
  if (mistakes.length > 0) return EXIT.bad
  const failure = writeAll(files, directory, sources.cwd)
  if (failure !== undefined) {
    terminal.writeError(`${failure}\n`)
    return EXIT.bad
  }
  const goThere = resolve(sources.cwd, directory) === resolve(sources.cwd) ? '' : `cd ${directory}`
  const lines = [
    '',
    ...Object.keys(files).map(file => `written: ${isAbsolute(directory) ? pathIn(directory, file, sources.cwd) : file}`),
    '',
    ...toolLines,
    ...nextSteps(choices, { toolCount, goThere, program: programName(sources.env, sources.program) })
  ]
  terminal.write(`${lines.map(terminalLine).join('\n')}\n`)
  return EXIT.good
}

/** @returns why nothing more was written */
function writeAll (files: Files, directory: string, cwd: string): string | undefined {
  const [unusable] = makeDirectory(resolve(cwd, directory))
  if (unusable !== undefined) return unusable
  for (const [file, text] of Object.entries(files)) {
    const path = pathIn(directory, file, cwd)
    try {
      writeWhole(path, text)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      return `${file}: cannot be written in this directory (${code})`
    }
  }
  return undefined
}
