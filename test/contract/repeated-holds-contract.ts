// What every ledger of holds does with a call that is made again under its idempotency key: what one attempt did not do, an earlier one may
// have done.

import type { Test } from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { covers } from '../support/covers.ts'
import { AT, CALL_MS, charge, element, held, hold, inga, type OpenUnderTest } from './ledger-under-test.ts'

const LATER = epochMilliseconds(AT + 1)
const OVER = epochMilliseconds(AT + CALL_MS)
const spentBy = { person: inga, clientId: 'agent' }
const BUDGET = [{ counterKey: 'budget', unit: 'JPY' }]

export function repeatedHoldsContract (t: Test, open: OpenUnderTest): void {
  t.test('a repeated call that was not executed — gives nothing back while the first one may have been executed', async t => {
    covers('ledger.outcomes', 'ledger.idempotency-key')
    const { ledger, restart } = await open(t)
    const wish = { alternatives: [element(0, charge(1_000, 1_000))], idempotency: { key: 'k-1', argumentsHash: 'a' } }
    const id = await held(ledger, wish)
    t.equal(await ledger.settle(id, { kind: 'unknown' }, LATER, 1), 'unknown')
    await held(ledger, wish)
    t.equal(await ledger.settle(id, { kind: 'not-executed' }, LATER, 2), 'unknown')
    t.strictSame(await ledger.spent(spentBy, BUDGET), [1_000])
    t.notOk((await hold(ledger, { alternatives: wish.alternatives })).ok, 'the budget is not there a second time')
    const again = await restart()
    await held(again.ledger, wish)
    t.equal(await again.ledger.settle(id, { kind: 'not-executed' }, LATER, 3), 'unknown', 'however often')
    t.match(await again.ledger.resolve(id, { kind: 'release' }, LATER), { ok: true, value: { state: 'released' } }, 'the operator knows')
    await held(again.ledger, wish)
    t.equal(await again.ledger.settle(id, { kind: 'not-executed' }, LATER, 4), 'released', 'nothing is in doubt any more')
    t.strictSame(await again.ledger.spent(spentBy, BUDGET), [0])
    t.strictSame(await again.audit(), [])
  })

  t.test('an attempt that ends late — gives nothing back of a later one, and is believed when it was executed', async t => {
    covers('ledger.outcomes', 'ledger.idempotency-key')
    const { ledger, audit } = await open(t)
    const wish = { alternatives: [element(0, charge(1_000, 100))], idempotency: { key: 'k-1', argumentsHash: 'a' } }
    const id = await held(ledger, wish)
    t.match(await hold(ledger, { ...wish, at: OVER }), { ok: true, value: { attempt: 2, again: true } }, 'its time is over')
    t.equal(await ledger.settle(id, { kind: 'not-executed' }, OVER, 1), undefined)
    t.strictSame(await ledger.spent(spentBy, BUDGET), [100])
    t.equal(await ledger.settle(id, { kind: 'executed' }, OVER, 1), 'settled')
    t.equal(await ledger.settle(id, { kind: 'not-executed' }, OVER, 2), undefined)
    t.strictSame(await ledger.spent(spentBy, BUDGET), [100])
    t.strictSame(await audit(), [])
  })

  t.test('a repeated call with a new token — counts as the element whose budget was debited, wherever it is now', async t => {
    covers('ledger.idempotency-key', 'delegation.narrow-as-the-consent')
    const { ledger } = await open(t)
    const [one, other] = [charge(1_000, 100), charge(1_000, 100, { counterKey: 'other' })]
    const idempotency = { key: 'k-1', argumentsHash: 'a' }
    const id = await held(ledger, { alternatives: [element(0, one), element(1, other)], idempotency })
    const again = async (...alternatives: ReturnType<typeof element>[]) => {
      await ledger.settle(id, { kind: 'unknown' }, LATER)
      const made = await hold(ledger, { alternatives, idempotency })
      return made.ok && made.value.kind === 'held' ? made.value.elementIndex : made
    }
    t.equal(await again(element(0, other), element(4, one)), 4)
    t.equal(await again(element(2, one), element(4, one)), 4, 'the same place, where several draw on it')
    t.equal(await again(element(4, other), element(6, other)), 4, 'no element draws on it any more')
    t.equal(await again(element(7, other)), 7, 'never none, which would be wider')
    t.strictSame(await ledger.spent(spentBy, BUDGET), [100])
  })
}
