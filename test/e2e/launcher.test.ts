// Does one command run the whole stack, and does all of it end? Everything here is real: processes, ports, curl.

import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connectRemedyingClient } from '../../docs/examples/remedying-client.ts'
import { FILE_SERVER, FILE_SERVER_PACKAGES } from '../../scripts/launcher/files-example.ts'
import { INSPECTOR_PROGRAMS } from '../../src/launcher/inspector.ts'
import { covers } from '../support/covers.ts'
import { GUARD_ARGUMENTS, guardEnvironment } from '../support/guarded-program.ts'
import { launch } from '../support/launched-stack.ts'
import { openPage, REDIRECT_URI, submitAndReturn } from '../support/practice-client.ts'
import { descendantsOf, freePorts, isRunning, startProgram, type RunningProgram } from '../support/processes.ts'
import { builtProgram, programArguments } from '../support/program.ts'

/** What the launcher started; the test fails when there was nothing, and later when any of it is left. */
function startedBy (t: Test, { pid }: RunningProgram, atLeast: number): number[] {
  const started = descendantsOf(pid)
  t.ok(started.length >= atLeast, `${started.length} processes were started`)
  return started
}

t.test('stack — is ready with one command, the tutorial walks through it, and Ctrl-C ends all of it', async t => {
  covers('launcher.tutorial-works', 'launcher.ends-as-one', 'shop.launched')
  const { program, gateway } = await launch(t, ['--no-inspector'])
  await program.line(/^Ctrl-C ends everything/)
  t.match(program.lines.filter(line => line.startsWith('[AS] ')), [/practice authorization server ready/])
  t.ok(program.lines.some(line => line.startsWith('[APP] ')))
  t.ok(program.lines.some(line => line.includes(`npm run tutorial -- --gateway ${gateway}`)), 'says how to go on')
  t.ok(program.lines.some(line => line.startsWith('[SITE] ticket shop ready')))
  t.ok(program.lines.some(line => /in the lab: http:\/\/localhost:\d+\/lab$/.test(line)), 'names the lab')
  const started = startedBy(t, program, 3)

  const tutorial = startProgram(process.execPath, [...programArguments('scripts/tutorial'), '--gateway', gateway])
  t.strictSame(await tutorial.ended, { code: 0, signal: null }, tutorial.lines.slice(-5).join('\n'))
  const told = tutorial.lines.join('\n')
  t.strictSame([...told.matchAll(/^(\d+)\. /gm)].map(([, step]) => step), ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'])
  t.match(told, /ok: 401 Unauthorized[^]*ok: 202 Accepted[^]*ok: error="insufficient_authorization"[^]*cancelled[^]*\n\nEvery step answered as the tutorial says\.$/)
  const token = /Bearer (\S+?)'/.exec(told)?.[1] ?? ''
  t.match(token, /^.{6}\.\.\.$/, 'the token is never shown whole')

  program.signal('SIGINT')
  t.strictSame(await program.ended, { code: 0, signal: null })
  t.strictSame(started.filter(isRunning), [], 'nothing is left')
  const stopped = startProgram(process.execPath, [...programArguments('scripts/tutorial'), '--gateway', gateway])
  t.strictSame(await stopped.ended, { code: 1, signal: null })
  t.match(stopped.stderr().trim().split('\n'), [/^tutorial: nothing answers at http:\/\/localhost:\d+: is the stack running\?/])
})

t.test('stack — when one of its programs dies, the others end too', async t => {
  covers('launcher.ends-as-one')
  const { program } = await launch(t, ['--no-inspector'])
  await program.line(/^Ctrl-C ends everything/)
  const started = startedBy(t, program, 2)
  const [first = 0] = started
  process.kill(first, 'SIGKILL')
  t.strictSame(await program.ended, { code: 1, signal: null })
  t.ok(program.lines.some(line => /^\[(AS|APP|SITE)\] .* ended on SIGKILL; ending the others$/.test(line)), program.lines.slice(-3).join('\n'))
  t.strictSame(started.filter(isRunning), [], 'nothing is left')
})

t.test('stack — a port in use is one line that says who needs it, and nothing is started', async t => {
  covers('launcher.port-in-use')
  const taken = createServer()
  const [port = 0] = await freePorts(1)
  await new Promise<void>(resolve => { taken.listen(port, '127.0.0.1', resolve) })
  t.teardown(() => taken.close())
  for (const [variable, name] of [
    ['PORT', 'gateway'], ['PRACTICE_AS_PORT', 'practice authorization server'], ['SITE_PORT', 'ticket shop']
  ] as const) {
    const { program } = await launch(t, ['--no-inspector'], { [variable]: String(port) })
    t.strictSame(await program.ended, { code: 1, signal: null })
    t.strictSame(program.lines, [`port ${port}, which the ${name} needs, is in use: end what listens there, or set ${variable} to another port`])
  }
})

t.test('stack — a wrong configuration is told before anything is started', async t => {
  const { program } = await launch(t, ['--no-inspector'], { CACHE_TTL_SECONDS: 'long' })
  t.strictSame(await program.ended, { code: 1, signal: null })
  t.strictSame(program.lines, ['cache.ttlSeconds (CACHE_TTL_SECONDS): expected a whole number from 0 to 300 (seconds)'])
})

t.test('stack — MCP Inspector is part of it, reachable with its token, and leaves nothing behind', {
  skip: existsSync(INSPECTOR_PROGRAMS[1]) || process.env['CI'] === 'true'
    ? false
    : 'scripts/inspector is not installed: sh scripts/test.sh installs it'
}, async t => {
  covers('launcher.inspector')
  const { program, ports: [, , clientPort = 0] } = await launch(t, ['--no-shop'], { HOST: '127.0.0.1' })
  await program.line(/^Ctrl-C ends everything/)
  const line = await program.line(/^\[INSPECT\] {4}http:\/\/localhost:\d+\/\?.*MCP_PROXY_AUTH_TOKEN=[0-9a-f]{64}$/)
  const address = new URL(line.slice('[INSPECT]'.length).trim())
  const token = address.searchParams.get('MCP_PROXY_AUTH_TOKEN') ?? ''
  t.equal(program.lines.filter(one => one.includes(token)).length, 2, 'in its address, and in the summary')
  t.equal(program.lines.filter(one => one.includes('is deprecated')).length, 1)
  t.equal(Number(address.port), clientPort)
  const page = await fetch(address)
  t.equal(page.status, 200)
  t.match(await page.text(), /MCP Inspector/)
  const started = startedBy(t, program, 5)
  program.signal('SIGTERM')
  t.strictSame(await program.ended, { code: 0, signal: null })
  t.strictSame(started.filter(isRunning), [], 'nothing is left')
})

t.test('stack — serves the files of another server with --upstream files, and the practice server knows what they need', {
  skip: existsSync(
    join(FILE_SERVER_PACKAGES, FILE_SERVER)
  ) || process.env['CI'] === 'true'
    ? false
    : 'scripts/filesystem-server is not installed: sh scripts/test.sh installs it'
}, async t => {
  covers('launcher.upstream-example')
  const { program, gateway, ports: [, asPort = 0] } = await launch(t, ['--no-inspector', '--upstream', 'files'], {
    NODE_OPTIONS: GUARD_ARGUMENTS.join(' '), ...guardEnvironment()
  })
  await program.line(/^Ctrl-C ends everything/)
  t.ok(program.lines.some(line => line.includes('Follow docs/upstreams.md')), 'says how to go on')
  const folder = program.lines.map(line => line.trim()).find(line => line.endsWith('files-example/projects')) ?? ''
  const client = await connectRemedyingClient({
    serverUrl: new URL(gateway),
    redirectUrl: REDIRECT_URI,
    askPerson: async url => submitAndReturn(await openPage(url.href), { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
  })
  const read = await client.callTool({ name: 'files_read_text_file', arguments: { path: `${folder}/apollo/plan.txt` } })
  t.match(read, { structuredContent: { content: 'The plan of Apollo\n' } })
  await client.close()
  const types = await (await fetch(`http://localhost:${asPort}/authorization-details-types`)).json()
  t.strictSame(Object.keys(types as object), ['files'])
  const started = startedBy(t, program, 3)
  program.signal('SIGINT')
  t.strictSame(await program.ended, { code: 0, signal: null })
  t.strictSame(started.filter(isRunning), [], 'nothing is left, the file server neither')
})

t.test('stack — an upstream that it does not have is one line, and so is a configuration beside it', async t => {
  covers('launcher.upstream-example')
  const wanted = "--upstream: expected files, not 'file'; --help lists the options"
  for (const [command, ...args] of [
    ['sh', 'scripts/launch-local-server.sh'], [process.execPath, builtProgram('.build/scripts/launch.js')]
  ] as const) {
    const program = startProgram(command, [...args, '--upstream', 'file'])
    t.strictSame(await program.ended, { code: 2, signal: null })
    t.strictSame(program.lines, [wanted])
  }
  const { program } = await launch(t, ['--no-inspector', '--upstream', 'files'], { GATEWAY_CONFIG: 'config/local.json' })
  t.strictSame(await program.ended, { code: 1, signal: null })
  t.match(program.lines, [/^GATEWAY_CONFIG is set: --upstream brings its own configuration/])
})

t.test('scripts — each answers --help, and an unknown option is one line and status 2', async t => {
  const scripts: [command: string, ...args: string[]][] = [
    ['sh', 'scripts/launch-local-server.sh'],
    ['sh', 'scripts/test.sh'],
    ['sh', 'scripts/dev.sh'],
    ...['launch', 'tutorial', 'generate-docs', 'check'].map((name): [command: string, ...args: string[]] => [process.execPath, ...programArguments(`scripts/${name}`)])
  ]
  for (const [command, ...args] of scripts) {
    const help = startProgram(command, [...args, '--help'])
    t.strictSame(await help.ended, { code: 0, signal: null }, `${args.join(' ')} --help`)
    t.match(help.lines[0], /^Usage: /)
    const unknown = startProgram(command, [...args, '--no-such-option'])
    t.strictSame(await unknown.ended, { code: 2, signal: null }, `${args.join(' ')} --no-such-option`)
    t.match(unknown.lines, [/^Unknown option '--no-such-option'/])
    t.equal(unknown.lines.length, 1)
  }
})
