// What every ledger of holds does: totals, outcomes, idempotency keys, and what an operator resolves.

import type { Test } from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { covers } from '../support/covers.ts'
import { repeatedHoldsContract } from './repeated-holds-contract.ts'
import { AT, CALL_MS, charge, element, held, hold, inga, kenji, type OpenUnderTest } from './ledger-under-test.ts'

const LATER = epochMilliseconds(AT + 1)
const OVER = epochMilliseconds(AT + CALL_MS)
const spentBy = { person: inga, clientId: 'agent' }
const BUDGET = [{ counterKey: 'budget', unit: 'JPY' }]

export function ledgerContract (t: Test, open: OpenUnderTest): void {
  repeatedHoldsContract(t, open)

  t.test('a total — holds and settled calls together never exceed it; the refusal says what remains and until when', async t => {
    covers('ledger.total-across-calls', 'ledger.refusal-says-what-remains')
    const { ledger, audit } = await open(t)
    const endsAt = epochMilliseconds(AT + 1_000_000)
    const alternatives = [element(0, charge(30_000, 10_000, { endsAt }))]
    for (let call = 0; call < 3; call++) await ledger.settle(await held(ledger, { alternatives }), { kind: 'executed' }, LATER)
    t.strictSame(await hold(ledger, { alternatives: [element(0, charge(30_000, 1, { endsAt }))] }), {
      ok: false, error: { kind: 'total-exceeded', member: 'maxTotalAmount', unit: 'JPY', amount: 1, remaining: 0, endsAt }
    })
    t.ok((await hold(ledger, { alternatives: [element(0, charge(30_000, 0))] })).ok, 'what costs nothing is allowed')
    t.ok((await hold(ledger, { alternatives: [element(0, charge(31_000, 1_000))] })).ok, 'a total that was raised keeps what was spent')
    t.ok((await hold(ledger, { alternatives: [element(0, charge(30_000, 1, { counterKey: 'next month' }))] })).ok)
    t.strictSame(await audit(), [])
  })

  t.test('a total — belongs to a person, a client and a currency', async t => {
    covers('ledger.budget-of-person-and-client')
    const { ledger } = await open(t)
    const alternatives = [element(0, charge(1, 1))]
    await held(ledger, { alternatives })
    t.notOk((await hold(ledger, { alternatives })).ok)
    t.ok((await hold(ledger, { alternatives, person: kenji })).ok)
    t.ok((await hold(ledger, { alternatives, person: { ...inga, issuer: 'https://other.example' } })).ok)
    t.ok((await hold(ledger, { alternatives, person: { ...inga, kind: 'client' } })).ok)
    t.ok((await hold(ledger, { alternatives, clientId: 'other' })).ok)
    t.ok((await hold(ledger, { alternatives, clientId: undefined })).ok)
    t.ok((await hold(ledger, { alternatives: [element(0, charge(1, 1, { unit: 'EUR' }))] })).ok)
  })

  t.test('alternatives — the first whose totals all fit is debited, and two are never merged', async t => {
    covers('ledger.total-across-calls')
    const { ledger, audit } = await open(t)
    const calls = (limit: number) => charge(limit, 1, { member: 'maxCalls', counterKey: 'calls', unit: '', adjustable: false })
    const alternatives = [element(1, charge(5_000, 4_000), calls(10)), element(4, charge(9_000, 4_000, { counterKey: 'second' }), calls(2))]
    const used: unknown[] = []
    for (let call = 0; call < 3; call++) {
      const made = await hold(ledger, { alternatives })
      used.push(made.ok && made.value.kind === 'held' ? made.value.elementIndex : !made.ok && made.error)
    }
    t.strictSame(used, [1, 4, { kind: 'total-exceeded', member: 'maxTotalAmount', unit: 'JPY', amount: 4_000, remaining: 1_000 }])
    t.notOk((await hold(ledger, { alternatives: [] })).ok, 'a permit without an alternative allows nothing')
    t.strictSame(await audit(), [])
  })

  t.test('a hold — says what was debited of each total before it, of the alternative that it debits', async t => {
    covers('console.totals', 'ledger.total-across-calls')
    const { ledger } = await open(t)
    const count = charge(10, 1, { member: 'maxCalls', counterKey: 'calls', unit: '', adjustable: false })
    const found: unknown[] = []
    const before = async (wish: Parameters<typeof hold>[1]) => {
      const made = await hold(ledger, wish)
      if (!made.ok || made.value.kind !== 'held') throw new Error('no hold')
      found.push([made.value.elementIndex, made.value.spent])
      return made.value.id
    }
    const both = { alternatives: [element(2, charge(1_000, 600), count), element(7, count, charge(900, 600, { counterKey: 'other' }))] }
    await before(both)
    const corrected = await before(both)
    await ledger.settle(corrected, { kind: 'executed', charged: 250 }, LATER)
    await before(both)
    await before({ alternatives: [element(0)] })
    await before({ ...both, clientId: 'other' })
    const wish = { alternatives: [element(3, charge(1_000, 100))], idempotency: { key: 'k', argumentsHash: 'a' } }
    const repeated = await before(wish)
    await ledger.settle(repeated, { kind: 'unknown' }, LATER)
    await before(wish)
    await ledger.settle(repeated, { kind: 'unknown' }, LATER)
    await ledger.resolve(repeated, { kind: 'release' }, LATER)
    await before(wish)
    t.strictSame(found, [
      [2, [0, 0]], [7, [1, 0]], [7, [2, 250]], [0, []], [2, [0, 0]], [3, [600]],
      [3, undefined], // the debit of the earlier call is used, and no counter is read
      [3, [600]]
    ])
  })

  t.test('outcomes — not executed gives back, unknown keeps, a smaller charge gives back the rest', async t => {
    covers('ledger.outcomes', 'ledger.charged')
    const { ledger, audit } = await open(t)
    const count = charge(10, 1, { member: 'maxCalls', counterKey: 'calls', unit: '', adjustable: false })
    const alternatives = [element(0, charge(1_000, 100), count)]
    const spent = () => ledger.spent(spentBy, [...BUDGET, { counterKey: 'calls', unit: '' }])
    const settle = async (settlement: Parameters<typeof ledger.settle>[1]) => {
      t.type(await ledger.settle(await held(ledger, { alternatives }), settlement, LATER), 'string')
      return spent()
    }
    t.strictSame(await settle({ kind: 'not-executed' }), [0, 0])
    t.strictSame(await settle({ kind: 'executed', charged: 60 }), [60, 1], 'what is counted in calls is not lowered')
    t.strictSame(await settle({ kind: 'unknown' }), [160, 2])
    t.strictSame(await settle({ kind: 'executed' }), [260, 3])
    t.strictSame(await settle({ kind: 'executed', charged: 0 }), [260, 4])
    t.strictSame(await audit(), [])
    t.strictSame((await ledger.list({ states: ['unknown'], limit: 10 })).map(({ tool, state, subject }) => [tool, state, subject]),
      [['transfer', 'unknown', '1004']])
  })

  t.test('a call without an outcome — becomes unknown when its time is over, and a late outcome still counts', async t => {
    covers('ledger.outcomes', 'ledger.crash-loses-nothing')
    const { ledger, restart } = await open(t)
    const id = await held(ledger, { alternatives: [element(0, charge(1_000, 100))], amount: 100, unit: 'JPY' })
    t.strictSame(await ledger.expire(epochMilliseconds(OVER - 1)), [])
    const again = await restart()
    t.match(await again.ledger.expire(OVER), [{ id, state: 'unknown', amount: 100, unit: 'JPY', clientId: 'agent', settledAt: undefined }])
    t.strictSame(await again.ledger.expire(OVER), [])
    t.strictSame(await again.ledger.spent(spentBy, BUDGET), [100])
    t.equal(await again.ledger.settle(id, { kind: 'not-executed' }, OVER), 'released')
    t.strictSame(await again.ledger.spent(spentBy, BUDGET), [0])
    t.equal(await again.ledger.settle(id, { kind: 'not-executed' }, OVER), undefined, 'nothing is given back twice')
    t.strictSame(await again.audit(), [])
  })

  t.test('an operator — resolves what is open, once', async t => {
    covers('ledger.operator-resolves')
    const { ledger, audit } = await open(t)
    const alternatives = [element(0, charge(1_000, 100))]
    const [running, first, second, third] = [
      await held(ledger, { alternatives }), await held(ledger, { alternatives }), await held(ledger, { alternatives }),
      await held(ledger, { alternatives })
    ]
    for (const id of [first, second, third]) await ledger.settle(id, { kind: 'unknown' }, LATER)
    t.strictSame(await ledger.resolve(running, { kind: 'release' }, LATER), { ok: false, error: 'not-open' }, 'its call may still run')
    t.match(await ledger.resolve(first, { kind: 'release' }, LATER), { ok: true, value: { state: 'released', settledAt: LATER } })
    t.match(await ledger.resolve(second, { kind: 'settle' }, LATER), { ok: true, value: { state: 'settled', charged: undefined } })
    t.match(await ledger.resolve(third, { kind: 'settle', charged: 130 }, LATER), { ok: true, value: { state: 'settled', charged: 130 } })
    t.strictSame(await ledger.resolve(first, { kind: 'release' }, LATER), { ok: false, error: 'not-open' })
    t.strictSame(await ledger.resolve(99_999, { kind: 'release' }, LATER), { ok: false, error: 'not-found' })
    t.match(await ledger.resolve(running, { kind: 'release' }, OVER), { ok: true }, 'its time is over')
    t.strictSame(await ledger.spent(spentBy, BUDGET), [230])
    t.strictSame(await audit(), [])
  })

  t.test('what is open — is listed alone, oldest first, and calls that run take no place from it', async t => {
    covers('ledger.operator-resolves')
    const { ledger } = await open(t)
    const alternatives = [element(0, charge(100_000, 100))]
    const ids = [0, 1, 2, 3, 4].map(async () => held(ledger, { alternatives }))
    const [, , released = 0, unknown = 0, overcharged = 0] = await Promise.all(ids)
    await ledger.settle(released, { kind: 'not-executed' }, LATER)
    await ledger.settle(unknown, { kind: 'unknown' }, LATER)
    await ledger.settle(overcharged, { kind: 'overcharged', charged: 101 }, LATER)
    const listed = async (query: Parameters<typeof ledger.list>[0]) => (await ledger.list(query)).map(({ state }) => state)
    t.strictSame(await listed({ openAt: LATER, limit: 2 }), ['unknown', 'overcharged'])
    t.strictSame(await listed({ openAt: OVER, limit: 9 }), ['held', 'held', 'unknown', 'overcharged'])
    t.strictSame(await listed({ openAt: OVER, states: ['unknown', 'released'], limit: 9 }), ['unknown'])
    t.equal((await listed({ limit: 9 })).length, 5)
  })

  t.test('a higher charge than was asked for — the tool is refused until an operator has looked', async t => {
    covers('ledger.charged')
    const { ledger, audit } = await open(t)
    const alternatives = [element(0, charge(1_000, 100))]
    const id = await held(ledger, { alternatives, amount: 100 })
    t.equal(await ledger.settle(id, { kind: 'overcharged', charged: 150 }, LATER), 'overcharged')
    t.strictSame(await hold(ledger, { alternatives, person: kenji }), { ok: false, error: { kind: 'tool-suspended' } })
    t.ok((await hold(ledger, { alternatives, tool: 'refund' })).ok, 'another tool is not')
    t.match(await ledger.resolve(id, { kind: 'settle', charged: 150 }, LATER), { ok: true })
    t.ok((await hold(ledger, { alternatives, person: kenji })).ok)
    t.strictSame(await ledger.spent(spentBy, BUDGET), [250])
    t.strictSame(await audit(), [])
  })

  t.test('an idempotency key — belongs to person, client, tool and arguments, and is debited once', async t => {
    covers('ledger.idempotency-key')
    const { ledger, audit } = await open(t)
    const alternatives = [element(0, charge(1_000, 100))]
    const wish = { alternatives, idempotency: { key: 'k-1', argumentsHash: 'a' } }
    const id = await held(ledger, wish)
    const other = { ...wish, idempotency: { key: 'k-1', argumentsHash: 'b' } }
    t.strictSame(await hold(ledger, wish), { ok: false, error: { kind: 'still-running' } })
    t.strictSame(await hold(ledger, other), { ok: false, error: { kind: 'idempotency-key-reused' } })
    await ledger.settle(id, { kind: 'not-executed' }, LATER, 1)
    t.match(await hold(ledger, wish), { ok: true, value: { kind: 'held', id, attempt: 2, again: false } }, 'it was not executed')
    await ledger.settle(id, { kind: 'unknown' }, LATER, 2)
    t.match(await hold(ledger, wish), { ok: true, value: { kind: 'held', id, attempt: 3, elementIndex: 0, again: true } })
    t.strictSame(await ledger.spent(spentBy, BUDGET), [100], 'one debit')
    await ledger.settle(id, { kind: 'executed', result: '{"content":[]}' }, LATER)
    const repeated = { kind: 'repeated', id, settledAt: LATER, result: '{"content":[]}' } as const
    t.strictSame(await hold(ledger, wish), { ok: true, value: repeated }, 'the same outcome')
    t.strictSame(await hold(ledger, other), { ok: false, error: { kind: 'idempotency-key-reused' } })
    for (const more of [{ person: kenji }, { clientId: 'other' }, { tool: 'refund' }, { upstream: 'bank' }]) {
      t.match(await hold(ledger, { ...wish, ...more }), { ok: true, value: { kind: 'held', again: false } }, JSON.stringify(more))
    }
    await ledger.forgetResults(LATER)
    t.strictSame(await hold(ledger, wish), { ok: true, value: repeated }, 'not settled before that moment')
    await ledger.forgetResults(OVER)
    t.strictSame(await hold(ledger, wish), { ok: true, value: { ...repeated, result: undefined } })
    t.strictSame(await audit(), [])
  })

  t.test('a thousand calls at once — the total is never exceeded', async t => {
    covers('ledger.total-across-calls')
    const { ledger, audit } = await open(t)
    const made = await Promise.all(Array.from({ length: 1_000 }, (_, call) => {
      return hold(ledger, { alternatives: [element(0, charge(30_000, 1_000))], clientId: `agent-${call % 2}` })
    }))
    t.equal(made.filter(({ ok }) => ok).length, 60)
    t.strictSame(await ledger.spent({ person: inga, clientId: 'agent-1' }, BUDGET), [30_000])
    t.strictSame(await audit(), [])
  })

  t.test('a closed ledger — answers nothing', async t => {
    covers('ledger.crash-loses-nothing')
    const { ledger } = await open(t)
    await ledger.ping()
    await ledger.close()
    await ledger.close()
    await t.rejects(hold(ledger, { alternatives: [element(0)] }), { code: 'GW_STORAGE_UNAVAILABLE' })
  })
}
