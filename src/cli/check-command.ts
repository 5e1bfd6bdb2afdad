// `check`: reads the command line, checks an MCP server and prints the report.

import { extname } from 'node:path'
import { unfinishedReport, type CheckReport } from '../check/inspect.ts'
import { formatReport } from '../check/report.ts'
import { parseTarget } from '../check/target.ts'
import type { CheckTask } from './check-thread.ts'
import { complain, EXIT, readCommandLine, wholeNumber, type Terminal } from './command-line.ts'
import { CHECK_OPTIONS } from './command-options.ts'
import { runLimited } from './limited-thread.ts'
import { withProgress } from './shown-wait.ts'
import { readTokenFile } from './token-file.ts'

const USAGE = `Usage: mcp-resource-gateway check URL [options]

Checks how an MCP server behaves as an OAuth 2.1 resource server, and that of its
authorization servers which clients depend on. Sends a few dozen harmless requests;
calls no tool, registers no client, follows no redirect.

  --token-file FILE       an access token for the server, for the checks that need
                          one; - reads standard input
  --origin ORIGIN         a page that should be able to connect
                          (default http://localhost:6274, MCP Inspector)
  --timeout-seconds N     for each request (default 5)
  --deadline-seconds N    for the whole check (default 60)
  --strict                a warning counts like an error
  --json                  the report as JSON
  --help                  prints this

Exit status: 0 when no error was found, 1 when one was, 2 for a wrong command line.
`

/** Compiled, bundled or not compiled: next to this file, and named like it. */
const THREAD = new URL(`check-thread${extname(import.meta.url)}`, import.meta.url)
/** For judging what came before the deadline; it takes some milliseconds. */
const JUDGING_MS = 5000

export async function runCheck (args: readonly string[], terminal: Terminal): Promise<number> {
  const read = readCommandLine(args, USAGE, CHECK_OPTIONS, terminal)
  if (typeof read === 'number') return read
  const { values, operands } = read
  const [address, ...more] = operands
  if (address === undefined || more.length > 0) return complain(terminal, 'expected one address')
  const target = parseTarget(address)
  if (!target.ok) return complain(terminal, target.error)
  const timeoutSeconds = wholeNumber(values['timeout-seconds'], 1, 60)
  const deadlineSeconds = wholeNumber(values['deadline-seconds'], 1, 600)
  if (timeoutSeconds === undefined) return complain(terminal, '--timeout-seconds: expected a whole number from 1 to 60')
  if (deadlineSeconds === undefined) return complain(terminal, '--deadline-seconds: expected a whole number from 1 to 600')
  const { origin } = values
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).origin !== origin)) {
    return complain(terminal, '--origin: expected an origin such as http://localhost:6274')
  }

  const { 'token-file': file } = values
  const token = file === undefined ? undefined : readTokenFile(file)
  if (token?.ok === false) return complain(terminal, token.error)
  if (token !== undefined && target.value.endpoint.protocol === 'http:' && !target.value.loopback) {
    return complain(terminal, '--token-file: the token is not sent over plain http to another machine')
  }

  const options = { token: token?.value, origin, timeoutMs: timeoutSeconds * 1000, deadlineMs: deadlineSeconds * 1000 }
  const task: CheckTask = { address: target.value.endpoint.href, options }
  const ended = await withProgress(
    terminal, 'checking', runLimited(THREAD, task, { timeMs: options.deadlineMs + JUDGING_MS, heapMegabytes: 512 })
  )
  const report = ended === 'ended' ? unfinishedReport(target.value, token !== undefined) : ended.message as CheckReport
  terminal.write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report))
  return report.summary.errors > 0 || (values.strict === true && report.summary.warnings > 0) ? EXIT.bad : EXIT.good
}
