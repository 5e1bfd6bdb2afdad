// What every ticket store does, wherever it keeps its tickets. Run by one test file for each adapter.

import type { Test } from 'tap'
import { budgets, idempotency } from './budget-contract.ts'
import { catalogue } from './catalogue-contract.ts'
import { interleavings } from './concurrency-contract.ts'
import { badValues, lifecycle } from './lifecycle-contract.ts'
import { ownership, reserving } from './reservation-contract.ts'
import type { OpenStore } from './store-under-test.ts'

export function ticketStoreContract (t: Test, open: OpenStore): void {
  t.test('the catalogue', t => catalogue(t, open))
  t.test('reserving and cancelling', t => reserving(t, open))
  t.test('whose reservation', t => ownership(t, open))
  t.test('budgets', t => budgets(t, open))
  t.test('idempotency keys', t => idempotency(t, open))
  t.test('many at once', t => interleavings(t, open))
  t.test('values that cannot be kept', t => badValues(t, open))
  t.test('after close, and after a restart', t => lifecycle(t, open))
}
