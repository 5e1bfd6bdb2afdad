// The contract of the ledger on SQLite, and what becomes of its tables beside those of the example service.

import { join } from 'node:path'
import t, { type Test } from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { openSqliteConnection } from '../../src/storage/sqlite/connection.ts'
import { createSqliteLedger, openLedgerDatabase, openSqliteLedger } from '../../src/storage/sqlite/sqlite-ledger.ts'
import { HOLDS } from '../../src/storage/sqlite/migrations/holds.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import { covers } from '../support/covers.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { ledgerContract } from './ledger-contract.ts'
import { ledgerModel } from './ledger-model.ts'
import { prunedHoldsContract, prunedTogetherContract } from './pruned-holds-contract.ts'
import { AT, charge, element, held, sqliteLedger } from './ledger-under-test.ts'

let files = 0
const fresh = (t: Test): string => join(t.testdir(), `ledger-${++files}.db`)
const folder = t.testdir()
const open = (t: Test) => sqliteLedger(t, join(folder, `ledger-${++files}.db`))

ledgerContract(t, open)
ledgerModel(t, open, 60)
prunedHoldsContract(t, open)
prunedTogetherContract(t, async t => {
  const path = fresh(t)
  return [await sqliteLedger(t, path), await sqliteLedger(t, path)]
})

t.test('one file — holds the ledger and the tickets, whichever was first', async t => {
  covers('ledger.storage')
  const clock = createManualClock()
  for (const ledgerFirst of [true, false]) {
    const path = fresh(t)
    const openStore = async () => (await openTicketStore({ url: `sqlite:${path}`, clock })).close()
    const openBooks = async () => (await openSqliteLedger({ path })).close()
    for (const opens of ledgerFirst ? [openBooks, openStore] : [openStore, openBooks]) await opens()
    await openSqliteLedger({ path, create: false }).then(ledger => ledger.close())
  }
  t.pass()
})

t.test('a database that is missing, foreign or newer — is refused and not changed', async t => {
  covers('ledger.storage')
  await t.rejects(openSqliteLedger({ path: fresh(t), create: false }), { code: 'GW_CONFIG_INVALID' })
  const foreign = fresh(t)
  const connection = openSqliteConnection({ path: foreign })
  connection.execute('CREATE TABLE theirs (id INTEGER)')
  await t.rejects(openSqliteLedger({ path: foreign }), { code: 'GW_STORAGE_SCHEMA_INCOMPATIBLE' })
  t.strictSame(connection.prepare('SELECT name FROM sqlite_schema').all(), [['theirs']])
  connection.close()
  const newer = fresh(t)
  await (await openSqliteLedger({ path: newer })).close()
  const changed = openSqliteConnection({ path: newer })
  changed.execute('UPDATE ledger_schema SET version = 99')
  changed.close()
  await t.rejects(openSqliteLedger({ path: newer }), { code: 'GW_STORAGE_SCHEMA_INCOMPATIBLE', detail: /schema 99/ })
})

t.test('a database of the first version — is brought up to date, and a call that ran there is in doubt', async t => {
  covers('ledger.storage', 'ledger.idempotency-key')
  const path = fresh(t)
  const first = openSqliteConnection({ path })
  first.execute(`
    ${HOLDS} CREATE TABLE ledger_schema (version INTEGER NOT NULL) STRICT; INSERT INTO ledger_schema (version) VALUES (1);
    PRAGMA application_id = ${0x4757544b};
    INSERT INTO ledger_owners (issuer, subject, client_id) VALUES ('https://as.example', '1004', 'agent');
    INSERT INTO ledger_counters (owner_id, counter_key, unit, spent) VALUES (1, 'budget', 'JPY', 100);
    INSERT INTO ledger_holds (owner_id, upstream, tool, state, held_at, expires_at, idempotency_key, arguments_hash)
      VALUES (1, 'payments', 'transfer', 'held', 1, 2, 'k-1', 'a');
    INSERT INTO ledger_charges (hold_id, counter_id, member, amount, adjustable) VALUES (1, 1, 'maxTotalAmount', 100, 1);`)
  first.close()
  const { ledger, audit } = await sqliteLedger(t, path)
  t.equal(await ledger.settle(1, { kind: 'not-executed' }, AT), 'unknown')
  t.match(await ledger.resolve(1, { kind: 'release' }, AT), { ok: true })
  t.strictSame(await audit(), [])
})

t.test('holds and settlements — no statement reads every hold there is', async t => {
  covers('ledger.storage')
  const database = await openLedgerDatabase({ path: fresh(t) })
  const statements = new Set<string>()
  const prepare = (sql: string) => {
    statements.add(sql)
    return database.prepare(sql)
  }
  const ledger = createSqliteLedger({ ...database, prepare })
  const wish = { alternatives: [element(0, charge(1000, 10))], idempotency: { key: 'wish', argumentsHash: 'hash' } }
  await ledger.settle(await held(ledger, wish), { kind: 'not-executed' }, AT)
  await ledger.settle(await held(ledger, wish), { kind: 'executed', charged: 5, result: '{}' }, AT)
  await ledger.expire(AT)
  await ledger.forgetResults(AT)
  t.equal(await ledger.prune(epochMilliseconds(AT + 1), 10), 1)
  // The plan of an INSERT names the checks of foreign keys that only another key of the parent would need.
  const searching = [...statements].filter(sql => !/^\s*INSERT/.test(sql))
  const scans = searching.flatMap(sql => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(row => String(row[3])))
    .filter(step => /^SCAN (?:ledger_|h$)/.test(step))
  t.strictSame(scans, [])
  t.ok(searching.length > 8, 'the statements of a call were seen')
  await ledger.close()
})
