// The unit of systemd: systemd finds no mistake in it, it is confined, and its variables are those that the gateway reads.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { CONFIG_FILE_VARIABLE, ENVIRONMENT_VARIABLES, fileVariableOf } from '../../src/config/environment.ts'
import { covers } from '../support/covers.ts'
import { startPeopleServer } from '../support/gateway-server.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const FILE = 'deploy/systemd/mcp-resource-gateway.service'
/** 0 is best, 10 is worst; a service without any rule has 9.6. */
const HIGHEST_EXPOSURE = 2
const missing = spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).error === undefined ? false : 'systemd is not installed'

t.test('unit — systemd finds no mistake, and little that it could reach', { skip: whySkippedTheSecondTime || missing }, t => {
  covers('operations.unit')
  const folder = mkdtempSync(join(tmpdir(), 'unit-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const unit = join(folder, 'mcp-resource-gateway.service')
  writeFileSync(unit, readFileSync(FILE, 'utf8').replace('/usr/bin/node', process.execPath))
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' })
  // It names mistakes of other units of the machine, too.
  t.strictSame(`${stdout}${stderr}`.split('\n').filter(line => line.includes('mcp-resource-gateway')), [])
  t.equal(status, 0)
  const report = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], { encoding: 'utf8' })
  t.ok(Number(/exposure level[^:]*: ([\d.]+)/.exec(report)?.[1]) <= HIGHEST_EXPOSURE, report.trim().split('\n').at(-1) ?? '')
  t.end()
})

t.test('unit — sets variables that the gateway reads, and each credential is there', t => {
  covers('operations.unit')
  const text = readFileSync(FILE, 'utf8')
  const read = ENVIRONMENT_VARIABLES.flatMap(variable => [variable.name, fileVariableOf(variable)])
  const known = new Set(['NODE_ENV', CONFIG_FILE_VARIABLE, ...read])
  const variables = [...text.matchAll(/^Environment=(\w+)=(.*)$/gm)]
  t.strictSame(variables.map(([, name = '']) => name).filter(name => !known.has(name)), [])
  const credentials = [...text.matchAll(/^LoadCredential=(\w+):/gm)].map(([, name = '']) => name)
  const used = variables.flatMap(([, , value = '']) => /^%d\/(\w+)$/.exec(value)?.[1] ?? [])
  t.strictSame(used, credentials)
  t.notMatch(text, /^Environment=\w*SECRET=/m, 'no secret is in the unit')
  const seconds = Number(/^TimeoutStopSec=(\d+)s$/m.exec(text)?.[1])
  t.ok(seconds > 30, 'longer than limits.shutdownDeadlineMs of the example')
  t.end()
})

t.test('unit — the gateway starts with the configuration beside it, ends with 0, and ends at once with 1 after a mistake', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'service-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const people = await startPeopleServer(t)
  const [port = 0] = await freePorts(1)
  const example = readFileSync('deploy/systemd/gateway.json', 'utf8')
  const file = join(folder, 'gateway.json')
  writeFileSync(join(folder, 'introspection'), people.secret)
  const start = (text: string) => {
    writeFileSync(file, text)
    const program = startProgram(process.execPath, [builtProgram('dist/server.js')], {
      GATEWAY_CONFIG: file, INTROSPECTION_CLIENT_SECRET_FILE: join(folder, 'introspection')
    })
    t.teardown(async () => { program.signal('SIGKILL'); await program.ended })
    return program
  }
  const here = example.replaceAll('/var/lib/mcp-resource-gateway', folder).replace('https://login.example.com', people.issuer)
    .replace('3443', String(port)).replace('9464', '0').replace('3000,', '0,')
  const program = start(here)
  await program.line(/"event":"listening"/)
  t.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200)
  program.signal('SIGHUP')
  await program.line(/"event":"configuration-reloaded"/)
  program.signal('SIGTERM')
  t.match(await program.ended, { code: 0 })
  t.match(await start(here.replace('"host"', '"hosts"')).ended, { code: 1 })
})
