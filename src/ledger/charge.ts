// Picks the alternative that a call debits. Every adapter calls it inside its transaction, with what the counters hold there.

import { err, ok, type Result } from '../kernel/result.ts'
import type { Alternative, Charge, UsedUpTotal } from './hold.ts'
import { isBound, remainingOf } from './spending.ts'

interface ChosenAlternative {
  readonly alternative: Alternative
  /** What is debited of each of its charges already, in their order. */
  readonly spent: readonly number[]
}

/**
 * The first alternative, in the order of the token, whose charges all fit. A limit or an amount that is not a safe integer from 0 fits
 * nothing; an amount of 0 fits every total, also one that was lowered below what is spent.
 * @param spentOf what is debited of a counter already
 */
export function chooseAlternative (
  alternatives: readonly Alternative[], spentOf: (charge: Charge) => number
): Result<ChosenAlternative, UsedUpTotal> {
  let nearest: UsedUpTotal | undefined
  for (const alternative of alternatives) {
    const spent = alternative.charges.map(spentOf)
    const lacking = firstLack(alternative.charges, spent)
    if (lacking === undefined) return ok({ alternative, spent })
    if (nearest === undefined || lacking.remaining > nearest.remaining) nearest = lacking
  }
  return err(nearest ?? NO_ALTERNATIVE)
}

/** A permit names an element, or nothing limits the call: one without either allows nothing. */
const NO_ALTERNATIVE: UsedUpTotal = { kind: 'total-exceeded', member: '', unit: '', amount: 0, remaining: 0 }

function firstLack (charges: readonly Charge[], spent: readonly number[]): UsedUpTotal | undefined {
  for (const [index, charge] of charges.entries()) {
    const lack = lackOf(charge, spent[index] ?? 0)
    if (lack !== undefined) return lack
  }
  return undefined
}

function lackOf ({ member, unit, limit, amount, endsAt }: Charge, spent: number): UsedUpTotal | undefined {
  const remaining = remainingOf(limit, spent)
  if (isBound(amount) && amount <= remaining) return undefined
  return { kind: 'total-exceeded', member, unit, amount, remaining: Math.max(0, remaining), ...(endsAt === undefined ? {} : { endsAt }) }
}
