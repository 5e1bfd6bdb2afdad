// What does the start script do on a machine where nothing is installed? The real script in a copy of the tree without packages, with an
// `npm` and a launcher that write down how they were called.

import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { freePorts, startProgram } from '../support/processes.ts'

const LOCKS = ['.', 'scripts/filesystem-server', 'scripts/inspector', 'scripts/inspector-next']
const SCRIPTS = ['launch-local-server.sh', 'prepare.sh', 'check-installed.mjs', 'check-network.mjs', 'check-built.mjs', 'check-ports.mjs']

/** A stack of this machine may have the usual ones. */
async function portsOfNobody (): Promise<Record<string, string>> {
  const ports = await freePorts(4)
  return Object.fromEntries(['PORT', 'PRACTICE_AS_PORT', 'SITE_PORT', 'CLIENT_PORT'].map((name, index) => [name, String(ports[index])]))
}

/** @param prepare what happens in the place before the script runs */
async function start (t: Test, args: readonly string[], npm = 'exit 0', prepare: (place: string) => Promise<void> | void = () => {}) {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'fresh-')))
  t.teardown(() => { rmSync(place, { recursive: true, force: true }) })
  for (const folder of [...LOCKS, 'bin', '.build/scripts']) mkdirSync(join(place, folder), { recursive: true })
  for (const script of SCRIPTS) cpSync(`scripts/${script}`, join(place, 'scripts', script))
  for (const folder of LOCKS) cpSync(join(folder, 'package-lock.json'), join(place, folder, 'package-lock.json'))
  writeFileSync(join(place, 'bin/npm'), `#!/bin/sh\necho ".\${PWD#${place}} $*" >> ${place}/calls\n${npm}\n`)
  chmodSync(join(place, 'bin/npm'), 0o755)
  writeFileSync(join(place, '.build/scripts/launch.js'), 'console.log("launched", ...process.argv.slice(2))')
  await prepare(place)
  const path = `${place}/bin:${dirname(process.execPath)}:/usr/bin:/bin`
  const program = startProgram('sh', [join(place, 'scripts/launch-local-server.sh'), ...args], { PATH: path, ...await portsOfNobody() })
  const { code } = await program.ended
  const calls = readFileSync(join(place, 'calls'), 'utf8').trim().split('\n').map(line => line.replace(/ --.*/, ''))
  return { code, calls, said: [...program.lines, ...program.stderr().trim().split('\n')].filter(line => line !== '') }
}

t.test('a fresh machine — the file server is installed from its lock, everything is built, and the launcher gets the options', async t => {
  covers('launcher.upstream-example')
  const { code, calls, said } = await start(t, ['--upstream', 'files', '--no-inspector'])
  t.equal(code, 0, said.join('\n'))
  t.strictSame(calls, ['. ci', './scripts/filesystem-server ci', '. run', '. run'])
  t.equal(said.at(-1), 'launched --upstream files --no-inspector')
  t.match(said, ['Installing the packages of the gateway ...', 'Installing the file server ...'])
})

t.test('a fresh machine — MCP Inspector 2 is installed where it is wished for, and a wrong wish is one line', async t => {
  covers('launcher.inspector')
  const { calls, said } = await start(t, ['--inspector', 'both', '--language', 'en'])
  t.strictSame(calls, ['. ci', './scripts/inspector ci', './scripts/inspector-next ci', '. run', '. run'])
  t.equal(said.at(-1), 'launched --inspector both --language en')
  const wrong = startProgram('sh', ['scripts/launch-local-server.sh', '--inspector', '3'])
  t.strictSame([(await wrong.ended).code, wrong.lines], [2, ["--inspector: expected 1, 2 or both, not '3'; --help lists the options"]])
})

t.test('a fresh machine — without --upstream no file server is installed, with MCP Inspector that one is', async t => {
  covers('launcher.upstream-example')
  const { calls } = await start(t, [])
  t.strictSame(calls, ['. ci', './scripts/inspector ci', '. run', '. run'])
})

t.test('a fresh machine — a registry that cannot be reached is one line, and nothing is started', async t => {
  covers('launcher.upstream-example')
  const { code, said } = await start(t, ['--upstream=files'], 'case $PWD in *filesystem-server) echo "network is down" >&2; exit 1 ;; esac')
  t.equal(code, 1)
  const advice = 'It needs a network once; behind a proxy set HTTPS_PROXY.'
  t.strictSame(said.slice(-2), ['network is down', `Installing the file server failed: see the lines above. ${advice}`])
  t.notOk(said.some(line => line.startsWith('launched')))
})

t.test('a second start — nothing is built again until a source has changed', async t => {
  covers('launcher.second-start')
  const ports = await portsOfNobody()
  const startIn = (place: string) => startProgram('sh', [join(place, 'scripts/launch-local-server.sh')], {
    PATH: `${place}/bin:${dirname(process.execPath)}:/usr/bin:/bin`, ...ports
  }).ended
  const builds = (place: string) => readFileSync(join(place, 'calls'), 'utf8').split('\n').filter(call => call.startsWith('. run')).length
  const counts: number[] = []
  await start(t, [], 'exit 0', async place => {
    for (const file of ['dist/server.js', '.build/src/practice-as/practice-as.js', 'src/a.ts']) {
      mkdirSync(dirname(join(place, file)), { recursive: true })
      writeFileSync(join(place, file), '')
    }
    for (const change of [
      () => {}, () => {}, () => { writeFileSync(join(place, 'src/a.ts'), 'changed') }, () => { rmSync(join(place, 'dist/server.js')) }
    ]) {
      change()
      await startIn(place)
      counts.push(builds(place))
    }
  })
  t.strictSame(counts, [2, 2, 4, 6], 'the first start, no change, a source that changed, a program that is gone')
})
