// What several workers write: one log, metrics of all of them at one address, an audit log each.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { callTool, configOf } from '../support/gateway-server.ts'
import { builtProgram } from '../support/program.ts'
import { callAtOnce, pathFor, people, pidsOf, startWorkers, statusesOf } from '../support/worker-processes.ts'

/** What comes out of a pipe, read in small pieces when it is asked for, until all who write have closed it. */
function openPipe (t: Test): { readonly writeEnd: number, readonly read: (until?: RegExp) => Promise<string> } {
  const path = pathFor(t, 'pipe')
  spawnSync('mkfifo', [path])
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  t.teardown(() => { closeSync(readEnd) })
  const piece = Buffer.alloc(3_000)
  let text = ''
  return {
    writeEnd: openSync(path, 'w'),
    async read (until) {
      let atEnd = false
      await eventually(`a line like ${String(until)}`, () => {
        try {
          const length = readSync(readEnd, piece)
          text += piece.toString('latin1', 0, length)
          atEnd = length === 0
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
        }
        return atEnd || until?.test(text) === true
      }, 60_000)
      return text
    }
  }
}

t.test('log — lines stay whole while nobody reads for a time, and then slowly', async t => {
  covers('workers.lines-stay-whole')
  const file = pathFor(t, 'gateway.json')
  writeFileSync(file, JSON.stringify(configOf(people, { workers: 2, storage: { url: `sqlite:${pathFor(t, 'tickets.db')}` } })))
  const { writeEnd, read } = openPipe(t)
  const child = spawn(process.execPath, [builtProgram('dist/server.js')],
    { env: { PATH: process.env['PATH'], GATEWAY_CONFIG: file }, stdio: ['ignore', writeEnd, 'inherit'] })
  closeSync(writeEnd)
  t.teardown(() => { child.kill('SIGKILL') })
  const ended = once(child, 'exit')
  const origin = /"address":"([^"]+)"/.exec(await read(/"event":"listening"[^\n]*\n/))?.[1] ?? ''
  const calls = 1_500
  for (let left = calls; left > 0; left -= 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => callTool(origin, 'list_tickets', {})))
    if (answers.some(({ status }) => status !== 200)) t.fail('a call was refused')
  }
  child.kill('SIGTERM')
  const lines = (await read()).trimEnd().split('\n').map(line => JSON.parse(line) as JsonObject)
  t.strictSame(await ended, [0, null])
  const decisions = lines.filter(({ event }) => event === 'decision')
  t.strictSame([decisions.length, new Set(decisions.map(({ worker }) => worker)).size], [calls, 2])
})

t.test('metrics — one address tells the numbers of all workers, each with its label', async t => {
  covers('workers.metrics-of-all')
  const server = await startWorkers(t, { metrics: { enabled: true, host: '127.0.0.1', port: 0 } })
  t.strictSame(statusesOf(await callAtOnce(server, 20)), [200])
  const [{ port } = {}] = server.logged('metrics')
  const scrape = async () => {
    const response = await fetch(`http://127.0.0.1:${Number(port)}/metrics`, { headers: { connection: 'close' } })
    t.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
    return response.text()
  }
  const text = await scrape()
  const permitted = [...text.matchAll(/^mcp_gateway_decisions_total\{granted="true",.*worker="(\d)"\} (\d+)$/gm)]
  t.strictSame(permitted.map(([, worker]) => worker).sort(), ['1', '2'])
  t.equal(permitted.reduce((sum, [,, count]) => sum + Number(count), 0), 20)
  t.match(text, /^mcp_gateway_revocation_bound_seconds\{worker="1"\} 30$/m)
  const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
  t.equal(new Set(families).size, families.length, 'each metric is described once')
  t.strictSame(text.split('\n').filter(line => line !== '' && !line.startsWith('#') && !/worker="(?:[12]|primary)"/.test(line)), [], 'every number says whose it is')
  t.equal(server.logged('metrics').length, 1)
  t.match(text, /^mcp_gateway_worker_restarts_total\{worker="primary"\} 0$/m)
  t.match(text, /^mcp_gateway_config_last_reload_successful\{worker="primary"\} 1$/m)

  // one that stands still holds up nobody for long
  const one = pidsOf(server).get(1) ?? 0
  process.kill(one, 'SIGSTOP')
  t.notMatch(await scrape(), /worker="1"/)
  process.kill(one, 'SIGCONT')
  await eventually('it is back', async () => (await scrape()).includes('worker="1"'))
})

t.test('audit — each worker has a file of its own, complete, and its successor goes on with it', async t => {
  covers('workers.audit-file-each')
  const file = pathFor(t, 'audit.log')
  const server = await startWorkers(t, { audit: { file } })
  const entries = (worker: number) => readFileSync(`${file}.worker-${worker}`, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as JsonObject)
  const reserve = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => server.call('reserve_ticket', { ticket_id: 1, seats: 1, idempotency_key: `audit-${index}` }, { headers: { connection: 'close' } })))
  t.strictSame(statusesOf(await reserve(12)), [200])
  const [first, second] = [entries(1), entries(2)]
  t.ok(first.length > 0 && second.length > 0)
  t.equal(first.length + second.length, 24, 'a line before each call and one after it')
  process.kill(pidsOf(server).get(1) ?? 0, 'SIGKILL')
  await server.logs('worker-ready', 3)
  t.strictSame(statusesOf(await reserve(12)), [200])
  t.ok(entries(1).length > first.length)
  t.equal(entries(1).length + entries(2).length, 48)
  t.notOk(existsSync(file))
})
