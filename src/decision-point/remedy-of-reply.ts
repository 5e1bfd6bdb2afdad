// The remedy in the context of a negative decision. AuthZEN leaves `context` free, so a remedy is passed on only as far as this gateway's
// own policy agrees that it would be enough for this very call (https://openid.net/specs/authorization-api-1_0.html#section-5.5).

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import type { QuestionedCall } from '../mcp/second-opinion.ts'
import type { JudgementContext } from '../policy/authorization-details/details-requirement.ts'
import { judgeElement } from '../policy/authorization-details/judgement.ts'
import { readAuthorizationDetails } from '../policy/authorization-details/read.ts'
import type { Denial } from '../policy/denial.ts'

/** As many as a client can be expected to ask for at once. */
const MAX_ELEMENTS = 8
const MAX_ACR_VALUES = 16
/** Printable, and without the space that separates values. */
const ACR_VALUE = /^[\x21-\x7e]{1,256}$/
const MAX_AGE_SECONDS = 31_536_000

/**
 * @returns a denial that names the remedy where there is a usable one: `authorization_details`, or `acr_values` and `max_age`
 * @example denialOf({ acr_values: ['urn:example:gold'] }, call, context) // { kind: 'insufficient-authentication', … }
 */
export function denialOf (context: JsonObject, call: QuestionedCall, judgement: JudgementContext): Denial {
  const remedy = usableDetails(ownMember(context, 'authorization_details'), call, judgement)
  if (remedy !== undefined) {
    return { kind: 'insufficient-authorization', problem: 'second-opinion', member: undefined, remedy, scopes: call.scopes }
  }
  const acrValues = acrValuesOf(ownMember(context, 'acr_values'))
  const maxAgeSeconds = maxAgeOf(ownMember(context, 'max_age'))
  if (acrValues !== undefined || maxAgeSeconds !== undefined) return { kind: 'insufficient-authentication', acrValues, maxAgeSeconds }
  return { kind: 'refused-by-decision-point' }
}

/** All of them, or none: elements that are alternatives for the decision point must not be shortened to one that is not. */
function usableDetails (
  stated: unknown, { details }: QuestionedCall, judgement: JudgementContext
): readonly JsonObject[] | undefined {
  if (details === undefined || !Array.isArray(stated) || stated.length === 0 || stated.length > MAX_ELEMENTS) return undefined
  const read = readAuthorizationDetails(stated)
  if (read.kind !== 'elements') return undefined
  const suffice = read.elements.every(element => {
    return element.type === details.type && judgeElement(element, details, judgement).kind === 'sufficient'
  })
  return suffice ? stated.filter(element => isJsonObject(element)) : undefined
}

/** The names of RFC 9470 section 3: one text with spaces, or a list. */
function acrValuesOf (stated: unknown): readonly string[] | undefined {
  const values: readonly unknown[] = typeof stated === 'string' ? stated.split(' ') : Array.isArray(stated) ? stated : []
  if (values.length === 0 || values.length > MAX_ACR_VALUES) return undefined
  const usable = values.filter((value): value is string => typeof value === 'string' && ACR_VALUE.test(value))
  return usable.length === values.length ? usable : undefined
}

function maxAgeOf (stated: unknown): number | undefined {
  return typeof stated === 'number' && Number.isInteger(stated) && stated >= 0 && stated <= MAX_AGE_SECONDS ? stated : undefined
}

function ownMember (context: JsonObject, name: string): unknown {
  return Object.hasOwn(context, name) ? context[name] : undefined
}
