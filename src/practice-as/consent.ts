// Reads the posted consent form: a decision, or the mistakes in the form. Pure; it knows neither the person nor the client.

import { randomUUID } from 'node:crypto'
import { err, ok, type Result } from '../kernel/result.ts'
import { TICKET_RESERVATION, type IssuedReservation, type RequestedReservation } from './requested-reservation.ts'

export const STANDARD: RequestedReservation = { type: TICKET_RESERVATION, actions: ['book', 'cancel'], maxAmount: 10_000 }
const LARGEST_CUSTOM_AMOUNT = 100_000_000

export const LIMITS = ['requested', 'standard', 'custom', 'none'] as const
export type Limit = typeof LIMITS[number]

/** The form as it was posted, to be shown again when something in it is wrong. The password is never shown again. */
export interface ConsentForm {
  readonly loginId: string
  readonly password: string
  readonly limit: Limit
  readonly customAmount: string
  readonly customTotalAmount: string
}

export type ConsentMistake = 'credentials' | 'no-decision' | 'limit' | 'custom-amount' | 'custom-total-amount'

export type LimitChoice =
  | { readonly kind: 'requested' | 'standard' | 'none' }
  | { readonly kind: 'custom', readonly maxAmount: number, readonly maxTotalAmount: number | undefined }

/** The choice that is made when the form is left as it is. */
export function preselectedLimit (requested: readonly RequestedReservation[]): Limit {
  return requested.length > 0 ? 'requested' : 'standard'
}

/** A form without `limit`, as a script may post it, means the preselected choice. */
export function readConsentForm (posted: URLSearchParams, requested: readonly RequestedReservation[]): Result<ConsentForm, ConsentMistake> {
  const text = posted.get('limit') ?? preselectedLimit(requested)
  const limit = LIMITS.find(limit => limit === text)
  if (limit === undefined || (limit === 'requested' && requested.length === 0)) return err('limit')
  return ok({
    loginId: posted.get('loginId') ?? '',
    password: posted.get('password') ?? '',
    limit,
    customAmount: posted.get('customAmount') ?? '',
    customTotalAmount: posted.get('customTotalAmount') ?? ''
  })
}

export function checkLimitChoice (form: ConsentForm): Result<LimitChoice, ConsentMistake> {
  if (form.limit !== 'custom') return ok({ kind: form.limit })
  const maxAmount = parseAmount(form.customAmount)
  if (maxAmount === undefined) return err('custom-amount')
  if (form.customTotalAmount.trim() === '') return ok({ kind: 'custom', maxAmount, maxTotalAmount: undefined })
  const maxTotalAmount = parseAmount(form.customTotalAmount)
  if (maxTotalAmount === undefined || maxTotalAmount < maxAmount) return err('custom-total-amount')
  return ok({ kind: 'custom', maxAmount, maxTotalAmount })
}

/** Whole yen as people type them: `8000`, `8,000`, and the wide digits of a Japanese keyboard. */
function parseAmount (typed: string): number | undefined {
  const text = typed.normalize('NFKC').trim()
  if (!/^(?:\d{1,10}|\d{1,3}(?:,\d{3}){1,3})$/.test(text)) return undefined
  const amount = Number(text.replaceAll(',', ''))
  return amount >= 1 && amount <= LARGEST_CUSTOM_AMOUNT ? amount : undefined
}

/**
 * The `authorization_details` to grant; empty when the person chose no limit.
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-7.1 (the server may enrich what was asked for)
 */
export function issuedReservations (choice: LimitChoice, requested: readonly RequestedReservation[]): readonly IssuedReservation[] {
  switch (choice.kind) {
    case 'requested': return requested.map(element => issued(element))
    case 'standard': return [issued(STANDARD)]
    case 'custom': return [issued({
      ...STANDARD,
      maxAmount: choice.maxAmount,
      ...(choice.maxTotalAmount !== undefined && { maxTotalAmount: choice.maxTotalAmount })
    })]
    case 'none': return []
  }
}

/** @param budgetId of an element without one; absent: a random one, so that each consent has its budget */
export function issued (element: RequestedReservation, budgetId: string = randomUUID()): IssuedReservation {
  return { ...element, currency: element.currency ?? 'JPY', budgetId: element.budgetId ?? budgetId }
}
