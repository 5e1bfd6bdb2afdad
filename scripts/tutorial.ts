// The steps of docs/tutorial.md against a running stack: curl for each request, openssl for PKCE, a cookie jar for login
// and consent. Ends with 0 only if every step answered as the tutorial says.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCommandLine } from './command-line.ts'
import { authorize } from './tutorial/authorization.ts'
import { createCurl } from './tutorial/curl.ts'
import { discover } from './tutorial/discovery.ts'
import { useTools } from './tutorial/mcp-calls.ts'
import { createNarrator, TutorialFailure } from './tutorial/narrator.ts'

const DEFAULT_GATEWAY = 'http://localhost:3443/mcp'
const USAGE = `Usage: npm run tutorial [-- --gateway URL]

Walks the tutorial against a running stack (sh scripts/launch-local-server.sh), showing
each request and the interesting part of its answer. Needs curl and openssl.

  --gateway URL  the endpoint (default ${DEFAULT_GATEWAY})
  --help         prints this

Exit status: 0 when every step answered as the tutorial says, 1 when one did not,
2 for a wrong command line.
`

const { gateway = DEFAULT_GATEWAY } = readCommandLine(USAGE, { gateway: { type: 'string' } })
if (!/^https?:\/\//.test(gateway) || !URL.canParse(gateway)) {
  process.stderr.write('--gateway: expected an absolute http or https URL; --help lists the options\n')
  process.exit(2)
}
process.exitCode = await walk(gateway)

async function walk (gateway: string): Promise<number> {
  const narrator = createNarrator(text => process.stdout.write(text))
  const directory = mkdtempSync(join(tmpdir(), 'mcp-tutorial-'))
  const tools = { narrator, curl: createCurl(narrator), directory }
  try {
    const server = await discover(gateway, tools)
    const authorized = await authorize(server, tools)
    await useTools(server, authorized, tools)
    process.stdout.write('\nEvery step answered as the tutorial says.\n')
    return 0
  } catch (error) {
    if (!(error instanceof TutorialFailure)) throw error
    process.stderr.write(`\ntutorial: ${error.message}\n`)
    return 1
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
