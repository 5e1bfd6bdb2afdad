// What is left of the totals of one element of a token, for explanations. It holds nothing: a call may find less.

import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { HoldOwner } from '../../ledger/hold.ts'
import type { HoldLedger } from '../../ledger/hold-ledger.ts'
import { remainingOf } from '../../ledger/spending.ts'
import type { TotalLeft } from '../../mcp/tool.ts'
import { chargeOf } from '../limits/declared-total.ts'
import type { CompiledSpending } from '../tools/compiled-spending.ts'

/** @throws StorageUnavailable (as a rejected promise) */
export async function totalsLeft (
  { type, totals }: CompiledSpending, granted: JsonObject, owner: HoldOwner,
  { ledger, clock }: { readonly ledger: HoldLedger, readonly clock: Clock }
): Promise<readonly TotalLeft[]> {
  const element = type?.type.canonical(granted)
  if (type === undefined || element === undefined) return []
  const counted = { type: type.type.type, element, owner, now: clock.now() }
  const found = totals.flatMap(total => {
    const charge = chargeOf(total, 0, counted)
    return charge === undefined ? [] : [{ title: total.title, charge }]
  })
  if (found.length === 0) return []
  const spent = await ledger.spent(owner, found.map(({ charge }) => charge))
  return found.map(({ title, charge: { limit, unit, endsAt } }, index) => ({
    title: title.ja === undefined ? { en: title.en } : { en: title.en, ja: title.ja },
    remaining: Math.max(0, remainingOf(limit, spent[index] ?? 0)),
    ...(unit === '' ? {} : { currency: unit }),
    ...(endsAt === undefined ? {} : { until: new Date(endsAt).toISOString() })
  }))
}
