// `tutorial`: the stack of the tutorial from the installed package. The practice authorization server and the ticket shop are bundled
// programs of their own, started by this command alone: docs/decisions/0037-practice-programs-in-the-package.md

import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processEnvironment, type Environment } from '../config/environment.ts'
import { LOCALES, type Locale } from '../kernel/locale.ts'
import { inLanguage, languageNamed, languageOfTerminal } from '../launcher/language.ts'
import { planStack } from '../launcher/plan.ts'
import { findTakenPorts } from '../launcher/ports.ts'
import { runAtTerminal } from '../launcher/terminal-stack.ts'
import { complain, EXIT, readCommandLine, type Terminal } from './command-line.ts'
import { TUTORIAL_OPTIONS } from './command-options.ts'
import { makeDirectory } from './make-directory.ts'
import { tutorialReady } from './tutorial-words.ts'

const DEFAULT_DIRECTORY = 'mcp-tutorial'

const USAGE = `Usage: mcp-resource-gateway tutorial [options]

Starts what the tutorial needs, reachable from this machine alone: a practice authorization
server (http://localhost:9000), the gateway with example tickets (http://localhost:3443), its
console (http://localhost:3444) and a ticket shop for people (http://localhost:3000). Ctrl-C ends
all of them. For practice only: everyone knows the passwords. Tickets are kept with the package
libsql, which has to be named:

  npx --package=mcp-resource-gateway --package=libsql mcp-resource-gateway tutorial

  --directory DIRECTORY   where tickets and registered clients are kept; default mcp-tutorial.
                          Deleting it begins again
  --language en|ja        the texts of tools and tickets; default ja. Each language has its own
                          tickets. What this command says once all is ready is in the same
                          language, or else in that of LANG
  --no-shop               leaves the ticket shop out
  --help                  prints this

Environment: PORT, PRACTICE_AS_PORT and SITE_PORT move the gateway, the practice server and the
shop. GATEWAY_CONFIG names a configuration of your own.
Exit status: 0 when ended by Ctrl-C or SIGTERM, 1 when one of them failed or ended,
2 for a wrong command line.
`

/** The package; the compiled file and the bundled one are equally deep in it. */
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))

export async function runTutorial (args: readonly string[], terminal: Terminal): Promise<number> {
  const read = readCommandLine(args, USAGE, TUTORIAL_OPTIONS, terminal)
  if (typeof read === 'number') return read
  if (read.operands.length > 0) return complain(terminal, 'expected options only')
  const { directory = DEFAULT_DIRECTORY, language: named, 'no-shop': withoutShop = false } = read.values
  const language = named === undefined ? undefined : languageNamed(named)
  if (named !== undefined && language === undefined) return complain(terminal, `--language: expected ${LOCALES.join(' or ')}`)
  const planned = planStack({
    env: environmentFor(resolve(directory), processEnvironment(), language),
    programs: {
      gateway: join(PACKAGE, 'dist/server.js'),
      practiceServer: join(PACKAGE, 'dist/practice/practice-as.js'),
      shop: join(PACKAGE, 'dist/practice/ticket-site.js')
    },
    inspectors: [],
    site: !withoutShop
  })
  const problems = planned.ok ? [...driverProblems(), ...await findTakenPorts(planned.value.parts)] : [...planned.error]
  if (planned.ok && problems.length === 0) problems.push(...makeDirectory(directory, 0o700))
  for (const line of problems) terminal.writeError(`${line}\n`)
  if (!planned.ok || problems.length > 0) return EXIT.bad
  const { value: plan } = planned
  let consoleAddress: string | undefined
  const asked = await runAtTerminal({
    parts: plan.parts,
    onLine: line => {
      consoleAddress ??= /^\[APP\] .*\bconsole: (http\S+)/.exec(line)?.[1]
      return true
    },
    whenReady: () => tutorialReady({
      spoken: language ?? languageOfTerminal(processEnvironment()),
      isChosen: language !== undefined,
      plan,
      directory,
      console: consoleAddress,
      documents: join(PACKAGE, 'docs')
    })
  })
  return asked ? EXIT.good : EXIT.bad
}

function environmentFor (directory: string, env: Environment, language: Locale | undefined): Environment {
  const ownFile = env['STORAGE_URL'] === undefined && env['GATEWAY_CONFIG'] === undefined
  const changed = {
    ...env,
    GATEWAY_CONFIG: env['GATEWAY_CONFIG'] ?? join(PACKAGE, 'config/local.json'),
    STORAGE_URL: ownFile ? `sqlite:${join(directory, 'tickets.db')}` : env['STORAGE_URL'],
    PRACTICE_AS_CLIENTS: env['PRACTICE_AS_CLIENTS'] ?? join(directory, 'practice-clients.json')
  }
  return language === undefined ? changed : inLanguage(changed, language, ownFile)
}

/** Asked here and not left to the gateway: by then the practice server would run, and the line would stand among its lines. */
function driverProblems (): readonly string[] {
  try {
    createRequire(import.meta.url).resolve('libsql')
    return []
  } catch {
    return [
      'the tutorial keeps its tickets in SQLite, and the package libsql is not installed beside this one; either',
      '  npx --package=mcp-resource-gateway --package=libsql mcp-resource-gateway tutorial',
      'or, where mcp-resource-gateway is installed: npm install libsql (npm install --global libsql for a global one)'
    ]
  }
}
