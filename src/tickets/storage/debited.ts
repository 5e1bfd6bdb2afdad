// How does a receipt say what was debited? From the columns that a reservation keeps of the alternative it used.

import type { ReserveReceipt } from '../domain/reservation.ts'
import { balanceOf } from '../domain/spending.ts'

/** Nothing for an unrestricted reservation; without a balance where the alternative has no total. */
export function debited (
  elementIndex: number | undefined, currency: string, maxTotalAmount: number | undefined, spent: number | undefined
): Pick<ReserveReceipt, 'debited'> {
  if (elementIndex === undefined) return {}
  return maxTotalAmount === undefined || spent === undefined
    ? { debited: { elementIndex } }
    : { debited: { elementIndex, balance: balanceOf(currency, maxTotalAmount, spent) } }
}
