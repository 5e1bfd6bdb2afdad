// The audit log as evidence: who may call cannot push lines out of it cheaply, what is deleted is told, and nobody else reads its files.

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { linesOfFiles } from '../../src/audit/file-lines.ts'
import { verifyChain } from '../../src/audit/verify-chain.ts'
import { makePrivate } from '../../src/kernel/private-file.ts'
import { openSqliteConnection } from '../../src/storage/sqlite/connection.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call, message, post } from '../support/gateway.ts'

function folderOf (t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'audit-evidence-'))
  t.teardown(() => { rmSync(path, { recursive: true, force: true }) })
  return path
}

const element = (more: object) => ({ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY', ...more })

t.test('audit — a line has a bounded size, whatever the token holds', async t => {
  covers('operations.audit-bounded-lines')
  const file = join(folderOf(t), 'audit.log')
  const large = Array.from({ length: 256 }, (_, index) =>
    element({ ticketIds: [3, ...Array.from({ length: 100 }, (_, id) => 1000 + id + index)] }))
  const gateway = await buildGateway(t, {
    config: { audit: { file } },
    tokens: {
      large: activeToken({ authorization_details: large }),
      small: activeToken({ authorization_details: [element({}), element({ maxAmount: 20_000 })] }),
      named: activeToken({ sub: 's'.repeat(3000), client_id: 'c'.repeat(3000) })
    }
  })
  await call(gateway, { tool: 'reserve_ticket', token: 'large', args: { ticket_id: 3, seats: 1 } })
  await call(gateway, { tool: 'reserve_ticket', token: 'small', args: { ticket_id: 3, seats: 1 } })
  await call(gateway, { tool: 'list_tickets', token: 'named' })
  await post(gateway, message(
    'tools/call', { name: 'list_tickets', arguments: {}, _meta: { 'io.modelcontextprotocol/denial': 'x'.repeat(9000) } }
  ).body, { authorization: 'Bearer named' })
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  const each = collected(t)
  for (const line of lines) each.ok(line.length <= 6000, `${line.length}`)
  each.end()
  const parsed = lines.map(line => JSON.parse(line) as { event: string, call?: string, details?: unknown[], subject: string })
  t.match(parsed[0]?.details?.slice(-1), [{ more: 240, sha256: /^[\w-]{43}$/ }])
  t.match(parsed[0]?.details?.[5], { index: 5, bytes: Number, sha256: /^[\w-]{43}$/ })
  t.match(parsed[2]?.details, [{ index: 0, element: { maxAmount: 10_000 } }, { index: 1, element: { maxAmount: 20_000 } }],
    'whole where they are short')
  t.strictSame(parsed.slice(0, 4).map(({ event, details }) => [event, details !== undefined]),
    [['permitted', true], ['decision', false], ['permitted', true], ['decision', false]], 'once for each call')
  t.equal(parsed[0]?.call, parsed[1]?.call)
  t.match(parsed[4]?.subject, /^s{200}… sha256:[\w-]{43}$/)
})

t.test('audit — deleted files and heads of the chain are told, and measured', async t => {
  covers('operations.audit-deletion-told', 'operations.audit-chain')
  const folder = folderOf(t)
  const file = join(folder, 'audit.log')
  const gateway = await buildGateway(t,
    {
      config: {
        audit: { file, maxBytes: 4096, keepFiles: 2 },
        metrics: { enabled: true, host: '127.0.0.1', port: 0 },
        limits: { requestsPerMinutePerPerson: 0 }
      }
    })
  t.match(gateway.lines().find(({ event }) => event === 'audit-head'), { file, seq: 0 })
  for (let index = 0; index < 40; index += 1) await call(gateway, { tool: 'list_tickets' })
  const told = gateway.lines().filter(({ event }) => event === 'audit-file-deleted')
  t.match(told[0], { level: 40, file: `${file}.2`, first: 1, lines: Number })
  const last = told.at(-1) as unknown as { readonly last: number }
  const port = gateway.lines().find(({ event }) => event === 'metrics')?.['port']
  const metrics = await (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text()
  t.match(metrics, new RegExp(`^mcp_gateway_audit_deleted_lines_total ${last.last}$`, 'm'))
  t.match(metrics, /^mcp_gateway_audit_sequence 40$/m)
  t.match(gateway.lines().filter(({ event }) => event === 'audit-head').length, told.length + 3, 'with each new file')
  gateway.clock.advance(600_000)
  await call(gateway, { tool: 'list_tickets' })
  const head = gateway.lines().findLast(({ event }) => event === 'audit-head') as unknown as { readonly seq: number, readonly hash: string }
  const files = [`${file}.2`, `${file}.1`, file]
  t.match(verifyChain({ lines: () => linesOfFiles(files), keyed: [], heads: [head] }),
    { kind: 'unbroken', first: last.last + 1, head: { seq: 41, hash: head.hash } })
})

t.test('audit — a key that cannot be used is told at start', async t => {
  covers('operations.audit-chain')
  const folder = folderOf(t)
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, 'short')
  const start = (changes: object) => buildGateway(t, { config: { audit: { file: join(folder, 'audit.log'), ...changes } } })
  await t.rejects(start({ keyFile }), { code: 'GW_CONFIG_INVALID', detail: /^audit\.keyFile: expected at least 32 bytes/ })
  await t.rejects(start({ keyFile: join(folder, 'none') }), { code: 'GW_CONFIG_INVALID', detail: /ENOENT/ })
})

t.test('files — nobody else reads the audit log or the database, and no link is followed',
  { skip: process.platform === 'win32' }, async t => {
    covers('operations.private-files')
    const folder = folderOf(t)
    const modeOf = (path: string): number => statSync(path).mode & 0o777
    const [file, linked] = [join(folder, 'audit.log'), join(folder, 'linked.log')]
    writeFileSync(file, '')
    chmodSync(file, 0o666)
    const gateway = await buildGateway(t, { config: { audit: { file } } })
    await call(gateway, { tool: 'list_tickets' })
    t.equal(modeOf(file), 0o600, 'an existing file is narrowed')
    writeFileSync(join(folder, 'target'), 'before')
    symlinkSync(join(folder, 'target'), linked)
    await t.rejects(buildGateway(t, { config: { audit: { file: linked } } }), { code: 'GW_AUDIT_UNAVAILABLE' })
    t.equal(readFileSync(join(folder, 'target'), 'utf8'), 'before')
    makePrivate(join(folder, 'new', 'deep', 'file'))
    t.strictSame(['new', 'new/deep', 'new/deep/file'].map(name => modeOf(join(folder, name))), [0o700, 0o700, 0o600])

    const data = join(folder, 'data')
    mkdirSync(data)
    const umask = process.umask(0)
    t.teardown(() => { process.umask(umask) })
    for (const existing of [false, true]) {
      const path = join(data, `${String(existing)}.db`)
      if (existing) {
        writeFileSync(path, '')
        chmodSync(path, 0o644)
      }
      const connection = openSqliteConnection({ path })
      await connection.writeAheadLog()
      await connection.change('a table', () => { connection.execute('CREATE TABLE t (id INTEGER)') })
      t.strictSame(readdirSync(data).filter(name => name.startsWith(String(existing)))
        .map(name => [name.split('.db')[1], modeOf(join(data, name))]).toSorted(), [['', 0o600], ['-shm', 0o600], ['-wal', 0o600]])
      connection.close()
    }
  })
