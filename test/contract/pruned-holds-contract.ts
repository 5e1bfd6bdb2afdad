// What every ledger of holds deletes when it is told to, and what it keeps whatever it is told.

import type { Test } from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import type { Settlement } from '../../src/ledger/hold.ts'
import type { HoldLedger } from '../../src/ledger/hold-ledger.ts'
import { covers } from '../support/covers.ts'
import { AT, CALL_MS, charge, element, held, hold, inga, kenji, type LedgerUnderTest, type OpenUnderTest } from './ledger-under-test.ts'

const LATER = epochMilliseconds(AT + 1)
const OVER = epochMilliseconds(AT + CALL_MS)
const MUCH_LATER = epochMilliseconds(AT + 1_000 * CALL_MS)
const spentBy = { person: inga, clientId: 'agent' }
const BUDGET = [{ counterKey: 'budget', unit: 'JPY' }, { counterKey: 'calls', unit: '' }]
const count = charge(100, 1, { member: 'maxCalls', counterKey: 'calls', unit: '', adjustable: false })
const alternatives = [element(0, charge(30_000, 1_000), count)]

const statesOf = async (ledger: HoldLedger) => (await ledger.list({ limit: 500 })).map(({ state }) => state)

export function prunedHoldsContract (t: Test, open: OpenUnderTest): void {
  t.test('old calls — are deleted when their outcome is known, and no total changes', async t => {
    covers('ledger.old-calls-deleted', 'ledger.total-across-calls')
    const { ledger, audit, restart } = await open(t)
    const settle = async (settlement: Settlement) => ledger.settle(await held(ledger, { alternatives }), settlement, LATER)
    for (const charged of [undefined, 0, 400]) await settle({ kind: 'executed', charged })
    await settle({ kind: 'not-executed' })
    await settle({ kind: 'unknown' })
    const resolved = await held(ledger, { alternatives })
    await ledger.settle(resolved, { kind: 'unknown' }, LATER)
    await ledger.resolve(resolved, { kind: 'settle', charged: 1_300 }, OVER)
    await held(ledger, { alternatives })
    await ledger.settle(await held(ledger, { alternatives, tool: 'refund' }), { kind: 'overcharged', charged: 5_000 }, LATER)
    const spent = await ledger.spent(spentBy, BUDGET)
    t.equal(await ledger.prune(LATER, 100), 0, 'not before that moment')
    t.equal(await ledger.prune(epochMilliseconds(-1), 100), 0, 'a clock before 1970')
    t.equal(await ledger.prune(epochMilliseconds(LATER + 1), 3), 3, 'no more than was said')
    t.equal(await ledger.prune(epochMilliseconds(LATER + 1), 100), 1)
    t.strictSame(await statesOf(ledger), ['unknown', 'settled', 'held', 'overcharged'])
    t.equal(await ledger.prune(MUCH_LATER, 100), 1, 'since the operator resolved it, and not since it was held')
    t.equal(await ledger.prune(MUCH_LATER, 100), 0, 'a call that runs, or waits for the operator, stays however old it is')
    t.strictSame(await statesOf(ledger), ['unknown', 'held', 'overcharged'])
    t.strictSame(await hold(ledger, { alternatives, tool: 'refund' }), { ok: false, error: { kind: 'tool-suspended' } })
    t.strictSame(await ledger.spent(spentBy, BUDGET), spent)
    t.strictSame(await audit(), [])
    const again = await restart()
    t.strictSame(await again.ledger.spent(spentBy, BUDGET), spent)
  })

  t.test('a total without end — is still used up when its calls are deleted', async t => {
    covers('ledger.old-calls-deleted', 'ledger.total-across-calls')
    const { ledger, audit } = await open(t)
    const all = [element(0, charge(1_000, 1_000))]
    await ledger.settle(await held(ledger, { alternatives: all }), { kind: 'executed' }, LATER)
    t.equal(await ledger.prune(MUCH_LATER, 10), 1)
    t.match(await hold(ledger, { alternatives: [element(0, charge(1_000, 1))], at: MUCH_LATER }), { ok: false, error: { remaining: 0 } })
    t.ok((await hold(ledger, { alternatives: [element(0, charge(1_001, 1))], at: MUCH_LATER })).ok, 'a higher total, less what was spent')
    t.strictSame(await audit(), [])
  })

  t.test('an idempotency key whose call was deleted — is a new one: held, debited and sent, with other arguments too', async t => {
    covers('ledger.old-calls-deleted', 'ledger.idempotency-key')
    const { ledger, audit } = await open(t)
    const wish = (argumentsHash: string) => ({ alternatives, idempotency: { key: 'k-1', argumentsHash } })
    const first = await held(ledger, wish('a'))
    await ledger.settle(first, { kind: 'executed', result: '{"content":[]}' }, LATER)
    t.match(await hold(ledger, wish('a')), { ok: true, value: { kind: 'repeated', id: first } })
    t.equal(await ledger.prune(OVER, 10), 1)
    const made = await hold(ledger, { ...wish('b'), at: OVER })
    t.match(made, { ok: true, value: { kind: 'held', again: false, attempt: 1, spent: [1_000, 1] } })
    const second = made.ok && made.value.kind === 'held' ? made.value.id : first
    t.ok(second > first, 'the number of a call is never used again')
    t.equal(await ledger.settle(first, { kind: 'not-executed' }, OVER), undefined, 'nothing is given back for the first one')
    t.strictSame(await hold(ledger, { ...wish('a'), at: OVER }), { ok: false, error: { kind: 'idempotency-key-reused' } })
    t.strictSame(await ledger.spent(spentBy, BUDGET), [2_000, 2])
    t.strictSame(await audit(), [])
  })
}

/** Where two ledgers share a database: both delete, while calls are held and settled. */
export function prunedTogetherContract (t: Test, openTwo: (t: Test) => Promise<readonly [LedgerUnderTest, LedgerUnderTest]>): void {
  t.test('two gateways that delete at once, beside calls — each call is deleted once, and the books agree', async t => {
    covers('ledger.old-calls-deleted', 'ledger.total-across-processes')
    const [one, other] = await openTwo(t)
    const ledgers = [one.ledger, other.ledger]
    const persons = [inga, kenji]
    for (let call = 0; call < 120; call++) {
      const id = await held(one.ledger, { alternatives, person: persons[call % 2] ?? inga, clientId: `agent-${call % 6}` })
      await one.ledger.settle(id, { kind: 'executed', charged: call }, LATER)
    }
    const spent = async () => Promise.all([0, 1, 2, 3, 4, 5].flatMap(agent => persons.map(person =>
      one.ledger.spent({ person, clientId: `agent-${agent}` }, BUDGET))))
    const before = await spent()
    const deleted = { count: 0 }
    const prune = async (ledger: HoldLedger) => {
      while ((await one.ledger.list({ limit: 500 })).some(({ settledAt = OVER }) => settledAt < OVER)) {
        const count = await ledger.prune(OVER, 7)
        deleted.count += count
      }
    }
    const calls = ledgers.map(async (ledger, index) => {
      for (let call = 0; call < 20; call++) {
        const id = await held(ledger, { alternatives, person: persons[index] ?? inga, clientId: `agent-${call % 6}`, at: OVER })
        await ledger.settle(id, { kind: 'not-executed' }, OVER)
      }
    })
    await Promise.all([...ledgers.map(prune), ...calls])
    t.equal(deleted.count, 120)
    t.equal((await one.ledger.list({ limit: 500 })).length, 40)
    t.strictSame(await spent(), before)
    t.strictSame(await one.audit(), [])
  })
}
