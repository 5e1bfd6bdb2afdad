// The contract of the ledger on PostgreSQL, and two gateways that share it.

import t, { type Test } from 'tap'
import { openPostgresLedger } from '../../src/storage/postgres/postgres-ledger.ts'
import { covers } from '../support/covers.ts'
import { startPostgresServer, whyNoPostgres, type PostgresServer } from '../support/postgres-server.ts'
import { ledgerContract } from './ledger-contract.ts'
import { ledgerModel } from './ledger-model.ts'
import { prunedHoldsContract, prunedTogetherContract } from './pruned-holds-contract.ts'
import { charge, element, hold, inga, postgresLedger } from './ledger-under-test.ts'

const skip = whyNoPostgres()

t.test('PostgreSQL', { skip }, async t => {
  const server: PostgresServer = await startPostgresServer(t)
  const open = async (t: Test) => postgresLedger(t, server, await server.createDatabase())

  ledgerContract(t, open)
  ledgerModel(t, open, 15)
  prunedHoldsContract(t, open)
  prunedTogetherContract(t, async t => {
    const url = await server.createDatabase()
    return Promise.all([postgresLedger(t, server, url), postgresLedger(t, server, url)])
  })

  t.test('two gateways — start together, and never exceed a total together', async t => {
    covers('ledger.total-across-processes', 'ledger.storage')
    const url = await server.createDatabase()
    const [one, other] = await Promise.all([postgresLedger(t, server, url), postgresLedger(t, server, url)])
    const calls = await Promise.all(Array.from({ length: 200 }, (_, call) => {
      const { ledger } = call % 2 === 0 ? one : other
      return hold(ledger, { alternatives: [element(0, charge(30_000, 10_000)), element(1, charge(10_000, 10_000, { counterKey: 'b' }))] })
    }))
    t.equal(calls.filter(({ ok }) => ok).length, 4)
    const counters = [{ counterKey: 'budget', unit: 'JPY' }, { counterKey: 'b', unit: 'JPY' }]
    t.strictSame(await one.ledger.spent({ person: inga, clientId: 'agent' }, counters), [30_000, 10_000])
    t.strictSame(await one.audit(), [])
  })

  t.test('a database without our tables — is refused where it must exist', async t => {
    covers('ledger.storage')
    await t.rejects(openPostgresLedger({ url: await server.createDatabase(), create: false }), { code: 'GW_CONFIG_INVALID' })
  })
})
