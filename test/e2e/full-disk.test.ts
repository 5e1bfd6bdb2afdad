// Does a gateway whose SQLite file cannot grow say that it is not ready?

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'

/** A limit of the size of its files stands for the end of the disk: SQLite meets an error of the file system when it writes. */
function limitFiles (pid: number, bytes: string): void {
  const { status, stderr } = spawnSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:unlimited`], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`prlimit: ${stderr}`)
}

const skip = spawnSync('prlimit', ['--version']).status !== 0 && 'there is no prlimit here'

t.test('a disk that takes no writes — reservations 503, /ready red, reads go on; green again with room', { skip }, async t => {
  covers('storage.full-disk-not-ready', 'tickets.storage-failure-changes-nothing')
  const people = await startPeopleServer(t)
  const server = await startGatewayServer(t, people, { storage: { url: `sqlite:${join(t.testdir(), 'tickets.db')}` } })
  const reserve = async () => (await server.call('reserve_ticket', { ticket_id: 1, seats: 1 })).status
  t.strictSame([await reserve(), await server.status('/ready')], [200, 200])
  limitFiles(server.program.pid, '1')
  t.equal(await server.status('/ready'), 200, 'as far as is known')
  t.strictSame([await reserve(), await server.status('/ready'), (await server.call('list_tickets', {})).status], [503, 503, 200])
  t.match(await server.logs('not-ready'), { check: 'storage', detail: /^writing to the disk: SQLITE_/ })
  limitFiles(server.program.pid, 'unlimited')
  t.equal(await server.status('/ready'), 200)
  t.equal(await reserve(), 200)
})
