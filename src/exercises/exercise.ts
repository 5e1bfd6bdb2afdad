// The exercises: pure functions over what the gateway decided about one person. Nothing is typed in, and a request of another person
// is never among them. The refusals are those of RFC 6750 section 3.1 and of RFC 9396.

import type { ShownValue } from '../console/shown-request.ts'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import type { SeenCall } from './seen-call.ts'

export const EXERCISES = [
  'be-refused', 'come-in', 'step-up', 'reserve', 'exceed', 'remedy', 'other-resource', 'revoke', 'own-tool', 'files'
] as const
export type ExerciseId = typeof EXERCISES[number]

/** The calls that did it, oldest first. */
type Evidence = readonly SeenCall[] | undefined

const REMEDY_WITHIN_MS = 15 * 60_000
const RESERVE = 'reserve_ticket'

/** @param calls of one person, oldest first @param madeUpHash of the text that stands for a token in the first exercise */
export function evidenceFor (id: ExerciseId, calls: readonly SeenCall[], madeUpHash: string): Evidence {
  const home = calls.filter(call => call.home)
  switch (id) {
    case 'be-refused': return one(home, call => call.tokenHash === madeUpHash && call.status === 401)
    case 'come-in': return two(home, isGood, (first, second) => isGood(second) && second.kept && sameToken(first, second))
    case 'step-up': return two(home, call => call.reason === 'insufficient-scope', (refused, call) => isGood(call) &&
      call.tool === refused.tool && !sameToken(refused, call) && refused.wantedScopes.every(scope => call.scopes.includes(scope)))
    case 'reserve': return one(home, isReservedWithinLimit)
    case 'exceed': return one(home, isOverLimit)
    case 'remedy': return two(home, call => isOverLimit(call) && call.remedy.length > 0, isRemedied)
    case 'other-resource': return twoInAnyOrder(home, isGood, (good, call) => isWrongAudience(call) && sameToken(good, call))
    case 'revoke': return two(home, call => isGood(call) && call.kept, (good, call) => isInactive(call) && sameToken(good, call) &&
      (good.expiresAt === undefined || call.at < good.expiresAt))
    case 'own-tool': return refusedAndAllowed(calls.filter(call => !call.home), () => true)
    case 'files': return refusedAndAllowed(home, ({ needed }) => 'folders' in needed)
  }
}

export function isGood ({ granted, remark }: SeenCall): boolean {
  return granted && remark === ''
}

export function isInactive ({ reason, remark, granted }: SeenCall): boolean {
  return !granted && (reason === 'inactive' || remark === 'inactive')
}

export function isWrongAudience ({ reason, remark, granted }: SeenCall): boolean {
  return !granted && (reason === 'wrong-audience' || remark === 'wrong-audience')
}

export function isOverLimit ({ tool, reason, remark }: SeenCall): boolean {
  return tool === RESERVE && reason === 'insufficient-authorization' && /^insufficient:max(?:Total)?Amount$/.test(remark)
}

function isReservedWithinLimit (call: SeenCall): boolean {
  return call.tool === RESERVE && isGood(call) && Object.keys(call.needed).length > 0
}

function isRemedied (refused: SeenCall, call: SeenCall): boolean {
  return isReservedWithinLimit(call) && !sameToken(refused, call) && call.at - refused.at <= REMEDY_WITHIN_MS &&
    sameCall(refused, call) && refused.remedy.some(wanted => call.details.some(element => covers(element, wanted)))
}

export function sameToken (one: SeenCall, other: SeenCall): boolean {
  return one.tokenHash !== undefined && one.tokenHash === other.tokenHash
}

/** A refusal compares only the member that decided: what both have compared must be the same. */
export function sameCall (refused: SeenCall, call: SeenCall): boolean {
  return refused.tool === call.tool &&
    Object.entries(refused.needed).every(([member, needed]) => !(member in call.needed) || equal(call.needed[member], needed))
}

/** Amounts at least as large, lists with everything: what the remedy asks for, or more. A member that is absent limits nothing. */
function covers (element: Readonly<Record<string, ShownValue>>, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(([member, value]: [string, JsonValue]) => {
    const has = element[member]
    if (has === undefined) return true
    if (typeof value === 'number') return typeof has === 'number' && has >= value
    if (Array.isArray(value)) return Array.isArray(has) && value.every(item => (has as readonly unknown[]).includes(item))
    return has === value
  })
}

function equal (one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function one (calls: readonly SeenCall[], fits: (call: SeenCall) => boolean): Evidence {
  const found = calls.find(fits)
  return found === undefined ? undefined : [found]
}

function two (
  calls: readonly SeenCall[], begins: (call: SeenCall) => boolean, follows: (first: SeenCall, second: SeenCall) => boolean
): Evidence {
  for (const [index, second] of calls.entries()) {
    const first = calls.slice(0, index).findLast(earlier => begins(earlier) && follows(earlier, second))
    if (first !== undefined) return [first, second]
  }
  return undefined
}

function twoInAnyOrder (
  calls: readonly SeenCall[], is: (call: SeenCall) => boolean, fits: (one: SeenCall, other: SeenCall) => boolean
): Evidence {
  for (const call of calls.filter(is)) {
    const other = calls.find(candidate => fits(call, candidate))
    if (other !== undefined) return [call, other].sort((left, right) => left.at - right.at)
  }
  return undefined
}

function refusedAndAllowed (calls: readonly SeenCall[], counts: (call: SeenCall) => boolean): Evidence {
  return twoInAnyOrder(calls, call => isGood(call) && call.tool !== undefined && counts(call), (allowed, call) =>
    call.tool === allowed.tool && !call.granted && /^insufficient-(?:scope|authorization)$/.test(call.reason))
}
