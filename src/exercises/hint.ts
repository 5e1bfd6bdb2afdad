// What to say to a person whose last tries did not tick an exercise? One hint at a time, for the last failure, from the same records.

import { isGood, isInactive, isOverLimit, isWrongAudience, sameCall, sameToken, type ExerciseId } from './exercise.ts'
import type { SeenCall } from './seen-call.ts'

export const HINTS = [
  'whole-token', 'again-soon', 'ask-for-this-resource', 'read-alone-first', 'scope-of-the-challenge', 'choose-a-limit', 'seats-are-gone',
  'within-the-limit', 'step-up-first', 'more-seats', 'new-token', 'the-same-call', 'as-the-remedy-says', 'at-the-other-address',
  'read-before-it-ends', 'now-inside', 'now-outside', 'server-is-away'
] as const
export type Hint = typeof HINTS[number]

/** @param calls of one person since the exercise before was done, oldest first */
export function hintFor (id: ExerciseId, calls: readonly SeenCall[]): Hint | undefined {
  const last = calls.at(-1)
  if (last === undefined) return undefined
  if (last.status === 503) return 'server-is-away'
  if (id !== 'be-refused' && id !== 'other-resource' && isWrongAudience(last)) return 'ask-for-this-resource'
  if (id !== 'be-refused' && id !== 'revoke' && isInactive(last)) return 'whole-token'
  switch (id) {
    case 'be-refused': return undefined
    case 'come-in': return isGood(last) ? 'again-soon' : undefined
    case 'step-up':
      if (isGood(last) && last.tool === 'reserve_ticket') return 'read-alone-first'
      return calls.filter(({ reason }) => reason === 'insufficient-scope').length > 1 ? 'scope-of-the-challenge' : undefined
    case 'reserve':
      if (last.remark === 'not-enough-seats') return 'seats-are-gone'
      if (isGood(last) && last.tool === 'reserve_ticket') return 'choose-a-limit'
      return last.reason === 'insufficient-scope' ? 'step-up-first' : isOverLimit(last) ? 'within-the-limit' : undefined
    case 'exceed':
      if (last.reason === 'insufficient-scope') return 'step-up-first'
      return isGood(last) && last.tool === 'reserve_ticket' ? 'more-seats' : undefined
    case 'remedy': return remedyHint(calls, last)
    case 'other-resource': return isGood(last) ? 'at-the-other-address' : undefined
    case 'revoke': return isInactive(last) ? 'read-before-it-ends' : undefined
    case 'own-tool': return undefined
    case 'files':
      if (last.reason === 'insufficient-authorization') return 'now-inside'
      return isGood(last) && 'folders' in last.needed ? 'now-outside' : undefined
  }
}

function remedyHint (calls: readonly SeenCall[], last: SeenCall): Hint | undefined {
  const refusals = calls.filter(isOverLimit)
  const [first] = refusals
  if (isOverLimit(last)) return refusals.length > 1 && first !== undefined && sameToken(first, last) ? 'new-token' : 'as-the-remedy-says'
  return isGood(last) && last.tool === 'reserve_ticket' && (first === undefined || !sameCall(first, last)) ? 'the-same-call' : undefined
}
