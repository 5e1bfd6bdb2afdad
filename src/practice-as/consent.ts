// Reads the posted consent form: a decision, or the mistakes in the form. Pure; it knows neither the person nor the client.

import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { wrongMember } from './gateways/element-check.ts'
import { fieldsOf, readField } from './gateways/limit-fields.ts'
import { isTicketsAlone, type DetailsTypeFacts } from './gateways/resource-facts.ts'
import { issuedElement } from './requested-element.ts'
import { TICKET_RESERVATION, type RequestedReservation } from './requested-reservation.ts'

export const STANDARD: RequestedReservation = { type: TICKET_RESERVATION, actions: ['book', 'cancel'], maxAmount: 10_000 }
const LARGEST_CUSTOM_AMOUNT = 100_000_000
const MAX_TYPES_ON_FORM = 8

const LIMITS = ['requested', 'standard', 'custom', 'none'] as const
export type Limit = typeof LIMITS[number]

/** What there is to choose from. */
export interface ConsentOffer {
  /** Checked elements. */
  readonly requested: readonly JsonObject[]
  /** The types at the resources of the request. */
  readonly types: readonly DetailsTypeFacts[]
  /** Whether a token with the scopes of the request can do anything that a limit is about. */
  readonly limitsNeeded: boolean
}

/** The form as it was posted, to be shown again when something in it is wrong. The password is never shown again. */
export interface ConsentForm {
  readonly loginId: string
  readonly password: string
  readonly limit: Limit
  readonly customAmount: string
  readonly customTotalAmount: string
  /** The fields of a type and member, as `fieldName` names them. */
  readonly typed: (name: string) => readonly string[]
}

export type ConsentMistake = 'credentials' | 'no-decision' | 'limit' | 'custom-amount' | 'custom-total-amount' | 'custom-limit'

export type LimitChoice =
  | { readonly kind: 'requested' | 'standard' | 'none' }
  | { readonly kind: 'custom', readonly elements: readonly JsonObject[] }

/** The choices on the page, in their order. */
export function limitsOf ({ requested, types, limitsNeeded }: ConsentOffer): readonly Limit[] {
  const isAsked = limitsNeeded || requested.length > 0
  const offered: Readonly<Record<Limit, boolean>> = {
    requested: requested.length > 0,
    standard: isAsked && standardElements(types).length > 0,
    custom: isAsked && types.length > 0,
    none: true
  }
  return LIMITS.filter(limit => offered[limit])
}

/** The choice that is made when the form is left as it is. */
export function preselectedLimit (offer: ConsentOffer): Limit {
  return limitsOf(offer).find(limit => limit !== 'custom') ?? 'none'
}

/** Types with fields on the form: those that are requested, or all. */
export function typesOnForm ({ requested, types }: ConsentOffer): readonly DetailsTypeFacts[] {
  const asked = types.filter(({ type }) => requested.some(element => element['type'] === type))
  return (asked.length > 0 ? asked : types).slice(0, MAX_TYPES_ON_FORM)
}

export function fieldName (typeIndex: number, member: string): string {
  return `limit-${typeIndex}-${member}`
}

/** The limit that each type has without a wish of anybody: the first example that the resource publishes. */
export function standardElements (types: readonly DetailsTypeFacts[]): readonly JsonObject[] {
  return types.slice(0, MAX_TYPES_ON_FORM).flatMap(({ examples: [first] }) => first === undefined ? [] : [first])
}

/** A form without `limit`, as a script may post it, means the preselected choice. */
export function readConsentForm (posted: URLSearchParams, offer: ConsentOffer): Result<ConsentForm, ConsentMistake> {
  const text = posted.get('limit') ?? preselectedLimit(offer)
  const limit = limitsOf(offer).find(limit => limit === text)
  if (limit === undefined) return err('limit')
  return ok({
    loginId: posted.get('loginId') ?? '',
    password: posted.get('password') ?? '',
    limit,
    customAmount: posted.get('customAmount') ?? '',
    customTotalAmount: posted.get('customTotalAmount') ?? '',
    typed: name => posted.getAll(name)
  })
}

export function checkLimitChoice (form: ConsentForm, offer: ConsentOffer): Result<LimitChoice, ConsentMistake> {
  if (form.limit !== 'custom') return ok({ kind: form.limit })
  if (!isTicketsAlone(offer.types)) return typedElements(form, offer)
  const maxAmount = parseAmount(form.customAmount)
  if (maxAmount === undefined) return err('custom-amount')
  if (form.customTotalAmount.trim() === '') return ok({ kind: 'custom', elements: [{ ...STANDARD, maxAmount } as JsonObject] })
  const maxTotalAmount = parseAmount(form.customTotalAmount)
  if (maxTotalAmount === undefined || maxTotalAmount < maxAmount) return err('custom-total-amount')
  return ok({ kind: 'custom', elements: [{ ...STANDARD, maxAmount, maxTotalAmount } as JsonObject] })
}

/** A type whose fields are all empty is left out. */
function typedElements (form: ConsentForm, offer: ConsentOffer): Result<LimitChoice, ConsentMistake> {
  const elements: JsonObject[] = []
  for (const [index, facts] of typesOnForm(offer).entries()) {
    const members: Array<[string, JsonValue]> = []
    for (const field of fieldsOf(facts, 'en')) {
      const read = readField(field, form.typed(fieldName(index, field.member)))
      if (!read.ok) return err('custom-limit')
      if (read.value !== undefined) members.push([field.member, read.value])
    }
    if (members.length === 0) continue
    const element = Object.fromEntries([['type', facts.type], ...members])
    if (wrongMember(facts.schema.en, element) !== undefined) return err('custom-limit')
    elements.push(element)
  }
  return elements.length === 0 ? err('custom-limit') : ok({ kind: 'custom', elements })
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
export function issuedElements (choice: LimitChoice, { requested, types }: ConsentOffer): readonly JsonObject[] {
  const issued = (elements: readonly JsonObject[]) => elements.map(element => issuedElement(types, element))
  switch (choice.kind) {
    case 'requested': return issued(requested)
    case 'standard': return issued(standardElements(types))
    case 'custom': return issued(choice.elements)
    case 'none': return []
  }
}
