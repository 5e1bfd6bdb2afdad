// A real gateway with a ledger of years: it serves at once, deletes what is old beside the payments, and keeps what waits for the operator.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { charge, element, held, postgresLedger, sqliteLedger, type LedgerUnderTest } from '../contract/ledger-under-test.ts'
import { covers } from '../support/covers.ts'
import { startGatewayServer, startPeopleServer } from '../support/gateway-server.ts'
import { monthly, writePayments } from '../support/paying-gateway.ts'
import { startPaymentsServer } from '../support/payments-server.ts'
import { startPostgresServer, whyNoPostgres } from '../support/postgres-server.ts'
import { builtProgram } from '../support/program.ts'

const DAY_MS = 86_400_000
const OLD = 450
const TRANSFER = { amount: 10, currency: 'JPY', to: 'acct-7' }

async function fill ({ ledger }: LedgerUnderTest): Promise<void> {
  const daysAgo = (days: number) => epochMilliseconds(Date.now() - days * DAY_MS)
  const made = async (days: number, key: string) => held(ledger, {
    alternatives: [element(0, charge(10_000, 10))], at: daysAgo(days), idempotency: { key, argumentsHash: 'a' }
  })
  for (let call = 0; call < OLD; call++) {
    await ledger.settle(await made(31 + call, `old-${call}`), { kind: call % 9 === 0 ? 'not-executed' : 'executed' }, daysAgo(31 + call))
  }
  await ledger.settle(await made(400, 'unknown'), { kind: 'unknown' }, daysAgo(400))
  await ledger.settle(await made(400, 'younger'), { kind: 'executed' }, daysAgo(29))
}

async function serveWithBacklog (t: Test, url: string, open: () => Promise<LedgerUnderTest>): Promise<void> {
  const before = await open()
  await fill(before)
  const owner = { person: { issuer: 'https://as.example', subject: '1004' }, clientId: 'agent' }
  const total = () => before.ledger.spent(owner, [{ counterKey: 'budget', unit: 'JPY' }])
  const spent = await total()
  const folder = mkdtempSync(join(tmpdir(), 'old-calls-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const [people, server] = await Promise.all([startPeopleServer(t), startPaymentsServer(t)])
  people.details = [monthly(1_000)]
  const audit = { file: join(folder, 'audit.log') }
  const gateway = await startGatewayServer(t, people, {
    upstreams: [writePayments(folder, server.url)], storage: { url, ledgerRetentionDays: 30 }, tools: { builtIn: [] }, audit
  })
  t.equal((await gateway.call('pay_transfer', TRANSFER)).status, 200)
  t.match(await gateway.logs('ledger-pruned'), { level: 30, holds: OLD })
  const left = (await before.ledger.list({ limit: 500 })).map(({ state, idempotencyKey }) => [state, idempotencyKey])
  t.strictSame(left.slice(0, 2), [['unknown', 'unknown'], ['settled', 'younger']])
  t.equal(left.length, 3, 'and the payment')
  t.strictSame(await total(), spent)
  t.strictSame(await before.audit(), [])
  gateway.program.signal('SIGTERM')
  t.strictSame(await gateway.program.ended, { code: 0, signal: null })
  t.equal(spawnSync(process.execPath, [builtProgram('dist/cli.js'), 'audit', 'verify', audit.file]).status, 0)
}

t.test('SQLite — calls older than storage.ledgerRetentionDays are deleted; totals and the audit log stay', async t => {
  covers('ledger.old-calls-deleted')
  const path = join(mkdtempSync(join(tmpdir(), 'old-calls-')), 'gateway.db')
  t.teardown(() => { rmSync(join(path, '..'), { recursive: true, force: true }) })
  await serveWithBacklog(t, `sqlite:${path}`, () => sqliteLedger(t, path))
})

t.test('PostgreSQL — the same', { skip: whyNoPostgres() }, async t => {
  covers('ledger.old-calls-deleted')
  const postgres = await startPostgresServer(t)
  const url = await postgres.createDatabase()
  await serveWithBacklog(t, url, () => postgresLedger(t, postgres, url))
})
