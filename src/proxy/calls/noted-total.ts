// What a counted call leaves of a total, for those who look on: the counters as the hold found them, less what this call uses. Other calls
// that run at the same time are not in it, and nothing is decided by it.

import type { Alternative, Charge, Settlement } from '../../ledger/hold.ts'
import { remainingOf } from '../../ledger/spending.ts'
import type { UsedTotal } from '../../mcp/tool-outcome.ts'

interface Held {
  readonly elementIndex: number | undefined
  readonly spent?: readonly number[]
}

interface FoundTotal {
  readonly charge: Charge
  readonly before: number
}

/**
 * Of several totals that of an amount, and of several amounts the one with the least left.
 * @param settlement absent: the call has not ended. One that credits nothing leaves what the hold has left.
 * @returns `undefined` where nothing was debited, or no counter was read
 */
export function notedTotal (alternatives: readonly Alternative[], held: Held, settlement?: Settlement): UsedTotal | undefined {
  const found = foundTotal(alternatives, held)
  if (found === undefined) return undefined
  const { charge: { member, unit, limit, amount, adjustable }, before } = found
  const used = usedBy(settlement, amount, adjustable)
  return {
    currency: unit,
    total: limit,
    before,
    after: Math.max(0, before - (used ?? amount)),
    member,
    ...(used === undefined ? { held: true } : {})
  }
}

function foundTotal (alternatives: readonly Alternative[], { elementIndex, spent }: Held): FoundTotal | undefined {
  if (spent === undefined) return undefined
  const charges = alternatives.find(alternative => alternative.elementIndex === elementIndex)?.charges ?? []
  const totals = charges.map((charge, index) => ({ charge, before: Math.max(0, remainingOf(charge.limit, spent[index] ?? 0)) }))
  const amounts = totals.filter(({ charge }) => charge.adjustable)
  const leastFirst = (amounts.length > 0 ? amounts : totals).toSorted((one, other) => leftBy(one) - leftBy(other))
  return leastFirst[0]
}

function leftBy ({ charge, before }: FoundTotal): number {
  return before - charge.amount
}

/** `undefined`: not known, or not yet. */
function usedBy (settlement: Settlement | undefined, amount: number, adjustable: boolean): number | undefined {
  if (settlement === undefined) return undefined
  switch (settlement.kind) {
    case 'executed': return adjustable ? settlement.charged ?? amount : amount
    case 'not-executed': return 0
    case 'unknown':
    case 'overcharged': return undefined
  }
}
