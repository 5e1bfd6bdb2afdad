// The totals of a declared details type: what each call adds to them, and the counters of one element at one moment. The ledger compares;
// nothing here knows what was spent.

import type { DetailsTypeDeclaration, MemberDeclaration } from '../../config/upstream/details-type-schema.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import { counterKey } from '../../ledger/budget-key.ts'
import type { Charge, HoldOwner } from '../../ledger/hold.ts'
import { periodAt, type Period } from '../../ledger/period.ts'
import type { CallValues } from './call-values.ts'
import { readOf, totalOf } from './declared-member.ts'

export interface DeclaredTotal {
  readonly member: string
  readonly title: MemberDeclaration['title']
  readonly period: Period
  /** The value of the call that is summed; absent where calls or items are counted. */
  readonly value: string | undefined
  /** Of which the number depends: the total counts for a tool that has this value. */
  readonly dependsOn: string | undefined
  readonly currencyMember: string | undefined
  readonly budgetMember: string | undefined
  readonly amountOf: (call: CallValues) => number
}

export function declaredTotals (members: DetailsTypeDeclaration['members']): readonly DeclaredTotal[] {
  return Object.entries(members).flatMap(([member, { limit, of, per = 'ever', currency, budget, title }]): readonly DeclaredTotal[] => {
    if (limit !== 'total' || of === undefined) return []
    const { value, how } = readOf(of)
    return [{
      member,
      title,
      period: per,
      value: how === 'itself' || how === 'sum' ? value : undefined,
      dependsOn: how === 'const' ? undefined : value,
      currencyMember: currency,
      budgetMember: budget,
      amountOf: totalOf(of)
    }]
  })
}

/** What of an element and its owner names its counters. */
export interface CountedElement {
  readonly type: string
  /** In the canonical form of the type. */
  readonly element: JsonObject
  readonly owner: HoldOwner
  readonly now: EpochMilliseconds
}

/** `undefined` for an element without this total. @param amount of the call */
export function chargeOf (
  total: DeclaredTotal, amount: number, { type, element, owner: { person, clientId }, now }: CountedElement
): Charge | undefined {
  const limit = element[total.member]
  if (limit === undefined) return undefined
  const budgetId = total.budgetMember === undefined ? undefined : element[total.budgetMember]
  const unit = total.currencyMember === undefined ? '' : element[total.currencyMember]
  const { label, endsAt } = periodAt(total.period, now)
  const name = typeof budgetId === 'string' ? { budgetId } : { canonicalDetails: element }
  return {
    member: total.member,
    counterKey: counterKey({ person, clientId, type, member: total.member, period: label, ...name }),
    unit: typeof unit === 'string' ? unit : '',
    // A limit that is no number fits no amount.
    limit: typeof limit === 'number' ? limit : -1,
    amount,
    adjustable: total.value !== undefined,
    ...(endsAt === undefined ? {} : { endsAt })
  }
}
