// The log of the server at a terminal and in a pipe: words for people in the one, JSON in the other.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { freePorts, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const SERVER = join(process.cwd(), builtProgram('dist/server.js'))
const skip = spawnSync('script', ['--version']).status === 0 ? false : 'script of util-linux is not installed'

async function linesOf (command: string, args: readonly string[], more: Readonly<Record<string, string>>) {
  const [port = 0] = await freePorts(1)
  const program = startProgram(command, args, {
    GATEWAY_CONFIG: join(process.cwd(), 'config/local.json'), PORT: String(port), STORAGE_URL: 'sqlite::memory:', TZ: 'UTC', ...more
  })
  await program.line(/gateway ready/)
  program.signal('SIGTERM')
  await program.ended
  return [...program.lines]
}

t.test('log — at a terminal short lines, without colour where NO_COLOR says so; in a pipe JSON with everything', { skip }, async t => {
  covers('log.for-people')
  const inPipe = await linesOf(process.execPath, [SERVER], { FORCE_COLOR: '1' })
  const json = inPipe.map(line => JSON.parse(line) as { event?: string, limits?: object })
  t.ok(json.some(({ event, limits }) => event === 'configuration' && limits !== undefined))

  const at = ['--quiet', '--return', '--command', `exec ${process.execPath} ${SERVER}`, '/dev/null']
  const plain = await linesOf('script', at, { NO_COLOR: '1' })
  const configuration = plain.find(line => line.includes('configuration loaded')) ?? ''
  t.match(configuration, /^\d\d:\d\d:\d\d configuration loaded: \S+local\.json profile=local .*tools\.locale=ja/)
  t.ok(configuration.length < 700, configuration)
  t.notMatch(configuration, 'bodyBytes')
  t.notOk(plain.some(line => line.includes('\u001b') || line.includes('mcp-server-secret')))
  const coloured = await linesOf('script', at, { TERM: 'xterm' })
  t.ok(coloured.some(line => line.includes('\u001b[33mWARN\u001b[0m')))
})
