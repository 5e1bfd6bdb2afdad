// Is a new database announced, and does a mistyped address not begin an empty one?

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { configOf, startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'
import { startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const people = await startPeopleServer(t)

t.test('start — a new database is one line, an old one and one in memory none', async t => {
  covers('storage.created-is-said')
  const url = `sqlite:${join(t.testdir(), 'tickets.db')}`
  const created = async (storage: string) => {
    const server = await startGatewayServer(t, people, { storage: { url: storage } })
    const lines = server.logged('storage-created')
    server.program.signal('SIGTERM')
    await server.program.ended
    return lines
  }
  t.match(await created(url), [{ level: 40, storage: url }])
  t.strictSame([await created(url), await created('sqlite::memory:')], [[], []])
})

t.test('start — a folder that does not exist, or storage.create false, is one line and status 1', async t => {
  covers('storage.created-is-said')
  const folder = t.testdir()
  const file = join(folder, 'gateway.json')
  const mistyped = join(folder, 'nowhere', 'tickets.db')
  const cases = [
    [{ url: `sqlite:${mistyped}` }, /^GW_CONFIG_INVALID: storage\.url: there is no folder [^\n]*nowhere: create it, or correct the path$/],
    [{ url: `sqlite:${join(folder, 'tickets.db')}`, create: false }, /^GW_CONFIG_INVALID: storage\.url names no database of the gateway, and storage\.create is false: [^\n]*$/]
  ] as const
  for (const [storage, line] of cases) {
    writeFileSync(file, JSON.stringify(configOf(people, { storage })))
    const program = startProgram(process.execPath, [builtProgram('dist/server.js')], { GATEWAY_CONFIG: file })
    t.match([await program.ended, program.stderr()], [{ code: 1 }, line])
  }
  t.notOk(existsSync(join(folder, 'nowhere')))
})
