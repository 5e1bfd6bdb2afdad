// A gateway of two workers that are killed one after the other while they pay: what was spent is in the storage, not in them.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { postgresLedger, sqliteLedger, type LedgerUnderTest } from '../contract/ledger-under-test.ts'
import { covers } from '../support/covers.ts'
import { startGatewayServer, startPeopleServer, type GatewayServer } from '../support/gateway-server.ts'
import { monthly, writePayments } from '../support/paying-gateway.ts'
import { startPaymentsServer } from '../support/payments-server.ts'
import { startPostgresServer, whyNoPostgres } from '../support/postgres-server.ts'
import { pidsOf } from '../support/worker-processes.ts'

const TRANSFER = { amount: 10, currency: 'JPY', to: 'acct-7' }
const TOTAL = 1_000
const CLIENTS = 8
const KILLED = [1, 2, 1, 2] as const
/** Of a client: a call ends long before, and one that nobody answers is not waited for. */
const PATIENCE_MS = 30_000

/** A connection for each call, so that both workers get some. @returns the status, or what a client of a killed worker sees */
async function pay (gateway: GatewayServer): Promise<number | 'lost' | 'waits'> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<'waits'>(resolve => { timer = setTimeout(resolve, PATIENCE_MS, 'waits') })
  const call = gateway.call('pay_transfer', TRANSFER, { headers: { connection: 'close' } })
  const seen = await Promise.race([call.then(({ status }) => status, () => 'lost' as const), patience])
  clearTimeout(timer)
  return seen
}

interface Storage {
  readonly url: string
  readonly open: () => Promise<LedgerUnderTest>
}

async function killWorkersThatPay (t: Test, { url, open }: Storage): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'totals-workers-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const [people, server] = await Promise.all([startPeopleServer(t), startPaymentsServer(t)])
  people.details = [monthly(TOTAL)]
  const gateway = await startGatewayServer(t, people, {
    workers: 2, upstreams: [writePayments(folder, server.url)], storage: { url }, tools: { builtIn: [] }
  })
  const seen: unknown[] = []
  for (const [turn, worker] of [...KILLED, undefined].entries()) {
    await gateway.logs('worker-ready', 2 + turn)
    const killAt = worker === undefined ? Infinity : server.calls() + 12
    const turnOver = { yet: false }
    server.before = async () => {
      if (server.calls() < killAt || turnOver.yet) return
      turnOver.yet = true
      process.kill(pidsOf(gateway).get(worker ?? 0) ?? 0, 'SIGKILL')
    }
    await Promise.all(Array.from({ length: CLIENTS }, async () => {
      while (!turnOver.yet) {
        const answer = await pay(gateway)
        seen.push(answer)
        if (answer === 403) turnOver.yet = true
      }
    }))
  }
  gateway.program.signal('SIGTERM')
  t.strictSame(await gateway.program.ended, { code: 0, signal: null })
  const { ledger, audit } = await open()
  await ledger.expire(epochMilliseconds(4_000_000_000_000))
  const holds = await ledger.list({ limit: 500 })
  const counted = holds.filter(({ state }) => state !== 'released').length * TRANSFER.amount
  const paid = server.book.reduce((sum, { amount }) => sum + amount, 0)
  const unknown = holds.filter(({ state }) => state === 'unknown').length
  t.strictSame(await audit(), [], 'the books agree')
  t.equal(counted, TOTAL, 'used up, and no more')
  t.ok(paid <= counted && counted - paid <= unknown * TRANSFER.amount, `${paid} paid, ${counted} counted, ${unknown} unknown`)
  t.ok(unknown <= KILLED.length * CLIENTS, `${unknown} calls wait for the operator: at most those under way at each kill`)
  t.ok(holds.every(({ state }) => state !== 'held'), 'no hold is left open')
  t.strictSame([...new Set(seen)].filter(answer => answer !== 200 && answer !== 403 && answer !== 'lost'), [], 'nobody waits without end')
}

t.test('SQLite — SIGKILL of single workers while they pay: no total exceeded, every hold resolved or listed (case 79)', async t => {
  covers('ledger.crash-loses-nothing', 'ledger.total-across-processes', 'workers.lost-connection-closed')
  const folder = mkdtempSync(join(tmpdir(), 'totals-workers-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const path = join(folder, 'gateway.db')
  await killWorkersThatPay(t, { url: `sqlite:${path}`, open: () => sqliteLedger(t, path) })
})

t.test('PostgreSQL — the same', { skip: whyNoPostgres() }, async t => {
  covers('ledger.crash-loses-nothing', 'ledger.total-across-processes')
  const postgres = await startPostgresServer(t)
  const url = await postgres.createDatabase()
  await killWorkersThatPay(t, { url, open: () => postgresLedger(t, postgres, url) })
})
