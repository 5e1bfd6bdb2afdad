// `upstream`: adds the file of another MCP server, and reviews its tools. What it records is what the gateway offers; nothing is offered by
// adding a server.

import { processEnvironment } from '../config/environment.ts'
import { complain, readCommandLine, type Terminal } from './command-line.ts'
import { UPSTREAM_OPTIONS } from './command-options.ts'
import { addUpstream } from './upstream-add.ts'
import { reviewUpstream } from './upstream-review.ts'
import type { UpstreamCommandSources } from './upstream-sources.ts'

const USAGE = `Usage: mcp-resource-gateway upstream add URL [options]
       mcp-resource-gateway upstream add [options] -- COMMAND [ARGUMENTS]
       mcp-resource-gateway upstream add [URL] --openapi DOCUMENT [options]
       mcp-resource-gateway upstream review FILE [options]

add     asks a server for its tools and writes a first file, in which every tool is hidden
  --name NAME             the name of the upstream; default: from the address or the command
  --file FILE             what to write; default NAME.json. A file that exists is not changed
  --secret-env VARIABLE   the server wants a bearer token, which this variable holds
  --openapi DOCUMENT      a REST API: the file or URL of its OpenAPI document, 3.0 or 3.1. URL
                          is the address of the API; default: the first of the document

review  shows what differs from the lock, in words, and records what is accepted
  --check                 records nothing, and ends with 1 when anything differs
  --accept NAMES          records these tools without a question: comma-separated, or all
  --full                  shows whole definitions: nothing that a model will read is cut
  --accept-invisible      records texts that a terminal does not show as well
  --json                  the review as JSON

  --help                  prints this

Exit status: 0 when nothing is left to review, 1 when something is (hidden tools count: a
gateway does not start with a tool in the file that the lock does not have), or the server
cannot be asked, 2 for a wrong command line.
`

export async function runUpstream (
  args: readonly string[], terminal: Terminal,
  sources: UpstreamCommandSources = { env: processEnvironment(), cwd: process.cwd(), ask: questionOnTerminal(), program: process.argv[1] }
): Promise<number> {
  const end = args.indexOf('--')
  const [own, command] = end === -1 ? [args, []] : [args.slice(0, end), args.slice(end + 1)]
  const read = readCommandLine(own, USAGE, UPSTREAM_OPTIONS, terminal)
  if (typeof read === 'number') return read
  const { values, operands: [action, operand, ...more] } = read
  if (more.length > 0) return complain(terminal, 'too many operands')
  switch (action) {
    case 'add':
      if (values.openapi === undefined ? (operand === undefined) === (command.length === 0) : command.length > 0) {
        return complain(terminal, 'expected a URL, or -- and a command, or --openapi and a document')
      }
      return addUpstream(
        { url: operand, command, openapi: values.openapi, name: values.name, file: values.file, secretEnv: values['secret-env'] },
        terminal, sources
      )
    case 'review':
      if (operand === undefined || command.length > 0) return complain(terminal, 'expected an upstream file')
      return reviewUpstream({
        file: operand,
        check: values.check ?? false,
        accept: values.accept,
        acceptInvisible: values['accept-invisible'] ?? false,
        json: values.json ?? false,
        full: values.full ?? false
      }, terminal, sources)
    case undefined:
    default: return complain(terminal, 'expected add or review')
  }
}

function questionOnTerminal (): UpstreamCommandSources['ask'] {
  if (!process.stdin.isTTY) return undefined
  return async question => {
    const { createInterface } = await import('node:readline/promises')
    const lines = createInterface({ input: process.stdin, output: process.stdout })
    try {
      return await lines.question(question)
    } finally {
      lines.close()
    }
  }
}
