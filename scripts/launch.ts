// Runs the local stack of the tutorial: practice authorization server, gateway, MCP Inspector. Called by
// launch-local-server.sh once everything is installed and built.

import { existsSync } from 'node:fs'
import { processEnvironment } from '../src/config/environment.ts'
import { readCommandLine } from './command-line.ts'
import { INSPECTOR_PROGRAM, planStack, type Plan } from './launcher/plan.ts'
import { findTakenPorts } from './launcher/ports.ts'
import { runStack } from './launcher/stack.ts'

const USAGE = 'Usage: sh scripts/launch-local-server.sh [--no-inspector] [--help]\n'

const options = readCommandLine(USAGE, { 'no-inspector': { type: 'boolean' } })
const inspector = options['no-inspector'] !== true

const planned = planStack({ env: processEnvironment(), inspector })
if (!planned.ok) fail(planned.error)
if (inspector && !existsSync(INSPECTOR_PROGRAM)) {
  fail(['MCP Inspector is not installed: run sh scripts/launch-local-server.sh, or leave it out with --no-inspector'])
}
const taken = await findTakenPorts(planned.value.parts)
if (taken.length > 0) fail(taken)

const stop = new AbortController()
const hurry = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) hurry.abort()
    stop.abort()
  })
}
process.stdout.on('error', () => { stop.abort() })

let inspectorAddress: string | undefined
const wasAskedToEnd = await runStack({
  parts: planned.value.parts,
  write: line => {
    inspectorAddress ??= /http\S+[?&]MCP_PROXY_AUTH_TOKEN=\S+/.exec(line)?.[0]
    process.stdout.write(`${line}\n`)
  },
  onReady: () => process.stdout.write(whatNext(planned.value)),
  stop: stop.signal,
  hurry: hurry.signal
})
process.exit(wasAskedToEnd ? 0 : 1)

function whatNext ({ parts, gatewayUrl, issuer }: Plan): string {
  const has = (label: string) => parts.some(part => part.label === label)
  const { origin } = new URL(gatewayUrl)
  const otherGateway = gatewayUrl === 'http://localhost:3443/mcp' ? '' : ` -- --gateway ${gatewayUrl}`
  const lines = [
    'Everything is ready.',
    '',
    `  gateway               ${gatewayUrl}`,
    `  authorization server  ${issuer}`,
    ...(has('INSPECT') ? [`  MCP Inspector         ${inspectorAddress ?? 'see its lines above'}`] : []),
    '',
    'What to do next',
    '  - Follow the tutorial (docs/tutorial.md) in another terminal; its first step is:',
    `      curl -iX POST ${gatewayUrl} -H "Content-Type: application/json" \\`,
    '           -H "Accept: application/json, text/event-stream" \\',
    '           -d \'{"method":"notifications/initialized","jsonrpc":"2.0"}\'',
    ...(has('AS') ? ['  - Or let a program do all its steps:', `      npm run tutorial${otherGateway}`] : []),
    ...(has('INSPECT') ? ['  - Or open the address of MCP Inspector, then Open Auth Settings, Quick OAuth Flow, Connect.'] : []),
    '  - Log in as inga with the password inga.',
    `  - Read what the tools need: ${origin}/docs/mcp`,
    '',
    'Ctrl-C ends everything.'
  ]
  return `\n${lines.join('\n')}\n\n`
}

function fail (lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`)
  process.exit(1)
}
